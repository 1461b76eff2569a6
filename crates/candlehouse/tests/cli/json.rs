//! JSON has the fields that `docs/json.md` says.

use serde_json::Value;

use crate::program::{Home, stdout};

const DOCS: &str = include_str!("../../../../docs/json.md");

/// Name and type of each field of the commands that a heading names.
fn documented() -> Vec<(Vec<&'static str>, Vec<[&'static str; 2]>)> {
    let sections = DOCS.split("\n## ").skip(1);
    let commands = |text: &'static str| text.lines().next().unwrap().split(", ").collect();
    let fields = |text: &'static str| {
        let rows = text.lines().filter(|line| line.starts_with("| `"));
        let row = |line: &'static str| {
            let cells: Vec<_> = line.split('|').map(str::trim).collect();
            [cells[1].trim_matches('`'), cells[2]]
        };
        rows.map(row).collect()
    };
    sections.map(|text| (commands(text), fields(text))).collect()
}

fn assert_is(value: &Value, kind: &str, place: &str) {
    let is = match kind.trim_end_matches('?') {
        "number" => value.is_number(),
        "text" => value.is_string(),
        "time" => value.as_str().is_some_and(|text| text.len() == 20 && text.ends_with('Z')),
        other => panic!("{place}: unknown type {other}"),
    };
    assert!(is || kind.ends_with('?') && value.is_null(), "{place} is no {kind}: {value}");
}

/// The only line of each command that every one of its fields can be seen in.
fn line_of(command: &str) -> &str {
    match command {
        "candles" => "candles AAPL --last 3",
        "resample" => "resample AAPL 1M",
        "coverage --gaps" => "coverage AAPL --gaps",
        "symbols add" => "symbols add NYSE:NEW --asset-class equity --tick-size 0.01",
        "symbols delist" => "symbols delist NEW --date 2024-01-02",
        "symbols delete" => "symbols delete FB --with-candles --dry-run",
        "symbols rename" => "symbols rename AAPL NASDAQ:AAPL --dry-run",
        "delete" => "delete AAPL --dry-run",
        "import" => "import again.csv --symbol AAPL",
        "import --dry-run" => "import again.csv --symbol AAPL --dry-run",
        other => other,
    }
}

#[test]
fn every_command_prints_the_fields_that_are_documented_in_every_format() {
    let home = Home::with_stocks();
    home.write("again.csv", "time,open,high,low,close\n2024-01-02,1,1,1,1\n2024-01-03,1,1,1,1\n");
    let documented = documented();
    assert!(documented.len() >= 10);
    for (commands, fields) in documented {
        for command in commands {
            let line = line_of(command);
            let text = stdout(&home.ok(&format!("{line} --format jsonl")));
            let names: Vec<_> = fields.iter().map(|[name, _]| *name).collect();
            assert!(!text.is_empty(), "{line}");
            for object in text.lines() {
                let keys: Vec<_> = object_keys(object);
                assert_eq!(keys, names, "{line}");
                let value: Value = serde_json::from_str(object).unwrap();
                for [name, kind] in &fields {
                    assert_is(&value[*name], kind, &format!("{line}: {name}"));
                }
            }
            let csv = stdout(&home.ok(&format!("{line} --format csv")));
            assert_eq!(csv.lines().next().unwrap(), names.join(","), "{line}");
        }
    }
}

/// The keys in the order of the text.
fn object_keys(object: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(object).unwrap();
    let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort_by_key(|key| object.find(&format!("\"{key}\":")).unwrap());
    keys
}

#[test]
fn json_lines_are_the_objects_of_the_array() {
    let home = Home::with_stocks();
    let array = home.json("candles AAPL --last 3");
    let lines = stdout(&home.ok("candles AAPL --last 3 --format jsonl"));
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(array, Value::Array(lines));
    home.ok("candles AAPL --from 2050-01-01 --format jsonl").stdout("");
}

#[test]
fn a_search_that_was_cut_says_so() {
    let home = Home::with_stocks();
    for name in ["ZA", "ZB", "ZC"] {
        home.ok(&format!("symbols add X:{name} --asset-class equity"));
    }
    let cut = home.ok("symbols --search z --limit 2 --format csv");
    assert_eq!(stdout(&cut).lines().count(), 3);
    assert!(crate::program::stderr(&cut).contains("only the first 2 are shown"));
    let whole = home.ok("symbols --search z --limit 3");
    assert!(!crate::program::stderr(&whole).contains("only the first"));
}
