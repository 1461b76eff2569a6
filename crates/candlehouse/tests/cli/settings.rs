//! Settings: files, variables, options, and which of them wins.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::{contains, is_empty};

use crate::program::{Home, columns};

const USERS: &str = ".config/candlehouse/candlehouse.toml";

fn shown(home: &Home, line: &str) -> Vec<[String; 3]> {
    columns(&home.csv(line), [0, 1, 2])
}

fn row(name: &str, value: &str, origin: impl ToString) -> [String; 3] {
    [name.into(), value.into(), origin.to_string()]
}

#[test]
fn options_come_before_variables_before_the_folders_file_before_the_users() {
    let home = Home::new();
    let folder = |name| home.path(name).canonicalize().unwrap().display().to_string();
    let defaults = shown(&home, "config");
    assert_eq!(
        defaults[1..],
        [
            row("log", "warn", "default"),
            row("color", "auto", "default"),
            row("quiet", "false", "default"),
        ]
    );
    assert_eq!(defaults[0], row("db", &format!("chdb:{}", home.store().display()), "default"));

    home.write(USERS, "db = 'chdb:stores/mine'\nlog = 'error'\nquiet = true");
    home.write("candlehouse.toml", "log = 'info'\ncolor = 'never'");
    let users = home.path(USERS).display().to_string();
    let here = folder("candlehouse.toml");
    let mine = home.path(".config/candlehouse/stores/mine").display().to_string();
    let from_files = [
        row("db", &format!("chdb:{mine}"), &users),
        row("log", "info", &here),
        row("color", "never", &here),
        row("quiet", "true", &users),
    ];
    assert_eq!(shown(&home, "config"), from_files);

    let with_variables = |line: &str| {
        let mut command = home.command(&line.split(' ').collect::<Vec<_>>());
        let assert =
            command.env("CANDLEHOUSE_DB", "chdb:b").env("CANDLEHOUSE_LOG", "trace").assert();
        let text = crate::program::stdout(&assert.success());
        columns(&crate::program::csv_rows(&text), [0, 1, 2])
    };
    let mut expected = from_files.clone();
    expected[0] = row("db", "chdb:b", "variable CANDLEHOUSE_DB");
    expected[1] = row("log", "trace", "variable CANDLEHOUSE_LOG");
    assert_eq!(with_variables("config --format csv"), expected);
    expected[0] = row("db", "chdb:c", "option --db");
    expected[1] = row("log", "debug", "option --verbose");
    expected[2] = row("color", "always", "option --color");
    assert_eq!(
        with_variables("config --format csv --db chdb:c -vv --color always")[..3],
        expected[..3]
    );

    let mut command = home.command(&["config", "--format", "csv"]);
    let assert = command.env("CANDLEHOUSE_DB", "").env("CANDLEHOUSE_LOG", "").assert();
    let rows = crate::program::csv_rows(&crate::program::stdout(&assert.success()));
    assert_eq!(columns(&rows, [0, 1, 2]), from_files, "an empty variable is not set");
}

#[test]
fn a_store_is_used_by_its_name_and_from_the_folder_of_the_file() {
    let home = Home::new();
    home.write("candlehouse.toml", "db = 'main'\n[stores]\nmain = 'chdb:./first'");
    home.write(USERS, "[stores]\nmain = 'chdb:hidden'\nprod = 'https://me:hunter2@host/prices'");
    home.run(&["import", crate::stocks::PATH]).success();
    assert!(home.path("first/metadata").exists());
    assert_eq!(home.csv("latest").len(), 5);
    home.ok("config")
        .stdout(contains("https://me@host:8443/prices").and(contains("hunter2").not()));
    home.fails(2, "--db prdo latest").stderr(
        contains("there is no store of the name \"prdo\"").and(contains("name main, prod")),
    );
    home.fails(4, "--db chdb:other latest").stderr(contains("no store in other"));
}

#[test]
fn a_file_that_cannot_be_used_stops_every_command_that_needs_settings() {
    let home = Home::new();
    home.write("candlehouse.toml", "db = 'chdb:a'\nlog = 'hunter2'");
    for line in ["latest", "config", "init"] {
        home.fails(2, line).stderr(
            contains("candlehouse.toml: log: write one of off, error")
                .and(contains("hunter2").not()),
        );
    }
    home.ok("completions bash");
    home.write("candlehouse.toml", "db = 'chdb:a'\n[stores\n");
    home.fails(2, "latest").stderr(contains("candlehouse.toml, line 2: "));
    std::fs::remove_file(home.path("candlehouse.toml")).unwrap();
    std::fs::create_dir(home.path("candlehouse.toml")).unwrap();
    home.fails(2, "latest").stderr(contains("candlehouse.toml cannot be read"));
}

#[test]
fn quiet_hides_notes_and_not_results_or_errors() {
    let home = Home::new();
    home.write("a.csv", "time,open,high,low,close\n2024-01-02,1,1,1,1\n2024-01-03,1,1,1,1\n");
    let line = "import a.csv --symbol A";
    home.ok(line).stderr(contains("note: "));
    home.ok(&format!("{line} --quiet")).stderr(is_empty()).stdout(contains("unchanged"));
    home.fails(4, "candles B --quiet").stderr(contains("error: no candles of B"));
    home.fails(2, "latest -q -v").stderr(contains("cannot be used with"));
}

#[test]
fn charts_have_colour_where_the_user_wants_it() {
    let home = Home::with_stocks();
    let has_colour = |line: &str| crate::program::stdout(&home.ok(line)).contains('\u{1b}');
    assert!(!has_colour("chart AAPL"), "a pipe is no terminal");
    assert!(has_colour("chart AAPL --color always"));
    home.write("candlehouse.toml", "color = 'always'");
    assert!(has_colour("chart AAPL"));
    assert!(!has_colour("chart AAPL --color never"));
}
