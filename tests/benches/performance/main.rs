//! How fast and how small, beside what a user would pick instead: one table, also as Markdown and
//! JSON under `target/bench`. Its numbers are never checked; that the work was done is.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark that fails stops the run")]
#![allow(clippy::print_stdout, reason = "the table is what it is for")]

mod bars;
mod bench;
mod clients;
mod csv;
mod daily;
mod growth;
mod many_tasks;
mod official;
mod one_series;
mod peers;
mod program;
mod report;
mod row;
mod server;
mod size;
mod small_queries;
mod storing;
mod streaming;

use bench::Bench;

/// Rows of the table that are measured together.
type Section = fn(&mut Bench);

fn main() {
    chdb_server::run_if_child();
    if streaming::is_child() {
        return streaming::child();
    }
    let mut bench = Bench::new();
    let bench = &mut bench;
    let sections: [(&str, Section); 11] = [
        ("read", one_series::embedded),
        ("store", storing::embedded),
        ("csv", csv::import),
        ("size", size::on_disk),
        ("daily", daily::of_many_series),
        ("growth", growth::with_what_is_stored),
        ("tasks", many_tasks::embedded),
        ("server", server::reads_and_writes),
        ("small", small_queries::against_the_official_client),
        ("stream", streaming::memory),
        ("start", program::to_first_answer),
    ];
    for (name, section) in sections {
        if bench.wants(name) {
            section(bench);
        }
    }
    bench.finish();
}
