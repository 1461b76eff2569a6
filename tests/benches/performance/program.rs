//! The program itself: from its start to its end.

use std::env;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use candle_repository::Interval;

use crate::bars;
use crate::bench::{Bench, Contestant};

/// The program beside this one; none if it was not built.
pub(crate) fn candlehouse() -> Option<Command> {
    let folder = env::current_exe().unwrap();
    let program = folder.ancestors().nth(2)?.join("candlehouse");
    program.exists().then(|| Command::new(program))
}

/// Runs it to its end, and returns how long that took and what it printed.
pub(crate) fn run(command: &mut Command) -> (Duration, String) {
    let begin = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let took = begin.elapsed();
    let (out, err) = (output.stdout, output.stderr);
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&err));
    (took, String::from_utf8_lossy(&out).into_owned())
}

/// From the start of the program to the newest bar of a series that was stored before.
pub(crate) fn to_first_answer(bench: &mut Bench) {
    let bars = bars::minutes("first", 500_000);
    bench.peers.give(&bars);
    let Bench { rows, folder, peers, .. } = bench;
    let peers = &*peers;
    let csv = folder.join("first.csv");
    std::fs::write(&csv, crate::csv::text(&bars)).unwrap();
    let db = format!("chdb:{}", folder.join("first").display());
    let mut contestants = Vec::new();
    if let Some(mut import) = candlehouse() {
        import.args(["--db", &db, "import", "--symbol", "FIRST"]).arg(&csv);
        run(&mut import);
        contestants.push(Contestant::us("default", move || {
            let mut latest = candlehouse().unwrap();
            let minute = Interval::MINUTE.to_string();
            latest.args(["--db", &db, "latest", "FIRST", "--interval", &minute]);
            run(&mut latest).0
        }));
    }
    if let Ok(python) = &peers.python {
        peers.leave_stored(&bars);
        for peer in ["ArcticDB", "DuckDB", "Parquet + Polars"] {
            contestants.push(Contestant::new(peer, "default", move || {
                let mut once = Command::new(python);
                once.arg(crate::peers::SCRIPT).arg(&peers.folder).args(["once", peer, "first"]);
                run(&mut once).0
            }));
        }
    }
    rows.measure("start of the program to the newest bar of a series", &[], contestants);
}
