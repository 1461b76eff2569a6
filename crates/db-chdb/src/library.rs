//! Where the engine's library is.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use db_port::{DbError, Result};
use etcetera::base_strategy::{BaseStrategy, Xdg};

use crate::library_check;

/// The environment variable that names the library file.
const VARIABLE: &str = "CANDLEHOUSE_ENGINE";

/// The environment variable that names the folder with one sub-folder for each version.
const FOLDER_VARIABLE: &str = "CANDLEHOUSE_ENGINE_DIR";

/// The version that `make engine` fetches.
const VERSION: &str = "26.7.3-stable.1";

const FILE: &str = "libchdb.so";

/// Finds the engine's library: the explicit setting, the environment variable, then the usual
/// places. A place that was named must hold the library; there is no falling back from it.
///
/// # Errors
/// [`DbError`] that says where it was looked for and how to get it.
pub fn find(explicit: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = explicit {
        return named(path, "engine library");
    }
    if let Some(path) = variable(VARIABLE) {
        return named(Path::new(&path), VARIABLE);
    }
    let places = usual_places();
    match places.iter().find(|path| path.is_file()) {
        Some(path) => library_check::check(path, "engine library").map(|()| path.clone()),
        None => Err(DbError::Unavailable {
            target: "the embedded engine".into(),
            reason: format!("its library was not found; {}", advice(&places)),
            source: None,
        }),
    }
}

/// An empty variable is as good as none, as in the shell.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn named(path: &Path, key: &str) -> Result<PathBuf> {
    if path.is_file() {
        return library_check::check(path, key).map(|()| path.to_owned());
    }
    let what = if path.exists() { "is not a file" } else { "does not exist" };
    Err(DbError::Configuration {
        key: key.into(),
        reason: format!(
            "{} {what}; it must be the path of {FILE}, which `make engine` fetches",
            path.display()
        ),
    })
}

fn usual_places() -> Vec<PathBuf> {
    let fetched = variable(FOLDER_VARIABLE)
        .map(PathBuf::from)
        .or_else(|| Some(Xdg::new().ok()?.cache_dir().join("candlehouse").join("engine")));
    let beside_program = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(FILE)));
    fetched
        .map(|folder| folder.join(VERSION).join(FILE))
        .into_iter()
        .chain(beside_program)
        .chain(["/usr/local/lib", "/usr/lib"].map(|folder| Path::new(folder).join(FILE)))
        .collect()
}

fn advice(places: &[PathBuf]) -> String {
    let looked: Vec<_> = places.iter().map(|path| format!("  {}", path.display())).collect();
    format!(
        "looked at\n{}\nRun `candlehouse engine install`, or `make engine` in the source tree, to fetch \
         it, or set {VARIABLE} to the path of a {FILE} that you have.",
        looked.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_place_without_the_library_is_an_error_that_names_it() {
        let error = find(Some(Path::new("/nowhere/libchdb.so"))).unwrap_err().to_string();
        assert!(error.contains("/nowhere/libchdb.so does not exist"), "{error}");
        assert!(error.contains("make engine"), "{error}");
        let error = find(Some(Path::new("/"))).unwrap_err().to_string();
        assert!(error.contains("is not a file"), "{error}");
    }

    #[test]
    fn the_advice_lists_every_place_and_the_command() {
        let places = usual_places();
        let advice = advice(&places);
        assert!(places.len() >= 3);
        for place in &places {
            assert!(advice.contains(&place.display().to_string()), "{advice}");
        }
        assert!(advice.contains("make engine") && advice.contains(VARIABLE), "{advice}");
    }
}
