//! `health`: whether the database works, and what it holds.

use clap::Args;
use db_port::{Health, HealthProblem};

use crate::args::OutputArgs;
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::output::{Column, Format, Report};
use crate::store::Store;

#[derive(Debug, Args)]
pub(crate) struct HealthArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

pub(super) async fn run(store: &Store, url: &DbUrl, args: HealthArgs) -> Result<(), CliError> {
    print(store, url, args.output.format).await
}

/// Prints the report, also of a database that is not well, and then fails with what is wrong.
pub(super) async fn print(store: &Store, url: &DbUrl, format: Format) -> Result<(), CliError> {
    let mut seen = Seen::default();
    let outcome = look(store, url, &mut seen).await;
    report(url, &seen, outcome.as_ref().err()).print(format)?;
    outcome
}

/// Prints the report of a database that cannot be opened.
pub(super) fn print_failure(url: &DbUrl, error: &CliError, format: Format) -> Result<(), CliError> {
    Ok(report(url, &Seen::default(), Some(error)).print(format)?)
}

/// What was found out before something failed.
#[derive(Default)]
struct Seen {
    health: Option<Health>,
    holdings: Option<Holdings>,
}

struct Holdings {
    series: u64,
    candles: u64,
    bytes: u64,
}

/// The health check comes first: it has a short time limit and no repetitions.
async fn look(store: &Store, url: &DbUrl, seen: &mut Seen) -> Result<(), CliError> {
    url.start_engine(&*store.db).await?;
    seen.health = Some(store.db.health_check().await?);
    let series = store.candles.list_series().await?;
    let stats = store.candles.table_stats().await?;
    seen.holdings = Some(Holdings {
        series: series.len() as u64,
        candles: series.iter().map(|series| series.candles).sum(),
        bytes: stats.bytes,
    });
    Ok(())
}

fn report(url: &DbUrl, seen: &Seen, error: Option<&CliError>) -> Report<9> {
    let mut report = Report::new([
        Column::text("status", "status"),
        Column::text("database", "database"),
        Column::text("version", "version"),
        Column::number("latency_ms", "latency (ms)"),
        Column::quantity("series", "series"),
        Column::quantity("candles", "candles"),
        Column::quantity("bytes", "bytes"),
        Column::number("bytes_per_candle", "bytes/candle"),
        Column::text("cause", "cause"),
    ]);
    let health = seen.health.as_ref();
    let holdings = seen.holdings.as_ref();
    report.push([
        error.map_or_else(|| "ok".into(), status).into(),
        url.to_string().into(),
        health.map(|health| health.version.as_str()).into(),
        health.map(|health| one_decimal(health.latency.as_secs_f64() * 1000.0)).into(),
        holdings.map(|holdings| holdings.series).into(),
        holdings.map(|holdings| holdings.candles).into(),
        holdings.map(|holdings| holdings.bytes).into(),
        holdings.and_then(Holdings::bytes_per_candle).into(),
        error.map(CliError::in_one_line).into(),
    ]);
    report
}

fn status(error: &CliError) -> String {
    match error.database() {
        Some(error) if matches!(error.code(), Some(60 | 81)) => "no store".into(),
        Some(error) => HealthProblem::of(error).to_string(),
        None => HealthProblem::Failing.to_string(),
    }
}

impl Holdings {
    fn bytes_per_candle(&self) -> Option<f64> {
        (self.candles > 0).then(|| one_decimal(self.bytes as f64 / self.candles as f64))
    }
}

fn one_decimal(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
