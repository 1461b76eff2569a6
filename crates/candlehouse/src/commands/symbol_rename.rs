//! `symbols rename`: a symbol and its candles under another name.

use std::collections::BTreeSet;

use candle_repository::{CandleError, SeriesFilter, SymbolName};
use clap::Args;

use super::stored_series::{lines, report, typed};
use crate::confirmation::ConfirmArgs;
use crate::error::{CliError, note};
use crate::output::Format;
use crate::progress::Progress;
use crate::store::Store;
use crate::unfinished::Unfinished;
use crate::value_parsers;
use crate::wanted_symbol::WantedSymbol;

#[derive(Debug, Args)]
pub(crate) struct SymbolRenameArgs {
    /// Symbol: AAPL, NASDAQ:AAPL, or :AAPL without an exchange
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) from: String,
    /// New name, with its exchange: NASDAQ:AAPL, or :AAPL without one
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
}

pub(super) async fn run(
    store: &Store,
    args: SymbolRenameArgs,
    format: Format,
) -> Result<(), CliError> {
    let from = known(store, &args.from).await?;
    let to = new_name(&args.to, &from)?;
    let symbol = store.symbols.get(from.exchange(), from.symbol()).await?;
    let taken = store.symbols.get(to.exchange(), to.symbol()).await?;
    if let (Some(symbol), Some(taken)) = (&symbol, &taken)
        && symbol.clone().renamed(&to) != *taken
    {
        return Err(CliError::usage(format!(
            "{from} and {to} are both registered, with different values: remove one of the two \
             first, `candlehouse symbols delete {} --keep-candles` or the same of {}",
            typed(&from),
            typed(&to)
        )));
    }
    let mut series = store.candles.series_info(&SeriesFilter::from(&from), ..).await?;
    let there = store.candles.series_info(&SeriesFilter::from(&to), ..).await?;
    let mut plan = vec![format!("this renames {from} to {to}")];
    plan.extend(lines("this moves", &series));
    plan.extend(lines("there are already", &there));
    if !there.is_empty() {
        plan.push("candles that are not the same are refused, and nothing is changed then".into());
    }
    if args.confirm.confirm(&plan).await? {
        let unfinished = Unfinished::or_else(Some(
            "candles may be stored under both names; the same command again completes it".into(),
        ));
        let progress = Progress::working(&format!("moving candles of {from} to {to}"));
        let renamed = store.candles.rename(&from, &to).await;
        drop(progress);
        series = match renamed {
            Err(conflict @ CandleError::Conflict { .. }) => {
                unfinished.done();
                return Err(conflict.into());
            }
            renamed => renamed?,
        };
        // The old name goes last, so that after an interruption the work can be completed.
        if symbol.is_some() {
            store.symbols.rename(&from, &to).await?;
            note(&format!("{to} is registered as {from} was"));
        }
        unfinished.done();
    }
    Ok(report(&series).print(format)?)
}

/// The symbol that is meant, of those that are registered or have candles.
async fn known(store: &Store, text: &str) -> Result<SymbolName, CliError> {
    let wanted = WantedSymbol::parse(text)?;
    let symbol = wanted.name().symbol();
    let mut names = BTreeSet::new();
    for symbol in store.symbols.find_by_names(&[symbol]).await? {
        names.insert(SymbolName::new(symbol.exchange(), symbol.name())?);
    }
    let filter = SeriesFilter { symbol: Some(symbol.into()), ..SeriesFilter::default() };
    let series = store.candles.find_series(&filter).await?;
    names.extend(series.iter().map(|key| key.symbol_name().clone()));
    names.retain(|name| wanted.can_be(name.exchange(), name.symbol()));
    let choices = names.iter().map(typed).collect::<Vec<_>>().join(" or ");
    match (names.pop_first(), names.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => {
            Err(CliError::usage(format!("there are several {text}: say which, {choices}")))
        }
        (None, _) => Err(CliError::not_found(format!(
            "no symbol {text} is registered, and no candles of it are stored"
        ))),
    }
}

/// A bare name could mean the exchange of before or none.
fn new_name(text: &str, from: &SymbolName) -> Result<SymbolName, CliError> {
    let wanted = WantedSymbol::parse(text)?;
    let to = wanted.name();
    if !wanted.states_exchange() && !from.exchange().is_empty() {
        return Err(CliError::usage(format!(
            "say on which exchange the new name is: {}:{text}, or :{text} for none",
            from.exchange()
        )));
    }
    if to == from {
        return Err(CliError::usage(format!("{from} has this name already")));
    }
    Ok(to.clone())
}
