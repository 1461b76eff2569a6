//! The recipes of docs/sharing.md for other programs: the script for Python, which is run, and options.
#![cfg(unix)]

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use predicates::str::contains;

use crate::program::Home;
use crate::serving::Serving;
use crate::shared_entry::entry;

const RECIPES: &str = include_str!("../../../../docs/sharing.md");
const SCRIPT: &str = include_str!("../../../../examples/python/read_candles.py");
const PACKAGES: &str = include_str!("../../../../examples/python/requirements.txt");

#[test]
fn the_recipes_quote_the_script_and_options_that_there_are() {
    assert!(RECIPES.contains(&format!("```python\n{SCRIPT}```\n")));
    let home = Home::new();
    let help = home.ok("help serve");
    let words = RECIPES.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    let options: Vec<_> = words.filter(|word| word.starts_with("--clickhouse-")).collect();
    assert!(options.len() > 5);
    options.into_iter().fold(help, |help, option| help.stdout(contains(option)));
}

#[test]
fn python_reads_the_candles_that_are_stored_into_pandas_and_polars() {
    let python = match python_with_packages() {
        Ok(python) => python,
        Err(reason) if std::env::var_os("CI").is_some_and(|ci| !ci.is_empty()) => {
            panic!("the Python recipe was not tested: {reason}")
        }
        Err(reason) => {
            eprintln!("\nNOT TESTED: the Python recipe of docs/sharing.md: {reason}\n");
            return;
        }
    };
    let home = Home::with_stocks();
    home.ok(&format!("--db chdb:{} demo", home.store().display()));
    // A correction: the old close is in the table too until it is merged.
    home.write("new.csv", "date,open,high,low,close\n2013-03-01,438,500,400,499.5\n");
    home.ok("import new.csv --symbol NASDAQ:AAPL --interval 1d");
    home.write("pw", "hunter2 & \"more\"\n");
    fs::set_permissions(home.path("pw"), Permissions::from_mode(0o600)).unwrap();
    let login = "--clickhouse-user reader --clickhouse-password-file pw --clickhouse-read-only";
    let serving = Serving::start(&home, login);
    let entry = entry(&home.store());
    let (_, port) = entry["url"].as_str().unwrap().rsplit_once(':').unwrap();

    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/python/read_candles.py");
    let mut run = Command::new(python);
    run.arg(script).args(["NASDAQ", "AAPL", "1d"]).env_clear().current_dir(home.path(""));
    run.env("HOME", home.path("")).env("CLICKHOUSE_PORT", port);
    run.env("CLICKHOUSE_USER", "reader").env("CLICKHOUSE_PASSWORD_FILE", "pw");
    let output = run.output().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    assert_eq!(home.csv("candles NASDAQ:AAPL").len(), 3270);
    for library in ["pandas", "Polars"] {
        assert!(out.contains(&format!("{library}: 3270 candles, last close 499.5")), "{out}");
    }
    assert!(out.contains("2012-01-01 00:00:00 UTC") && out.contains("532.1729"), "{out}");
    serving.ends_well();
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A Python with the packages of the recipe, made once for as long as they stay the same.
fn python_with_packages() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-recipe");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let lock = File::create(folder.join("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let (environment, made) = (folder.join("venv"), folder.join("made-with.txt"));
    let python = environment.join("bin/python");
    let is_there = fs::read_to_string(&made).is_ok_and(|packages| packages == PACKAGES);
    // Its interpreter may have been removed or replaced since.
    if is_there
        && works(&python, [OsStr::new("-c"), OsStr::new("import clickhouse_connect")]).is_ok()
    {
        return Ok(python);
    }
    drop(fs::remove_file(&made));
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, PACKAGES).map_err(|error| error.to_string())?;
    let venv = ["-m", "venv", "--clear"].map(OsStr::new);
    works(Path::new("python3"), venv.into_iter().chain([environment.as_os_str()]))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    let install = install.map(OsStr::new).into_iter().chain([requirements.as_os_str()]);
    works(&python, install)?;
    fs::write(&made, PACKAGES).map_err(|error| error.to_string())?;
    Ok(python)
}

fn works<'a>(program: &Path, words: impl IntoIterator<Item = &'a OsStr>) -> Result<(), String> {
    let output = Command::new(program).args(words).output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{}: {}", program.display(), text(&output.stderr))),
    }
}
