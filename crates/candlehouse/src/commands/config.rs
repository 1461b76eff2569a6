//! `config`: the settings, and where each comes from.

use clap::Args;

use crate::args::OutputArgs;
use crate::db_url::DbUrl;
use crate::error::CliError;
use crate::named_database;
use crate::output::{Column, Report};
use crate::preferences::Color;
use crate::settings::{Origin, Settings, names};

#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &ConfigArgs, settings: &Settings) -> Result<(), CliError> {
    let mut report = Report::new([
        Column::text("setting", "setting"),
        Column::text("value", "value"),
        Column::text("origin", "from"),
    ]);
    let mut row = |name: &str, value: String, origin: &Origin| {
        report.push([name.into(), value.into(), origin.to_string().into()]);
    };
    match named_database::of(settings)? {
        Some((url, origin)) => row(names::DB, url.named(), origin),
        None => row(names::DB, DbUrl::default_store()?.named(), &Origin::Default),
    }
    row(names::LOG, settings.log.value.to_string(), &settings.log.origin);
    let color = match settings.color.value {
        Color::Auto => "auto",
        Color::Always => "always",
        Color::Never => "never",
    };
    row(names::COLOR, color.into(), &settings.color.origin);
    row(names::QUIET, settings.quiet.value.to_string(), &settings.quiet.origin);
    for (name, url) in &settings.stores {
        row(&format!("{}.{name}", names::STORES), named_database::parse(url)?.named(), &url.origin);
    }
    Ok(report.print(args.output.format)?)
}
