//! The statements that read symbols.

use db_port::Statement;

use crate::filter::SymbolFilter;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT exchange, name, asset_class, status, base, quote, tick_size, lot_size, \
             listed, delisted, revision FROM symbols FINAL ",
            $rest
        )
    };
}

/// The symbols that `filter` lets through, by exchange and name.
pub(crate) fn matching(filter: &SymbolFilter) -> Statement {
    Statement::new(select!(
        "WHERE ({exchange:Nullable(String)} IS NULL OR exchange = {exchange:Nullable(String)})
           AND ({name:Nullable(String)} IS NULL OR name = {name:Nullable(String)})
           AND ({class:Nullable(String)} IS NULL OR asset_class = {class:Nullable(String)})
           AND ({status:Nullable(String)} IS NULL OR status = {status:Nullable(String)})
         ORDER BY exchange, name"
    ))
    .bind("exchange", filter.exchange.as_deref())
    .bind("name", filter.name.as_deref())
    .bind("class", filter.asset_class.map(|class| class.as_str()))
    .bind("status", filter.status.map(|status| status.as_str()))
}

/// The symbols that have one of `names`, by exchange and name.
pub(crate) fn named(names: &[&str]) -> Statement {
    Statement::new(select!("WHERE name IN {names:Array(String)} ORDER BY exchange, name"))
        .bind("names", names.to_vec())
}

/// The symbols that have one of `names` in whatever case, by exchange and name.
pub(crate) fn named_in_any_case(names: &[&str]) -> Statement {
    let names: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let statement = Statement::new(select!(
        "WHERE lowerUTF8(name) IN {names:Array(String)} ORDER BY exchange, name"
    ));
    statement.bind("names", names)
}

/// The first `limit` symbols whose name begins with `prefix`, whatever the case, by name.
pub(crate) fn beginning_with(prefix: &str, limit: u64) -> Statement {
    Statement::new(select!(
        "WHERE startsWith(lower(name), lower({prefix:String}))
         ORDER BY name, exchange LIMIT {limit:UInt64}"
    ))
    .bind("prefix", prefix)
    .bind("limit", limit)
}

/// The symbols from `first` to `last`, both included, in the order of the table. The range of
/// exchanges is stated by itself because the table's index serves it.
pub(crate) fn between(first: (&str, &str), last: (&str, &str)) -> Statement {
    Statement::new(select!(
        "WHERE exchange BETWEEN {first_exchange:String} AND {last_exchange:String}
           AND (exchange, name) >= ({first_exchange:String}, {first_name:String})
           AND (exchange, name) <= ({last_exchange:String}, {last_name:String})"
    ))
    .bind("first_exchange", first.0)
    .bind("first_name", first.1)
    .bind("last_exchange", last.0)
    .bind("last_name", last.1)
}

/// How many rows the symbol `name` of `exchange` has, of whatever revision.
pub(crate) fn count(exchange: &str, name: &str) -> Statement {
    const COUNT: &str = "SELECT count() AS symbols FROM symbols \
                         WHERE exchange = {exchange:String} AND name = {name:String}";
    Statement::new(COUNT).bind("exchange", exchange).bind("name", name).idempotent()
}

/// Removes the symbol `name` of `exchange`.
pub(crate) fn delete(exchange: &str, name: &str) -> Statement {
    const DELETE: &str =
        "DELETE FROM symbols WHERE exchange = {exchange:String} AND name = {name:String}";
    // The rows are gone when it returns, whatever the user's profile says.
    let delete = Statement::new(DELETE).with_setting("lightweight_deletes_sync", 2);
    delete.bind("exchange", exchange).bind("name", name).idempotent()
}
