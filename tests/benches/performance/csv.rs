//! A CSV file of two million bars into the store, with all checks.

use std::fmt::Write;
use std::path::Path;

use candle_files::{CandleFile, ImportOptions};
use serde_json::json;

use crate::bars::{self, BARS, Bars};
use crate::bench::{Bench, Contestant, timed, with};
use crate::program;
use crate::row::Goal;

const AS_DUCKDB: Goal = Goal::times_best(1.25, "DuckDB", "0.8 times DuckDB's speed");

pub(crate) fn import(bench: &mut Bench) {
    let bars = bars::minutes("csv", BARS);
    let path = bench.folder.join("bars.csv");
    std::fs::write(&path, text(&bars)).unwrap();
    in_the_process(bench, &bars, &path);
    by_the_program(bench, &bars, &path);
    std::fs::remove_file(&path).unwrap();
}

pub(crate) fn text(bars: &Bars) -> String {
    let mut text = String::from("open_time,open,high,low,close,volume\n");
    for bar in bars.candles() {
        let time = bar.open_time.to_datetime().format("%Y-%m-%d %H:%M:%S");
        let (open, high, low, close) = (bar.open, bar.high, bar.low, bar.close);
        writeln!(text, "{time},{open},{high},{low},{close},{}", bar.volume).unwrap();
    }
    text
}

fn in_the_process(bench: &mut Bench, bars: &Bars, path: &Path) {
    let Bench { rows, runtime, clients, peers, .. } = bench;
    let peers = &*peers;
    let runtime = &*runtime;
    let store = runtime.block_on(clients.embedded("csv"));
    let options = ImportOptions { symbol: Some("CSV".into()), ..ImportOptions::default() };
    let us = Contestant::us("checked", || {
        runtime.block_on(store.empty());
        let import = async {
            let file = CandleFile::read(path, &options).unwrap();
            store.candles.upsert_all(&file.series).await
        };
        let (took, report) = timed(runtime, import);
        assert_eq!(report.unwrap().inserted, BARS as u64);
        took
    });
    let request = json!({"path": path, "name": bars.name});
    let others = peers.contestants("csv", &request, bars.sum);
    rows.measure(
        "CSV of 2 million rows into the store, embedded",
        &[AS_DUCKDB],
        with([us], others),
    );
    runtime.block_on(store.empty());
}

/// Both start a process, open a store and close it again.
fn by_the_program(bench: &mut Bench, _bars: &Bars, path: &Path) {
    let Bench { rows, folder, peers, .. } = bench;
    let peers = &*peers;
    let (store, duck) = (folder.join("imported"), folder.join("imported.db"));
    let us = program::candlehouse().map(|mut command| {
        command.arg("--db").arg(format!("chdb:{}", store.display()));
        command.args(["import", "--symbol", "CSV", "--format", "json"]).arg(path);
        Contestant::us("checked", move || {
            drop(std::fs::remove_dir_all(&store));
            let (took, output) = program::run(&mut command);
            assert!(output.contains("2000000"), "{output}");
            took
        })
    });
    let load = format!(
        "import duckdb; d = duckdb.connect('{}'); \
         d.execute(\"CREATE TABLE bars AS SELECT * FROM read_csv('{}')\"); \
         print(d.execute('SELECT count(*) FROM bars').fetchone()[0])",
        duck.display(),
        path.display()
    );
    let other = peers.python.as_ref().ok().map(|python| {
        let mut command = std::process::Command::new(python);
        command.args(["-c", &load]);
        Contestant::new("DuckDB", "default", move || {
            drop(std::fs::remove_file(&duck));
            let (took, output) = program::run(&mut command);
            assert!(output.contains("2000000"), "{output}");
            took
        })
    });
    let work = "CSV of 2 million rows by the program, from its start to its end";
    rows.measure(work, &[AS_DUCKDB], us.into_iter().chain(other).collect());
}
