//! The program that becomes the child process.

use std::env;
use std::path::{Path, PathBuf};

use crate::child;
use crate::config::ServerConfig;
use crate::error::Error;

const VARIABLE: &str = "CHDB_SERVER_PROGRAM";
const NAME: &str = "chdb-server";

/// Finds it: as it is configured, this program, or in the usual places.
pub(crate) fn find(config: &ServerConfig) -> Result<PathBuf, Error> {
    if let Some(named) = &config.program {
        return existing(vec![named.clone()]);
    }
    if let Some(this) = child::this_program() {
        return Ok(this);
    }
    match env::var_os(VARIABLE).filter(|name| !name.is_empty()) {
        Some(named) => existing(vec![named.into()]),
        None => existing(usual_places()),
    }
}

fn existing(places: Vec<PathBuf>) -> Result<PathBuf, Error> {
    match places.iter().find(|place| place.is_file()) {
        Some(place) => Ok(place.clone()),
        None => Err(Error::NoProgram { looked_for: places }),
    }
}

/// A program built by cargo has it beside itself; tests and examples have it one folder up.
fn usual_places() -> Vec<PathBuf> {
    let own = env::current_exe().unwrap_or_default();
    let beside: Vec<_> = own.ancestors().skip(1).take(2).map(Path::to_owned).collect();
    let path = env::var_os("PATH").unwrap_or_default();
    beside.into_iter().chain(env::split_paths(&path)).map(|folder| folder.join(NAME)).collect()
}
