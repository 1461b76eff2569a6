//! What goes to standard output and what to standard error.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use predicates::boolean::PredicateBooleanExt;
use predicates::str::{contains, is_empty};

use crate::program::{Home, stderr, stdout};
use crate::serving::{signal, until};

const ANSWERS: [&str; 6] =
    ["candles AAPL --last 3", "latest", "coverage", "resample AAPL 1M", "symbols", "health"];

#[test]
fn json_has_real_numbers_and_null_for_nothing() {
    let home = Home::with_stocks();
    for line in ANSWERS {
        let rows = home.json(line);
        assert!(!rows.as_array().unwrap().is_empty(), "{line}");
        assert!(rows[0].is_object(), "{line}");
    }
    let candle = &home.json("candles AAPL --last 1")[0];
    assert_eq!(
        *candle,
        serde_json::json!({
            "exchange": "", "symbol": "AAPL", "interval": "1d",
            "open_time": "2013-03-01T00:00:00Z", "open": 438, "high": 438.1799, "low": 429.98,
            "close": 430.47, "volume": 19_730_300,
        })
    );
    assert!(home.json("symbols")[0]["tick_size"].is_null());
    assert_eq!(home.json("candles AAPL --from 2050-01-01"), serde_json::json!([]));
}

#[test]
fn csv_has_the_columns_that_json_has() {
    let home = Home::with_stocks();
    for line in ANSWERS {
        let text = stdout(&home.ok(&format!("{line} --format csv")));
        let header = text.lines().next().unwrap();
        let json = home.json(line);
        let names =
            json[0].as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>();
        let columns = header.split(',').map(str::to_owned).collect();
        assert_eq!(names, columns, "{line}");
    }
}

#[test]
fn nothing_but_the_answer_goes_to_standard_output_and_no_colour_or_progress_into_a_pipe() {
    let home = Home::new();
    let imported = home.ok(&format!("import {} --format csv", crate::stocks::PATH));
    assert!(stdout(&imported).starts_with("file,interval,"), "{}", stdout(&imported));
    let notes = stderr(&imported);
    assert!(notes.lines().all(|line| line.starts_with("note: ")), "{notes}");
    assert!(notes.contains("ignored columns: Adj Close"), "{notes}");

    let plain = || contains("\u{1b}").not().and(contains("\r").not());
    for line in ["export", "chart AAPL --width 60", "chart AAPL --charset ascii"] {
        home.ok(line).stdout(plain()).stderr(plain());
    }
    for line in ANSWERS {
        home.ok(line).stdout(plain()).stderr(is_empty());
    }
    home.ok("chart AAPL --charset ascii").stdout(predicates::function::function(str::is_ascii));
}

#[test]
fn what_a_terminal_would_obey_is_shown_and_not_sent() {
    let home = Home::new();
    let file = "a\u{1b}[31m.csv";
    let symbol = "A\u{202e}B";
    home.write(file, "date,open,high,low,close\n2024-01-01,1,1,1,1\n2024-01-02,1,1,1,1\n");
    let harmless = || contains("\u{1b}").or(contains("\u{202e}")).not();
    home.run(&["import", file, "--symbol", symbol])
        .success()
        .stdout(harmless())
        .stderr(harmless().and(contains("a\\u{1b}[31m.csv: ")).and(contains("A\\u{202e}B")));
    home.run(&["candles", "\u{202e}C"]).code(4).stderr(harmless().and(contains("\\u{202e}C")));
}

