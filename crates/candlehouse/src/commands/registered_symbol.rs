//! Symbols of the register: which one is meant, and how they are shown.

use symbol_repository::Symbol;

use crate::error::CliError;
use crate::output::{Column, Form, Report};
use crate::store::Store;
use crate::wanted_symbol::WantedSymbol;

/// The registered symbol that is meant, if there is one.
pub(super) async fn registered(
    store: &Store,
    wanted: &WantedSymbol,
) -> Result<Option<Symbol>, CliError> {
    let symbol = wanted.name().symbol();
    let mut found = store.symbols.find_by_names(&[symbol]).await?;
    found.retain(|symbol| wanted.can_be(symbol.exchange(), symbol.name()));
    if found.len() > 1 {
        let names = found.iter().map(|found| format!("{}:{symbol}", found.exchange()));
        let names = names.collect::<Vec<_>>().join(" or ");
        return Err(CliError::usage(format!(
            "{symbol} is registered several times: say which, {names}"
        )));
    }
    Ok(found.pop())
}

pub(super) fn print(symbols: &[Symbol], form: impl Into<Form>) -> Result<(), CliError> {
    let mut report = Report::new([
        Column::text("exchange", "exchange"),
        Column::text("symbol", "symbol"),
        Column::text("asset_class", "asset class"),
        Column::text("status", "status"),
        Column::text("base", "base"),
        Column::text("quote", "quote"),
        Column::text("tick_size", "tick size"),
        Column::text("lot_size", "lot size"),
        Column::text("listed", "listed"),
        Column::text("delisted", "delisted"),
    ]);
    for symbol in symbols {
        report.push([
            symbol.exchange().into(),
            symbol.name().into(),
            symbol.asset_class().as_str().into(),
            symbol.status().as_str().into(),
            symbol.base().map(str::to_owned).into(),
            symbol.quote().map(str::to_owned).into(),
            symbol.tick_size().map(|size| size.to_string()).into(),
            symbol.lot_size().map(|size| size.to_string()).into(),
            symbol.listed().map(|date| date.to_string()).into(),
            symbol.delisted().map(|date| date.to_string()).into(),
        ]);
    }
    Ok(report.print(form)?)
}
