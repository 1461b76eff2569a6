//! Runs each example and checks what it prints.

use std::process::Command;

fn output_of(program: &str) -> String {
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_file_is_imported_twice_and_stored_once() {
    let output = output_of(env!("CARGO_BIN_EXE_import_file"));
    assert_eq!(
        output,
        "12154 rows, 5 series\n\
         warning: ignored columns: Adj Close\n\
         warning: interval 1d found in the times\n\
         first import: 12154 inserted, 0 corrected, 0 unchanged\n\
         second import: 0 inserted, 0 corrected, 12154 unchanged\n"
    );
}

#[test]
fn a_range_is_read() {
    let output = output_of(env!("CARGO_BIN_EXE_read_range"));
    assert_eq!(
        output,
        "closes from 2013-03-04 to 2013-03-06: [420.05, 431.14]\n\
         week of 2013-03-04: opened at 427.8, closed at 430.58\n\
         3 candles, 1 missing\n\
         gap from 2013-03-06 to 2013-03-06\n"
    );
}

#[test]
fn a_mock_answers_and_fails_as_told() {
    let output = output_of(env!("CARGO_BIN_EXE_use_a_mock"));
    let lines: Vec<_> = output.lines().collect();
    assert_eq!(lines[0], "answer: 42");
    assert!(lines[1].starts_with("failure: ") && lines[1].contains("connect"), "{output}");
    assert_eq!(lines[2..], ["asked with symbol = Some(String(\"AAPL\"))"; 2]);
}

#[test]
fn a_server_runs_and_stores() {
    let output = output_of(env!("CARGO_BIN_EXE_run_a_server"));
    let (first, rest) = output.split_once('\n').unwrap();
    assert!(first.starts_with("ClickHouse ") && first.ends_with(" is listening"), "{output}");
    assert_eq!(rest, "healthy: true\ninserted: 1\nnewest close: [42298.61]\n");
}

#[test]
fn an_adapter_of_ones_own_counts() {
    let output = output_of(env!("CARGO_BIN_EXE_write_an_adapter"));
    assert!(
        output.starts_with("0 candles through ") && output.ends_with(", counted\n1 query\n"),
        "{output}"
    );
}