#[test]
fn a_reader_that_does_not_read_on_does_not_keep_a_request_to_end_from_being_heard() {
    let home = Home::with_stocks();
    for (line, first, name, code) in [
        ("export", "exchange,symbol", "-INT", 130),
        ("candles AAPL --format csv", "exchange,symbol", "-TERM", 143),
        ("candles AAPL --format jsonl", "{\"exchange\"", "-INT", 130),
        ("candles AAPL", "open time (UTC)", "-TERM", 143),
        ("resample AAPL 1d --format json", "[", "-INT", 130),
        ("latest -n 5000 --format csv", "exchange,symbol", "-TERM", 143),
        ("coverage --gaps --calendar continuous --format json", "[", "-INT", 130),
    ] {
        let mut program = home.program();
        program.args(line.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = program.spawn().unwrap();
        let mut reader = BufReader::with_capacity(64, child.stdout.take().unwrap());
        let mut text = String::new();
        reader.read_line(&mut text).unwrap();
        assert!(text.starts_with(first), "{line}: {text}");
        // What comes is more than fits into a pipe.
        signal(child.id(), name);
        until(|| child.try_wait().unwrap().is_some());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{line}");
        drop(reader);
    }
}

/// The first line that a command prints; whoever reads it goes away then, and the command must end
/// without a word.
fn first_line_and_quiet_end(home: &Home, line: &str) -> String {
    let mut program = home.program();
    program.args(line.split(' ')).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    let mut text = String::new();
    // Dropping the reader closes the pipe.
    BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{line}");
    assert!(output.stderr.is_empty(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_program_quietly() {
    let home = Home::with_stocks();
    for (line, first) in [
        ("export", "exchange,symbol,interval,open_time,open,high,low,close,volume"),
        (
            "candles AAPL --format csv",
            "exchange,symbol,interval,open_time,open,high,low,close,volume",
        ),
        ("candles AAPL", "open time (UTC)      open      high       low     close       volume"),
        ("candles AAPL --format json", "["),
    ] {
        assert_eq!(first_line_and_quiet_end(&home, line).trim_end(), first, "{line}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure_of_any_list() {
    let home = Home::with_stocks();
    for (line, first) in [
        ("candles AAPL --format jsonl", "{\"exchange\":\"\",\"symbol\":\"AAPL\""),
        ("resample AAPL 1d --format csv", "exchange,symbol,interval"),
        ("latest -n 5000 --format jsonl", "{\"exchange\""),
        ("latest -n 5000", "symbol"),
        ("coverage --gaps --calendar continuous --format csv", "exchange,symbol"),
        ("coverage --format json", "["),
        ("symbols --format jsonl", "{\"exchange\""),
        ("health", "status"),
        ("config", "setting"),
        ("completions bash", "_candlehouse"),
        ("man", ""),
        ("chart AAPL --width 200 --height 100", ""),
    ] {
        let text = first_line_and_quiet_end(&home, line);
        assert!(text.starts_with(first), "{line}: {text}");
    }
}

#[test]
fn columns_are_chosen_by_name_and_printed_in_that_order_in_every_format() {
    let home = Home::with_stocks();
    let csv = stdout(&home.ok("candles AAPL --last 1 --columns close,open_time --format csv"));
    assert_eq!(csv, "close,open_time\n430.47,2013-03-01T00:00:00Z\n");
    let lines = stdout(&home.ok("latest AAPL --columns symbol,close --format jsonl"));
    assert_eq!(lines, "{\"symbol\":\"AAPL\",\"close\":430.47}\n");
    let table = stdout(&home.ok("symbols --columns symbol,asset_class"));
    assert!(table.starts_with("symbol  asset class\n"), "{table}");
    home.ok("coverage AAPL --columns missing --format csv").stdout("missing\n123\n");
    home.ok("coverage AAPL --gaps --columns missing --format csv");
    home.ok("resample AAPL 1M --columns volume --format csv");
}

#[test]
fn a_column_that_is_not_there_is_told_those_that_are() {
    let home = Home::with_stocks();
    for line in ["candles AAPL", "latest", "coverage", "resample AAPL 1M", "symbols"] {
        home.fails(2, &format!("{line} --columns price"))
            .stderr(contains("there is no column \"price\"").and(contains("exchange, symbol")));
    }
    home.fails(2, "candles AAPL --columns close,close").stderr(contains("named twice"));
}
