//! `symbols`: which are registered, and changes to them.

use chrono::NaiveDate;
use clap::{Args, Subcommand, value_parser};
use symbol_repository::{AssetClass, Decimal, Symbol, SymbolError, SymbolFilter, SymbolStatus};

use super::registered_symbol::{print, registered};
use super::symbol_delete::SymbolDeleteArgs;
use super::symbol_rename::SymbolRenameArgs;
use super::{symbol_delete, symbol_rename};
use crate::db_url::DbUrl;
use crate::error::{CliError, note};
use crate::output::{Form, Format};
use crate::store::Store;
use crate::value_parsers;
use crate::wanted_symbol::WantedSymbol;

#[derive(Debug, Args)]
pub(crate) struct SymbolsArgs {
    #[command(subcommand)]
    pub(crate) action: Option<SymbolsAction>,
    #[command(flatten)]
    pub(crate) filter: SymbolFilterArgs,
    /// Form of the result
    #[arg(long, value_enum, default_value_t, global = true)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SymbolsAction {
    /// Register a symbol, or change what is registered
    Add(Box<SymbolAddArgs>),
    /// Mark a symbol as delisted
    Delist {
        /// Symbol: AAPL or NASDAQ:AAPL
        #[arg(value_parser = value_parsers::symbol)]
        symbol: String,
        /// Day of the delisting
        #[arg(long, value_name = "DATE")]
        date: NaiveDate,
    },
    /// Give a symbol and all its candles another name
    ///
    /// The candles are copied, the copy is compared, and then they are deleted. After an interruption
    /// the same command again completes the work.
    Rename(SymbolRenameArgs),
    /// Remove a symbol that is registered
    Delete(SymbolDeleteArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SymbolFilterArgs {
    /// Only these columns, in this order, by the names that they have in CSV and JSON
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Only of this exchange
    #[arg(long, value_parser = value_parsers::exchange)]
    pub(crate) exchange: Option<String>,
    /// Only of this asset class
    #[arg(long)]
    pub(crate) asset_class: Option<AssetClass>,
    /// Only of this status
    #[arg(long)]
    pub(crate) status: Option<SymbolStatus>,
    /// Only names that begin so, in upper or lower case
    #[arg(long, value_name = "PREFIX", conflicts_with_all = ["exchange", "asset_class", "status"])]
    pub(crate) search: Option<String>,
    /// How many symbols `--search` shows
    #[arg(
        long,
        value_name = "N",
        value_parser = value_parser!(u64).range(1..),
        allow_negative_numbers = true,
        requires = "search",
        default_value_t = 1000
    )]
    pub(crate) limit: u64,
}

impl SymbolFilterArgs {
    pub(crate) const fn is_empty(&self) -> bool {
        let Self { exchange, asset_class, status, search, limit: _, columns } = self;
        exchange.is_none()
            && asset_class.is_none()
            && status.is_none()
            && search.is_none()
            && columns.is_empty()
    }
}

#[derive(Debug, Args)]
pub(crate) struct SymbolAddArgs {
    /// Symbol: AAPL or NASDAQ:AAPL
    #[arg(value_parser = value_parsers::symbol)]
    pub(crate) symbol: String,
    /// Asset class, such as equity or crypto; needed for a symbol that is not registered yet
    #[arg(long)]
    pub(crate) asset_class: Option<AssetClass>,
    /// Status: active, halted or delisted; one that is not delisted loses its day of delisting
    #[arg(long)]
    pub(crate) status: Option<SymbolStatus>,
    /// What is traded, such as BTC
    #[arg(long)]
    pub(crate) base: Option<String>,
    /// Currency of the prices, such as USD
    #[arg(long)]
    pub(crate) quote: Option<String>,
    /// Smallest step of a price, exact
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) tick_size: Option<Decimal>,
    /// Smallest step of an amount, exact
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) lot_size: Option<Decimal>,
    /// First day of trading
    #[arg(long, value_name = "DATE")]
    pub(crate) listed: Option<NaiveDate>,
}

