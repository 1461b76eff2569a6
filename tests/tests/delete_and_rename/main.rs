//! Deleting and renaming, on the engine in the process and on a server: what is gone is gone, comes
//! back when it is stored again, and nothing is lost half-way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

mod candles;
mod deleting;
mod renaming;
mod symbols;

/// Each test once on each engine, in an empty database that bears its name.
macro_rules! on_both_engines {
    ($($module:ident::$test:ident,)*) => {
        mod embedded {
            $(
                #[tokio::test]
                async fn $test() {
                    let db = candlehouse_tests::embedded::temp_database(stringify!($test)).await;
                    crate::$module::$test(db.shared()).await;
                }
            )*
        }

        mod server {
            $(
                #[tokio::test]
                async fn $test() {
                    let db = candlehouse_tests::server::temp_database(stringify!($test)).await;
                    crate::$module::$test(db.shared()).await;
                }
            )*
        }
    };
}

on_both_engines! {
    deleting::candles_that_were_deleted_come_back_when_the_same_are_stored_again,
    deleting::candles_come_back_also_with_a_lower_revision_than_the_deleted_had,
    deleting::what_would_be_deleted_is_told_by_series_and_range,
    renaming::every_series_of_a_symbol_is_moved_and_no_other,
    renaming::a_symbol_is_renamed_there_and_back_again_and_again,
    renaming::a_rename_that_broke_off_while_copying_is_completed,
    renaming::a_rename_that_broke_off_while_deleting_is_completed,
    renaming::a_name_that_has_other_candles_is_refused_and_nothing_is_changed,
    renaming::a_series_of_several_pages_is_moved_whole,
    renaming::a_symbol_that_has_the_name_already_keeps_its_candles,
    symbols::a_symbol_that_was_deleted_is_gone_and_can_be_stored_again,
    symbols::a_symbol_is_deleted_even_if_its_row_cannot_be_read,
    symbols::a_renamed_symbol_keeps_what_is_known_of_it,
    symbols::a_name_that_is_taken_is_refused_and_nothing_is_changed,
    symbols::a_rename_that_broke_off_in_between_is_completed,
}
