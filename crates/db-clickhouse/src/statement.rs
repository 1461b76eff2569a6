use db_port::{Phase, Result, Statement};

use crate::call::Call;
use crate::error::classify;
use crate::failure::{Failure, FailureClass};
use crate::request::{Kind, Request};
use crate::retry::Consent;
use crate::session::Session;

/// Runs a statement without rows.
pub(crate) async fn run(session: &Session, statement: &Statement) -> Result<()> {
    Kind::Statement.check(statement)?;
    let limits = session.limits(statement.timeout());
    let consent = Consent::of_statement(statement);
    let call = Call::new(session, Kind::Statement, operation(statement.sql()), consent, limits);
    let attempt = |client, request: Request| async move {
        let query = request.prepare(&client, statement)?;
        match request.limits.hold(Phase::Request, query.execute()).await {
            Ok(answer) => answer.map_err(|error| classify(error, &request, None)),
            Err(late) => {
                let source = Some(late.error.into());
                let error = request.unanswered("no answer in time", source, None);
                Err(Failure::new(FailureClass::NoAnswer, error))
            }
        }
    };
    call.run(attempt).await.map(drop)
}

/// The first word of a statement, if it is one of those that statements begin with: the name of the
/// operation where texts may not be shown.
pub(crate) fn operation(sql: &str) -> &'static str {
    const KNOWN: [&str; 24] = [
        "ALTER", "ATTACH", "BACKUP", "CHECK", "CREATE", "DELETE", "DESCRIBE", "DETACH", "DROP",
        "EXCHANGE", "EXISTS", "EXPLAIN", "GRANT", "INSERT", "KILL", "OPTIMIZE", "RENAME", "REVOKE",
        "SELECT", "SET", "SHOW", "SYSTEM", "TRUNCATE", "WITH",
    ];
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).find(|word| !word.is_empty());
    let known = KNOWN.into_iter().find(|known| word.is_some_and(|w| w.eq_ignore_ascii_case(known)));
    match known {
        Some("WITH") => "SELECT",
        known => known.unwrap_or("OTHER"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_named_after_the_first_word_only_if_that_is_a_known_one() {
        assert_eq!(operation("\n select 1"), "SELECT");
        assert_eq!(operation("WITH 1 AS x SELECT x"), "SELECT");
        assert_eq!(operation("(SELECT 1)"), "SELECT");
        assert_eq!(operation("hunter2"), "OTHER");
        assert_eq!(operation(""), "OTHER");
    }
}
