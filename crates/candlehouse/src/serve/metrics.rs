//! What Prometheus is told about readiness.

use ::metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::readiness_report::ReadinessReport;

/// Upper bounds in seconds: from a question on the same machine to a large insert.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

const READY: &str = "candlehouse_ready";
const BUILD: &str = "candlehouse_build_info";
const CHECKS: &str = "candlehouse_readiness_checks_total";

/// Collects what every part of the process records from now on.
pub(super) fn collect() -> Result<PrometheusHandle, BuildError> {
    let handle = builder()?.install_recorder()?;
    describe_gauge!(READY, "1 if the last readiness check succeeded, else 0");
    describe_gauge!(BUILD, "1, with the program's version as label");
    describe_counter!(CHECKS, "Readiness checks by their outcome");
    gauge!(READY).set(0.0);
    gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
}

/// Counts a check that has ended.
pub(super) fn record(report: &ReadinessReport) {
    gauge!(READY).set(f64::from(u8::from(report.is_ready())));
    counter!(CHECKS, "status" => report.label()).increment(1);
}

#[cfg(test)]
mod tests {
    use ::metrics::{histogram, with_local_recorder};

    use super::*;

    #[test]
    fn durations_are_sorted_into_buckets_that_several_processes_can_add_up() {
        let recorder = builder().unwrap().build_recorder();
        with_local_recorder(&recorder, || {
            histogram!("db_client_operation_duration_seconds", "operation" => "query").record(0.03);
        });
        let text = recorder.handle().render();
        for (bound, count) in [("0.025", 0), ("0.05", 1), ("+Inf", 1)] {
            let line = format!(
                "db_client_operation_duration_seconds_bucket{{operation=\"query\",le=\"{bound}\"}} \
                 {count}\n"
            );
            assert!(text.contains(&line), "{text}");
        }
    }
}
