use crate::cli::HealthArgs;
use crate::error::CliError;
use crate::output::{Column, Format, Report};
use crate::store::Store;

pub(super) async fn run(store: &Store, args: HealthArgs) -> Result<(), CliError> {
    print(store, args.output.format).await
}

pub(super) async fn print(store: &Store, format: Format) -> Result<(), CliError> {
    // Opened before, so that the latency is that of a question and not of the engine's start.
    store.db.connect().await?;
    let health = store.db.health_check().await?;
    let series = store.candles.list_series().await?;
    let storage = store.candles.storage().await?;
    let candles = series.iter().map(|series| series.candles).sum::<u64>();
    let bytes_per_candle = match candles {
        0 => None,
        candles => Some((storage.bytes as f64 / candles as f64 * 10.0).round() / 10.0),
    };
    let mut report = Report::new([
        Column::text("status", "status"),
        Column::text("database", "database"),
        Column::text("version", "version"),
        Column::number("latency_ms", "latency (ms)"),
        Column::quantity("series", "series"),
        Column::quantity("candles", "candles"),
        Column::quantity("bytes", "bytes"),
        Column::number("bytes_per_candle", "bytes/candle"),
    ]);
    report.push([
        "ok".into(),
        store.db.to_string().into(),
        health.version.into(),
        ((health.latency.as_secs_f64() * 10_000.0).round() / 10.0).into(),
        (series.len() as u64).into(),
        candles.into(),
        storage.bytes.into(),
        bytes_per_candle.into(),
    ]);
    Ok(report.print(format)?)
}