pub(super) async fn run(store: &Store, url: &DbUrl, args: SymbolsArgs) -> Result<(), CliError> {
    let format = args.format;
    match args.action {
        None => {
            url.must_exist()?;
            list(store, args.filter, format).await
        }
        Some(_) if !args.filter.is_empty() => Err(CliError::usage(
            "options before `add`, `delist`, `rename` or `delete` choose which symbols are listed: \
             put those of `add` behind it, and the exchange into the symbol, such as NASDAQ:AAPL",
        )),
        Some(SymbolsAction::Add(add)) => {
            store.create_schema().await?;
            let symbol = added(store, *add).await?;
            store.symbols.upsert(std::slice::from_ref(&symbol)).await?;
            print(&[symbol], format)
        }
        Some(SymbolsAction::Delist { symbol, date }) => {
            url.must_exist()?;
            let unknown = SymbolError::Unknown { symbol: symbol.clone() };
            let found = registered(store, &WantedSymbol::parse(&symbol)?).await?;
            let found = found.ok_or_else(|| CliError::not_found(unknown.to_string()))?;
            print(&[store.symbols.delist(found.exchange(), found.name(), date).await?], format)
        }
        Some(SymbolsAction::Rename(rename)) => {
            url.must_exist()?;
            symbol_rename::run(store, rename, format).await
        }
        Some(SymbolsAction::Delete(delete)) => {
            url.must_exist()?;
            symbol_delete::run(store, delete, format).await
        }
    }
}

async fn list(store: &Store, args: SymbolFilterArgs, format: Format) -> Result<(), CliError> {
    let symbols = match args.search {
        Some(prefix) => {
            let mut found = store.symbols.search(&prefix, args.limit.saturating_add(1)).await?;
            if found.len() as u64 > args.limit {
                found.truncate(args.limit as usize);
                note(&format!("only the first {} are shown; --limit says how many", args.limit));
            }
            found
        }
        None => {
            let filter = SymbolFilter {
                exchange: args.exchange,
                asset_class: args.asset_class,
                status: args.status,
                name: None,
            };
            store.symbols.find(&filter).await?
        }
    };
    if symbols.is_empty() {
        note("no such symbols; `candlehouse symbols add` registers one");
    }
    print(&symbols, Form { format, columns: args.columns })
}

/// The symbol as it is registered, changed by what was given.
async fn added(store: &Store, args: SymbolAddArgs) -> Result<Symbol, CliError> {
    let wanted = WantedSymbol::parse(&args.symbol)?;
    let name = wanted.name();
    let before = registered(store, &wanted).await?;
    let mut builder = match (before, args.asset_class) {
        (Some(symbol), None) => symbol.to_builder(),
        (Some(symbol), Some(_)) if symbol.exchange() != name.exchange() => {
            return Err(CliError::usage(format!(
                "{symbol} is registered: say which is meant, {symbol} or :{}",
                name.symbol()
            )));
        }
        (Some(symbol), Some(class)) => symbol.to_builder().asset_class(class),
        (None, Some(class)) => Symbol::builder(name.exchange(), name.symbol(), class),
        (None, None) => {
            return Err(CliError::usage(format!(
                "{} is not registered yet: say what it is, such as --asset-class equity",
                args.symbol
            )));
        }
    };
    if let Some(status) = args.status {
        builder = builder.status(status);
        if status != SymbolStatus::Delisted {
            builder = builder.delisted(None);
        }
    }
    if let Some(base) = args.base.as_deref() {
        builder = builder.base(base);
    }
    if let Some(quote) = args.quote.as_deref() {
        builder = builder.quote(quote);
    }
    if let Some(size) = args.tick_size {
        builder = builder.tick_size(size);
    }
    if let Some(size) = args.lot_size {
        builder = builder.lot_size(size);
    }
    if let Some(date) = args.listed {
        builder = builder.listed(date);
    }
    Ok(builder.build()?)
}
