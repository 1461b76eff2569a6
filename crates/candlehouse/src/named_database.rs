//! The database that the settings name: a URL, or a store by its name.

use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::settings::names::is_name;
use crate::settings::{Origin, Setting, Settings};

/// The database, and where its name comes from; none if none is named.
pub(crate) fn of(settings: &Settings) -> Result<Option<(DbUrl, &Origin)>, CliError> {
    let Some(named) = &settings.db else {
        return Ok(None);
    };
    let url = match settings.stores.get(&named.value) {
        Some(url) => url,
        None if is_name(&named.value) => return Err(no_such_store(named, settings)),
        None => named,
    };
    Ok(Some((parse(url)?, &named.origin)))
}

/// A folder that a file names is looked for from the file's folder.
pub(crate) fn parse(url: &Setting<String>) -> Result<DbUrl, CliError> {
    let parsed: DbUrl = url.value.parse().map_err(|reason| refused(&url.origin, reason))?;
    Ok(match &url.origin {
        Origin::File(file) => parsed.beside(file),
        _ => parsed,
    })
}

fn no_such_store(named: &Setting<String>, settings: &Settings) -> CliError {
    let names: Vec<_> = settings.stores.keys().map(String::as_str).collect();
    let known = match names.is_empty() {
        true => "no settings file names one".to_owned(),
        false => format!("the settings files name {}", names.join(", ")),
    };
    let reason = format!(
        "there is no store of the name {:?} ({known}), and as a URL {}",
        named.value,
        DbUrl::SPELLING
    );
    refused(&named.origin, &reason)
}

fn refused(origin: &Origin, reason: impl std::fmt::Display) -> CliError {
    CliError::usage(format!("{origin}: {reason}"))
}
