//! What must hold for a symbol.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::decimal;
use crate::symbol::Symbol;
use crate::symbol_name::{EXCHANGE_RULE, NAME_RULE, is_currency, is_exchange, is_name};
use crate::symbol_status::SymbolStatus;
use crate::violation::Violation;

/// The first rule that the symbol breaks, if any.
pub(crate) fn violation(symbol: &Symbol) -> Option<Violation> {
    (!is_exchange(&symbol.exchange))
        .then(|| Violation::new("exchange", EXCHANGE_RULE))
        .or_else(|| violation_of_name("name", Some(&symbol.name), is_name))
        .or_else(|| violation_of_name("base", symbol.base(), is_currency))
        .or_else(|| violation_of_name("quote", symbol.quote(), is_currency))
        .or_else(|| violation_of_size("tick_size", symbol.tick_size))
        .or_else(|| violation_of_size("lot_size", symbol.lot_size))
        .or_else(|| violation_of_date("listed", symbol.listed))
        .or_else(|| violation_of_date("delisted", symbol.delisted))
        .or_else(|| violation_of_delisting(symbol))
}

fn violation_of_name(
    field: &'static str,
    name: Option<&str>,
    can_be: fn(&str) -> bool,
) -> Option<Violation> {
    let name = name.filter(|name| !can_be(name))?;
    Some(Violation::new(field, format!("{name:?} cannot be one: {NAME_RULE}")))
}

fn violation_of_size(field: &'static str, size: Option<Decimal>) -> Option<Violation> {
    let size = size?;
    if size <= Decimal::ZERO {
        return Some(Violation::new(field, format!("{size} is not above zero")));
    }
    decimal::to_scaled(size).err().map(|reason| Violation::new(field, reason))
}

fn violation_of_date(field: &'static str, date: Option<NaiveDate>) -> Option<Violation> {
    let date = date.filter(|date| !(1900..=2299).contains(&date.year()))?;
    Some(Violation::new(field, format!("{date} is outside the years 1900 to 2299")))
}

fn violation_of_delisting(symbol: &Symbol) -> Option<Violation> {
    let delisted = symbol.delisted?;
    if let Some(listed) = symbol.listed.filter(|&listed| delisted < listed) {
        return Some(Violation::new(
            "delisted",
            format!("{delisted} is before the listing on {listed}"),
        ));
    }
    if symbol.status != SymbolStatus::Delisted {
        let reason = format!("{delisted} is stated, but the status is {}", symbol.status);
        return Some(Violation::new("delisted", reason));
    }
    None
}
