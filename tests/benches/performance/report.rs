//! The table, as Markdown on the terminal and in a file, and as JSON.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::row::{Goal, Measured, Row, US};

const FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../bench");

/// A row as it is measured.
pub(crate) fn line(row: &Row) -> String {
    let results = row.results.iter();
    let results = results.map(|m| format!("{} ({}) {}", m.who, m.setting, number(m.value)));
    let goals = row.goals.iter().map(|goal| verdict(goal, row));
    let all: Vec<_> = results.chain(goals).collect();
    format!("== {} [{}]: {}", row.work, row.unit, all.join("; "))
}

pub(crate) fn write(rows: &[Row], missing: Option<&str>) {
    let machine = machine();
    let mut text = format!(
        "{}\n\n",
        machine
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect::<Vec<_>>()
            .join("; ")
    );
    if let Some(reason) = missing {
        let reason = reason.lines().last().unwrap_or_default();
        writeln!(text, "**Without the peers in Python**: {reason}\n").unwrap();
    }
    table(&mut text, rows);
    println!("\n{text}");
    let folder = Path::new(FOLDER);
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("performance.md"), &text).unwrap();
    let machine: serde_json::Map<_, _> =
        machine.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    let rows: Vec<_> = rows.iter().map(row_json).collect();
    let all = json!({"machine": machine, "missing": missing, "rows": rows});
    let json = folder.join("performance.json");
    std::fs::write(&json, serde_json::to_string_pretty(&all).unwrap()).unwrap();
    println!("Also in {}", folder.canonicalize().unwrap().display());
}

/// One column for each contestant, in the order in which they come.
fn table(text: &mut String, rows: &[Row]) {
    let mut who = vec![US];
    for measured in rows.iter().flat_map(|row| &row.results) {
        if !who.contains(&measured.who.as_str()) {
            who.push(&measured.who);
        }
    }
    writeln!(text, "| work | unit | {} | must |", who.join(" | ")).unwrap();
    writeln!(text, "|---|---|{}---|", "---|".repeat(who.len())).unwrap();
    for row in rows {
        let cells = who.iter().map(|who| cell(row, who)).collect::<Vec<_>>().join(" | ");
        let goals: Vec<_> = row.goals.iter().map(|goal| verdict(goal, row)).collect();
        let goals = goals.join("<br>");
        writeln!(text, "| {} | {} | {cells} | {goals} |", row.work, row.unit).unwrap();
    }
}

fn cell(row: &Row, who: &str) -> String {
    let results: Vec<&Measured> = row.results.iter().filter(|m| m.who == who).collect();
    match results[..] {
        [] => "-".into(),
        [only] if ["default", "checked"].contains(&only.setting.as_str()) => number(only.value),
        _ => {
            let each = results.iter().map(|m| format!("{} {}", number(m.value), m.setting));
            each.collect::<Vec<_>>().join("<br>")
        }
    }
}

fn verdict(goal: &Goal, row: &Row) -> String {
    let Goal { words, at_most, .. } = goal;
    match goal.ratio(row) {
        None => format!("{words}: not compared"),
        Some(ratio) if ratio <= *at_most => format!("{words}: **reached** ({})", number(ratio)),
        Some(ratio) => format!("{words}: not reached ({} > {})", number(ratio), number(*at_most)),
    }
}

fn row_json(row: &Row) -> Value {
    let results = row
        .results
        .iter()
        .map(|m| json!({"who": m.who, "setting": m.setting, "value": m.value, "runs": m.runs}));
    let goals = row.goals.iter().map(|goal| {
        let ratio = goal.ratio(row);
        let reached = ratio.map(|ratio| ratio <= goal.at_most);
        json!({"words": goal.words, "at_most": goal.at_most, "ratio": ratio, "reached": reached})
    });
    let (results, goals) = (results.collect::<Vec<_>>(), goals.collect::<Vec<_>>());
    json!({"work": row.work, "unit": row.unit, "results": results, "goals": goals})
}

/// With three digits that say something.
fn number(value: f64) -> String {
    let digits = match value {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    format!("{value:.digits$}")
}

fn machine() -> Vec<(&'static str, String)> {
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1));
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    vec![
        ("processor", model.unwrap_or("unknown").to_owned()),
        ("cores", cores.to_string()),
        ("date", said_by("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        (
            "commit",
            said_by("git", &["-C", env!("CARGO_MANIFEST_DIR"), "rev-parse", "--short", "HEAD"]),
        ),
    ]
}

fn said_by(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output();
    output.map_or_else(
        |_| "unknown".into(),
        |output| String::from_utf8_lossy(&output.stdout).trim().into(),
    )
}
