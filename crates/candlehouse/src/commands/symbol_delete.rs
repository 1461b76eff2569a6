//! `symbols delete`: a symbol out of the register, with its candles or without them.

use candle_repository::{SeriesFilter, SymbolName};
use clap::Args;

use super::registered_symbol::{print, registered};
use super::stored_series::lines;
use crate::confirmation::ConfirmArgs;
use crate::error::CliError;
use crate::output::Format;
use crate::store::Store;
use crate::value_parsers;
use crate::wanted_symbol::WantedSymbol;

#[derive(Debug, Args)]
pub(crate) struct SymbolDeleteArgs {
    /// Symbol: AAPL, NASDAQ:AAPL, or :AAPL without an exchange
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Delete its candles, too
    #[arg(long)]
    pub(crate) with_candles: bool,
    /// Leave its candles in the store, without a registered symbol
    #[arg(long, conflicts_with = "with_candles")]
    pub(crate) keep_candles: bool,
    #[command(flatten)]
    pub(crate) confirm: ConfirmArgs,
}

pub(super) async fn run(
    store: &Store,
    args: SymbolDeleteArgs,
    format: Format,
) -> Result<(), CliError> {
    let Some(symbol) = registered(store, &WantedSymbol::parse(&args.symbol)?).await? else {
        return Err(CliError::not_found(format!(
            "no symbol {} is registered; `candlehouse delete` deletes candles",
            args.symbol
        )));
    };
    let name = SymbolName::new(symbol.exchange(), symbol.name())?;
    let series = store.candles.series_info(&SeriesFilter::from(&name), ..).await?;
    let mut plan = vec![format!("this removes the symbol {symbol} from the register")];
    match (series.is_empty(), args.with_candles, args.keep_candles) {
        (true, ..) => {}
        (false, true, _) => plan.extend(lines("this deletes", &series)),
        (false, _, true) => plan.extend(lines("this leaves", &series)),
        (false, false, false) => {
            return Err(CliError::usage(format!(
                "{symbol} has candles: --with-candles deletes them, too, --keep-candles leaves them \
                 without a registered symbol\n{}",
                lines("there are", &series).join("\n")
            )));
        }
    }
    if args.confirm.confirm(&plan).await? {
        // The symbol goes last, so that after an interruption it still names what is left.
        if args.with_candles {
            for info in &series {
                store.candles.delete(&info.key, ..).await?;
            }
        }
        store.symbols.delete(name.exchange(), name.symbol()).await?;
    }
    print(&[symbol], format)
}
