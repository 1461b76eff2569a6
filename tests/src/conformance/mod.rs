//! The conformance suite. [`conformance_suite!`](crate::conformance_suite) runs it over an adapter.

pub mod close;
pub mod connect;
pub mod execute;
pub mod health;
pub mod insert;
pub mod query;
pub mod stream;
mod subject;

pub use subject::{Peer, Subject};

use futures_util::future::LocalBoxFuture;

/// How many permits the executor of a [`Subject`] has: few, so that tests can take all of them.
pub const PERMITS: usize = 4;

/// Makes one test of each behaviour. `$subject` names an async function that takes the test's name
/// and returns a [`Subject`](crate::conformance::Subject).
#[macro_export]
macro_rules! conformance_suite {
    ($subject:path) => {
        $crate::conformance_suite! { @list tests $subject }
    };
    (@list $form:ident $($subject:path)?) => {
        $crate::conformance_suite! { @$form $($subject)? =>
            connect: connect_is_lazy, connect_is_idempotent, connect_happens_at_first_use,
                connect_reopens_after_close;
            query: query_returns_schema_and_rows, query_without_rows_has_a_schema,
                query_fills_parameters_of_every_type, query_parameters_arrive_unchanged,
                query_parameters_do_not_leak, query_settings_apply_to_one_statement,
                query_refuses_an_invalid_statement, query_refuses_a_parameter_that_is_too_long,
                query_errors_carry_the_code,
                query_refuses_bytes_that_are_no_text;
            stream: query_streams_in_batches, query_reports_an_error_after_rows,
                query_ends_when_its_stream_is_dropped, query_ends_when_its_future_is_dropped,
                query_ends_at_its_timeout, queries_run_at_the_same_time;
            execute: execute_changes_the_database, execute_errors_carry_the_code,
                execute_ends_when_its_future_is_dropped, execute_ends_at_its_timeout;
            insert: insert_stores_every_value, insert_matches_columns_by_name,
                insert_fills_missing_columns, insert_refuses_a_missing_column_without_default,
                insert_refuses_an_unknown_column,
                insert_refuses_another_type, insert_refuses_null_in_a_plain_column,
                insert_into_a_missing_table_is_an_error, insert_of_no_rows_is_acknowledged,
                insert_with_a_known_token_is_stored_once,
                insert_of_other_rows_under_a_known_token_is_stored,
                insert_ends_when_its_future_is_dropped, insert_ends_at_its_timeout;
            health: health_check_reports_the_version, health_check_of_a_closed_executor_fails;
            close: close_is_idempotent, close_refuses_new_calls,
                close_refuses_calls_that_wait_for_a_permit;
        }
    };
    (@tests $subject:path => $($module:ident: $($name:ident),+;)+) => {
        $($(
            #[tokio::test]
            async fn $name() {
                let subject = $subject(stringify!($name)).await;
                $crate::conformance::$module::$name((&subject).into()).await;
                subject.close().await.unwrap();
            }
        )+)+

        #[test]
        fn the_suite_has_a_test_of_each_documented_behaviour() {
            let tested = [$($(stringify!($name)),+),+];
            assert_eq!($crate::conformance::documented(), tested);
        }
    };
    (@behaviours => $($module:ident: $($name:ident),+;)+) => {
        vec![$($(
            $crate::conformance::Behaviour {
                name: stringify!($name),
                check: |subject| Box::pin($crate::conformance::$module::$name(subject.into())),
            }
        ),+),+]
    };
}

/// A behaviour that every adapter has, for suites with a harness of their own.
#[derive(Debug, Clone, Copy)]
pub struct Behaviour {
    /// Its name in the port's documentation.
    pub name: &'static str,
    /// Panics unless the executor behaves so.
    pub check: for<'a> fn(&'a Subject) -> LocalBoxFuture<'a, ()>,
}

/// Every behaviour, in the order of the port's documentation.
#[must_use]
pub fn behaviours() -> Vec<Behaviour> {
    crate::conformance_suite! { @list behaviours }
}

/// The behaviours that the port's documentation lists, in its order.
#[must_use]
pub fn documented() -> Vec<&'static str> {
    let source = include_str!("../../../crates/db-port/src/executor.rs");
    let doc_lines = source.lines().filter_map(|line| line.trim().strip_prefix("///"));
    let mut bullet = false;
    let mut names = Vec::new();
    for line in doc_lines {
        bullet = line.starts_with(" - ") || (bullet && line.starts_with("   "));
        let code_spans = line.split('`').skip(1).step_by(2);
        names.extend(code_spans.filter(|span| {
            bullet
                && ["connect_", "query_", "queries_", "execute_", "insert_", "health_", "close_"]
                    .iter()
                    .any(|prefix| span.starts_with(prefix) && *span != "health_check")
        }));
    }
    names
}
