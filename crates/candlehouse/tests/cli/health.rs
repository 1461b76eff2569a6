//! The health check, for people and for monitoring.

use crate::program::Home;

#[test]
fn health_says_what_the_store_holds() {
    let home = Home::with_stocks();
    let report = home.json("health");
    let [row] = report.as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&row["status"], &row["series"]), (&"ok".into(), &5.into()));
    assert_eq!(row["candles"], 12_154);
    assert_eq!(row["database"], format!("chdb:{}", home.store().display()));
    assert!(row["version"].as_str().unwrap().contains('.'), "{row}");
    assert!(row["latency_ms"].as_f64().unwrap() >= 0.0, "{row}");
    let bytes = row["bytes"].as_f64().unwrap();
    let each = row["bytes_per_candle"].as_f64().unwrap();
    assert!(bytes > 0.0 && (bytes / 12_154.0 - each).abs() < 0.1, "{row}");
}
