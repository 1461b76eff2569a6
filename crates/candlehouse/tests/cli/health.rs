//! The health check, for people and for monitoring.

use predicates::str::contains;

use crate::database::{Database, Reply, SECRET, nobody};
use crate::program::Home;

#[test]
fn health_says_what_the_store_holds() {
    let home = Home::with_stocks();
    let report = home.json("health");
    let [row] = report.as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&row["status"], &row["series"]), (&"ok".into(), &5.into()));
    assert!(row["cause"].is_null(), "{row}");
    assert_eq!(row["candles"], 12_154);
    assert_eq!(row["database"], format!("chdb:{}", home.store().display()));
    assert!(row["version"].as_str().unwrap().contains('.'), "{row}");
    assert!(row["latency_ms"].as_f64().unwrap() >= 0.0, "{row}");
    let bytes = row["bytes"].as_f64().unwrap();
    let each = row["bytes_per_candle"].as_f64().unwrap();
    assert!(bytes > 0.0 && (bytes / 12_154.0 - each).abs() < 0.1, "{row}");
}

#[test]
fn a_database_that_is_not_well_gets_a_report_too() {
    let home = Home::new();
    let silent = Database::that_replies(Reply::Silence);
    let refusing = Database::that_replies(Reply::Exception(516, "me: Authentication failed"));
    let failing = Database::that_replies(Reply::Exception(241, "Memory limit exceeded"));
    for (url, status, cause) in [
        (nobody(), "unreachable", "nothing listens there"),
        (silent.url(), "timed out", "timed out after 5s"),
        (refusing.url(), "credentials refused", "me: Authentication failed"),
        (failing.url(), "failing", "Memory limit exceeded"),
    ] {
        let row = home.unhealthy(&format!("--db {url} health"));
        assert_eq!(row["status"], status, "{row}");
        assert!(row["cause"].as_str().unwrap().contains(cause), "{row}");
        assert!(row["version"].is_null() && row["candles"].is_null(), "{row}");
        assert!(!row.to_string().contains(SECRET), "{row}");
    }
    assert_eq!(silent.requests(), 1, "a health check is not repeated");
    home.run(&["--db", &nobody(), "health"]).code(1).stdout(contains("unreachable"));
}

#[test]
fn a_database_that_works_but_has_no_tables_is_not_called_ill() {
    let home = Home::new();
    let database = Database::that_replies(Reply::VersionOnly);
    let row = home.unhealthy(&format!("--db {} health", database.url()));
    assert_eq!((&row["status"], &row["version"]), (&"no store".into(), &"26.7.1.1".into()));
    assert!(row["cause"].as_str().unwrap().contains("run `candlehouse init`"), "{row}");
    database.now_replies(Reply::Exception(81, "Database prices does not exist"));
    let row = home.unhealthy(&format!("--db {} health", database.url()));
    assert_eq!(row["status"], "no store");
    assert!(row["cause"].as_str().unwrap().contains("run `candlehouse init`"), "{row}");
}
