//! A home folder of its own for each test, and the program in it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};
use std::time::Duration;
use std::{env, fs};

use assert_cmd::assert::Assert;
use assert_cmd::{Command, cargo};
use serde_json::Value;
use tempfile::TempDir;

/// Longer than any command takes on the slowest machine.
const STUCK: Duration = Duration::from_secs(120);

/// Every command of the program.
pub(crate) const COMMANDS: [&str; 18] = [
    "init",
    "import",
    "candles",
    "latest",
    "coverage",
    "resample",
    "delete",
    "symbols",
    "export",
    "chart",
    "codec",
    "health",
    "serve",
    "demo",
    "config",
    "completions",
    "engine",
    "man",
];

/// An empty home folder, which is also the working folder.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A home whose default store holds the example data.
    pub(crate) fn with_stocks() -> Self {
        let home = Self::new();
        home.run(&["import", crate::stocks::PATH]).success();
        home
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The folder of the store that is used when none is named.
    pub(crate) fn store(&self) -> PathBuf {
        self.path(".local/share/candlehouse/store")
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program, ready to be started with nothing in its environment but the home folder and
    /// the place of the engine.
    pub(crate) fn program(&self) -> process::Command {
        let mut program = process::Command::new(cargo::cargo_bin!("candlehouse"));
        let (variable, place) = engine_place();
        program.env_clear().env("HOME", self.0.path()).env(variable, place);
        program.current_dir(self.0.path()).stdin(Stdio::null());
        program
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut program = self.program();
        program.args(arguments);
        let mut command = Command::from_std(program);
        command.timeout(STUCK);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Assert {
        self.command(arguments).assert()
    }

    /// Runs the words of `line`, which must succeed.
    pub(crate) fn ok(&self, line: &str) -> Assert {
        self.run(&line.split_whitespace().collect::<Vec<_>>()).success()
    }

    /// Runs the words of `line`, which must end with `code` and without a result.
    pub(crate) fn fails(&self, code: i32, line: &str) -> Assert {
        self.run(&line.split_whitespace().collect::<Vec<_>>()).code(code).stdout("")
    }

    /// The rows that `line` prints as CSV, without the header and, like a table, with exchange and
    /// symbol in one, or without the series if the command is about one.
    pub(crate) fn csv(&self, line: &str) -> Vec<Vec<String>> {
        let text = stdout(&self.ok(&format!("{line} --format csv")));
        let mut rows = csv_rows(&text);
        let has = |command| line.split(' ').any(|word| word == command);
        let is_named = text.starts_with("exchange,symbol,interval,") && !has("export");
        for row in rows.iter_mut().filter(|_| is_named) {
            if has("candles") || has("resample") {
                row.drain(..3);
                continue;
            }
            let exchange = row.remove(0);
            if !exchange.is_empty() {
                row[0] = format!("{exchange}:{}", row[0]);
            }
        }
        rows
    }

    /// What `line` prints as JSON.
    pub(crate) fn json(&self, line: &str) -> Value {
        serde_json::from_str(&stdout(&self.ok(&format!("{line} --format json")))).unwrap()
    }

    /// The only row of a report that `line` prints as JSON although it fails with code 1.
    pub(crate) fn unhealthy(&self, line: &str) -> Value {
        let line = format!("{line} --format json");
        let assert = self.run(&line.split_whitespace().collect::<Vec<_>>()).code(1);
        let mut rows: Vec<Value> = serde_json::from_str(&stdout(&assert)).unwrap();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.remove(0)
    }
}

pub(crate) fn csv_rows(text: &str) -> Vec<Vec<String>> {
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

/// Some columns of the rows.
pub(crate) fn columns<const N: usize>(
    rows: &[Vec<String>],
    places: [usize; N],
) -> Vec<[String; N]> {
    rows.iter().map(|row| places.map(|place| row[place].clone())).collect()
}

pub(crate) fn stdout(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

pub(crate) fn stderr(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// The library of the engine that the tests run on.
pub(crate) fn engine_library() -> PathBuf {
    let (variable, place) = engine_place();
    let place = PathBuf::from(place);
    if variable == LIBRARY {
        return place;
    }
    let versions = fs::read_dir(&place).unwrap_or_else(|error| {
        panic!("no engine in {}, run `make engine`: {error}", place.display())
    });
    let libraries = versions.map(|version| version.unwrap().path().join("libchdb.so"));
    libraries.into_iter().find(|library| library.is_file()).unwrap()
}

const LIBRARY: &str = "CANDLEHOUSE_ENGINE";
const FOLDER: &str = "CANDLEHOUSE_ENGINE_DIR";

/// Where the engine is: what the environment of the tests says, else where `make engine` puts it.
fn engine_place() -> (&'static str, OsString) {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(library) = set(LIBRARY) {
        return (LIBRARY, library);
    }
    let fetched = || {
        let cache = set("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.unwrap_or_else(|| Path::new(&set("HOME").unwrap()).join(".cache"));
        cache.join("candlehouse/engine").into_os_string()
    };
    (FOLDER, set(FOLDER).unwrap_or_else(fetched))
}
