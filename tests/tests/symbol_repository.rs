//! The symbol repository on a real engine: what was stored is what is read and found.
#![allow(clippy::unwrap_used, clippy::panic, reason = "everything here is a test")]

use std::slice;

use candlehouse_tests::embedded::{self, TempDatabase};
use candlehouse_tests::table;
use db_port::{Insert, Statement};
use rust_decimal::Decimal;
use symbol_repository::{
    AssetClass, ModelError, Symbol, SymbolBuilder, SymbolError, SymbolFilter, SymbolRepository,
    SymbolStatus, UpsertReport,
};

struct Store {
    db: TempDatabase,
    symbols: SymbolRepository,
}

async fn store(test: &str) -> Store {
    let db = embedded::temp_database(test).await;
    let symbols = SymbolRepository::new(db.shared());
    symbols.create_schema().await.unwrap();
    symbols.create_schema().await.unwrap();
    Store { db, symbols }
}

impl Store {
    async fn execute(&self, sql: &'static str) {
        self.db.execute(Statement::new(sql)).await.unwrap();
    }

    async fn rows(&self) -> u64 {
        table::number(&*self.db, Statement::new("SELECT count() AS n FROM symbols")).await
    }

    async fn get(&self, symbol: &Symbol) -> Option<Symbol> {
        self.symbols.get(symbol.exchange(), symbol.name()).await.unwrap()
    }

    async fn found(&self, filter: SymbolFilter) -> Vec<String> {
        shown(self.symbols.find(&filter).await.unwrap())
    }

    async fn searched(&self, prefix: &str, limit: u64) -> Vec<String> {
        shown(self.symbols.search(prefix, limit).await.unwrap())
    }
}

fn shown(symbols: Vec<Symbol>) -> Vec<String> {
    symbols.iter().map(Symbol::to_string).collect()
}

fn equity(exchange: &str, name: &str) -> SymbolBuilder {
    Symbol::builder(exchange, name, AssetClass::Equity)
}

fn plain(exchange: &str, name: &str) -> Symbol {
    equity(exchange, name).build().unwrap()
}

fn size(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn complete() -> SymbolBuilder {
    Symbol::builder("BINANCE", "BTCUSDT", AssetClass::Crypto)
        .status(SymbolStatus::Delisted)
        .base("BTC")
        .quote("USDT")
        .tick_size(size("0.01"))
        .lot_size(size("0.00001"))
        .listed("2017-08-17".parse().ok())
        .delisted("2024-02-29".parse().ok())
}

fn report(inserted: usize, corrected: usize, unchanged: usize) -> UpsertReport {
    let [inserted, corrected, unchanged] =
        [inserted, corrected, unchanged].map(|symbols| symbols as u64);
    UpsertReport { inserted, corrected, unchanged }
}

#[tokio::test]
async fn every_field_stated_or_not_comes_back() {
    let store = store("every_field_stated_or_not_comes_back").await;
    let without: [fn(SymbolBuilder) -> SymbolBuilder; 7] = [
        |symbol| symbol,
        |symbol| symbol.base(None),
        |symbol| symbol.quote(None),
        |symbol| symbol.tick_size(None),
        |symbol| symbol.lot_size(None),
        |symbol| symbol.listed(None),
        |symbol| symbol.delisted(None),
    ];
    for change in without {
        let symbol = change(complete()).build().unwrap();
        store.symbols.upsert(slice::from_ref(&symbol)).await.unwrap();
        assert_eq!(store.get(&symbol).await, Some(symbol));
    }
    let bare = plain("", "GOLD");
    store.symbols.upsert(slice::from_ref(&bare)).await.unwrap();
    assert_eq!(store.get(&bare).await, Some(bare));
}

#[tokio::test]
async fn every_asset_class_and_status_comes_back_and_is_found() {
    let store = store("every_asset_class_and_status_comes_back_and_is_found").await;
    let mut all = Vec::new();
    for class in AssetClass::ALL {
        for status in SymbolStatus::ALL {
            let name = format!("{class}-{status}");
            all.push(Symbol::builder("X", name, class).status(status).build().unwrap());
        }
    }
    assert_eq!(store.symbols.upsert(&all).await.unwrap(), report(30, 0, 0));
    for symbol in all {
        let filter = SymbolFilter {
            asset_class: Some(symbol.asset_class()),
            status: Some(symbol.status()),
            ..SymbolFilter::default()
        };
        assert_eq!(store.symbols.find(&filter).await.unwrap(), [symbol]);
    }
}

#[tokio::test]
async fn decimals_and_dates_come_back_exactly_at_their_limits() {
    let store = store("decimals_and_dates_come_back_exactly_at_their_limits").await;
    let sizes = [
        "0.000000000000000001",
        "0.123456789012345678",
        "1",
        "100000",
        "99999999999999999999",
        "99999999999999999999.99999999",
        "79228162514.264337593543950335",
    ];
    let all: Vec<_> = sizes
        .iter()
        .enumerate()
        .map(|(n, text)| {
            let symbol = equity("", &format!("S{n}")).status(SymbolStatus::Delisted);
            let symbol = symbol.tick_size(size(text)).lot_size(size(text));
            let symbol = symbol.listed("1900-01-01".parse().ok());
            symbol.delisted("2299-12-31".parse().ok()).build().unwrap()
        })
        .collect();
    store.symbols.upsert(&all).await.unwrap();
    assert_eq!(store.symbols.list().await.unwrap(), all);
    let read = store.get(&all[1]).await.unwrap();
    assert_eq!(read.tick_size().unwrap().to_string(), sizes[1]);
    let text = Statement::new("SELECT toString(max(lot_size)) AS s FROM symbols");
    assert_eq!(table::text(&*store.db, text).await, sizes[5]);
}

#[tokio::test]
async fn names_of_any_characters_come_back_and_are_found() {
    let store = store("names_of_any_characters_come_back_and_are_found").await;
    let names = [
        "it's",
        "\"quoted\"",
        "`ticked`",
        "back\\slash",
        "\\",
        "\\N",
        "\\'",
        "NULL",
        "';DROP/**/TABLE/**/symbols;--",
        "{name:String}",
        "BTC/USDT:USDT",
        "A:B",
        "%_*?",
        "日経225",
        "ΑΒΓ",
        "\u{1F600}",
        "e\u{301}",
        "é",
    ];
    let all: Vec<_> = names
        .iter()
        .map(|name| equity("X", name).base(*name).quote(*name).build().unwrap())
        .collect();
    assert_eq!(store.symbols.upsert(&all).await.unwrap(), report(names.len(), 0, 0));
    assert_eq!(store.symbols.upsert(&all).await.unwrap(), report(0, 0, names.len()));
    for symbol in &all {
        assert_eq!(store.get(symbol).await.as_ref(), Some(symbol));
        let filter =
            SymbolFilter { name: Some(symbol.name().to_owned()), ..SymbolFilter::default() };
        assert_eq!(store.symbols.find(&filter).await.unwrap(), slice::from_ref(symbol));
    }
    assert_eq!(store.symbols.list().await.unwrap().len(), names.len());
}

#[tokio::test]
async fn storing_the_same_symbols_again_writes_nothing() {
    let store = store("storing_the_same_symbols_again_writes_nothing").await;
    let all = [plain("NASDAQ", "AAPL"), complete().build().unwrap(), plain("", "AAPL")];
    assert_eq!(store.symbols.upsert(&all).await.unwrap(), report(3, 0, 0));
    assert_eq!(store.symbols.upsert(&all).await.unwrap(), report(0, 0, 3));
    let another_process = SymbolRepository::new(store.db.shared());
    let twice_the_same = [&all[..], &all[..]].concat();
    assert_eq!(another_process.upsert(&twice_the_same).await.unwrap(), report(0, 0, 3));
    assert_eq!(store.rows().await, 3);
}

#[tokio::test]
async fn a_later_value_wins_before_and_after_merging() {
    let store = store("a_later_value_wins_before_and_after_merging").await;
    store.execute("SYSTEM STOP MERGES symbols").await;
    let (first, other) = (complete().build().unwrap(), plain("NASDAQ", "AAPL"));
    store.symbols.upsert(&[first.clone(), other.clone()]).await.unwrap();
    let emptied = Symbol::builder("BINANCE", "BTCUSDT", AssetClass::Future).build().unwrap();
    for value in [&emptied, &first, &emptied] {
        let both = [value.clone(), other.clone()];
        assert_eq!(store.symbols.upsert(&both).await.unwrap(), report(0, 1, 1));
        assert_eq!(store.symbols.list().await.unwrap(), both);
        assert_eq!(store.get(&first).await.as_ref(), Some(value));
    }
    assert_eq!(store.rows().await, 5);
    let old_value = SymbolFilter { asset_class: Some(AssetClass::Crypto), ..Default::default() };
    assert!(store.found(old_value.clone()).await.is_empty());
    store.execute("SYSTEM START MERGES symbols").await;
    store.execute("OPTIMIZE TABLE symbols FINAL").await;
    assert_eq!(store.rows().await, 2);
    assert_eq!(store.symbols.list().await.unwrap(), [emptied, other]);
    assert!(store.found(old_value).await.is_empty());
}

#[tokio::test]
async fn of_two_clones_the_later_one_wins() {
    let store = store("of_two_clones_the_later_one_wins").await;
    let clones = [store.symbols.clone(), store.symbols.clone()];
    for turn in 0..20 {
        let quote = format!("Q{turn}");
        let value = equity("NASDAQ", "AAPL").quote(quote.as_str()).build().unwrap();
        let task = clones[turn % 2].clone();
        let stored = value.clone();
        tokio::spawn(async move { task.upsert(&[stored]).await.unwrap() }).await.unwrap();
        assert_eq!(store.get(&value).await, Some(value));
    }
}

#[tokio::test]
async fn a_later_value_wins_over_a_revision_from_a_clock_that_was_ahead() {
    let store = store("a_later_value_wins_over_a_revision_from_a_clock_that_was_ahead").await;
    store.symbols.upsert(&[plain("NASDAQ", "AAPL")]).await.unwrap();
    store
        .execute(
            "INSERT INTO symbols SELECT * REPLACE (revision + 1000000000000000 AS revision, \
             'halted' AS status) FROM symbols",
        )
        .await;
    let halted = equity("NASDAQ", "AAPL").status(SymbolStatus::Halted).build().unwrap();
    assert_eq!(store.get(&halted).await, Some(halted));
    let corrected = equity("NASDAQ", "AAPL").quote("USD").build().unwrap();
    let another_process = SymbolRepository::new(store.db.shared());
    let corrected_alone = slice::from_ref(&corrected);
    assert_eq!(another_process.upsert(corrected_alone).await.unwrap(), report(0, 1, 0));
    assert_eq!(store.get(&corrected).await.as_ref(), Some(&corrected));
    store.execute("OPTIMIZE TABLE symbols FINAL").await;
    assert_eq!(store.get(&corrected).await, Some(corrected));
}

#[tokio::test]
async fn a_value_that_could_never_win_is_refused() {
    let store = store("a_value_that_could_never_win_is_refused").await;
    let stored = plain("NASDAQ", "AAPL");
    store.symbols.upsert(slice::from_ref(&stored)).await.unwrap();
    store
        .execute("INSERT INTO symbols SELECT * REPLACE (toUInt64(-1) AS revision) FROM symbols")
        .await;
    let later = equity("NASDAQ", "AAPL").quote("USD").build().unwrap();
    let error = store.symbols.upsert(&[later]).await.unwrap_err();
    assert!(matches!(&error, SymbolError::LastRevision { symbol } if symbol == "NASDAQ:AAPL"));
    assert_eq!(store.get(&stored).await, Some(stored));
}

#[tokio::test]
async fn symbols_are_found_by_any_combination_of_fields() {
    let store = store("symbols_are_found_by_any_combination_of_fields").await;
    let symbol = |exchange: &str, name: &str, class, status| {
        Symbol::builder(exchange, name, class).status(status).build().unwrap()
    };
    use AssetClass::{Crypto, Equity, Etf};
    use SymbolStatus::{Active, Delisted, Halted};
    let all = [
        symbol("NYSE", "IBM", Equity, Active),
        symbol("", "AAPL", Equity, Active),
        symbol("NASDAQ", "QQQ", Etf, Active),
        symbol("NASDAQ", "AAPL", Equity, Active),
        symbol("NASDAQ", "YHOO", Equity, Delisted),
        symbol("BINANCE", "BTCUSDT", Crypto, Halted),
    ];
    store.symbols.upsert(&all).await.unwrap();
    let none = SymbolFilter::default;
    let exchange = |name: &str| SymbolFilter { exchange: Some(name.into()), ..none() };
    for (filter, expected) in [
        (
            none(),
            &["AAPL", "BINANCE:BTCUSDT", "NASDAQ:AAPL", "NASDAQ:QQQ", "NASDAQ:YHOO", "NYSE:IBM"][..],
        ),
        (exchange("NASDAQ"), &["NASDAQ:AAPL", "NASDAQ:QQQ", "NASDAQ:YHOO"]),
        (exchange(""), &["AAPL"]),
        (exchange("nasdaq"), &[]),
        (SymbolFilter { name: Some("AAPL".into()), ..none() }, &["AAPL", "NASDAQ:AAPL"]),
        (SymbolFilter { name: Some("AAP".into()), ..none() }, &[]),
        (SymbolFilter { asset_class: Some(Etf), ..none() }, &["NASDAQ:QQQ"]),
        (SymbolFilter { status: Some(Halted), ..none() }, &["BINANCE:BTCUSDT"]),
        (
            SymbolFilter { asset_class: Some(Equity), status: Some(Active), ..none() },
            &["AAPL", "NASDAQ:AAPL", "NYSE:IBM"],
        ),
        (
            SymbolFilter { asset_class: Some(Equity), ..exchange("NASDAQ") },
            &["NASDAQ:AAPL", "NASDAQ:YHOO"],
        ),
        (
            SymbolFilter {
                asset_class: Some(Equity),
                status: Some(Delisted),
                name: Some("YHOO".into()),
                ..exchange("NASDAQ")
            },
            &["NASDAQ:YHOO"],
        ),
        (SymbolFilter { asset_class: Some(Crypto), ..exchange("NYSE") }, &[]),
    ] {
        assert_eq!(store.found(filter.clone()).await, expected, "{filter:?}");
    }
    assert_eq!(
        shown(store.symbols.list().await.unwrap()),
        store.found(SymbolFilter::default()).await
    );
    assert_eq!(store.symbols.get("NYSE", "AAPL").await.unwrap(), None);
}

#[tokio::test]
async fn symbols_are_found_by_several_names_on_every_exchange() {
    let store = store("symbols_are_found_by_several_names_on_every_exchange").await;
    let mut all: Vec<_> = ["", "NASDAQ", "NYSE"]
        .into_iter()
        .flat_map(|exchange| ["it's\\", "AAPL", "MSFT"].map(|name| plain(exchange, name)))
        .collect();
    all.extend((0..600).map(|n| plain("X", &format!("S{n}"))));
    store.symbols.upsert(&all).await.unwrap();
    let found = async |names: &[&str]| shown(store.symbols.find_by_names(names).await.unwrap());
    assert_eq!(found(&["AAPL"]).await, ["AAPL", "NASDAQ:AAPL", "NYSE:AAPL"]);
    assert_eq!(found(&["aapl", "AAP", ""]).await, Vec::<String>::new());
    let quoted = ["it's\\", "S7", "S7"];
    assert_eq!(found(&quoted).await, ["it's\\", "NASDAQ:it's\\", "NYSE:it's\\", "X:S7"]);
    let many: Vec<_> = (50..700).map(|n| format!("S{n}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(found(&many).await.len(), 550);
}

#[tokio::test]
async fn symbols_are_found_in_whatever_case() {
    let store = store("symbols_are_found_in_whatever_case").await;
    let mut all: Vec<_> = ["AAPL", "aapl", "Сбер", "BRK B"].map(|name| plain("", name)).into();
    all.extend((0..600).map(|n| plain("X", &format!("S{n}"))));
    store.symbols.upsert(&all).await.unwrap();
    let found =
        async |names: &[&str]| shown(store.symbols.find_by_names_in_any_case(names).await.unwrap());
    assert_eq!(found(&[]).await, Vec::<String>::new());
    assert_eq!(
        found(&["AaPl", "СБЕР", "brk b", "s7"]).await,
        ["AAPL", "BRK B", "aapl", "Сбер", "X:S7"]
    );
    let many: Vec<_> = (50..700).map(|n| format!("s{n}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert_eq!(found(&many).await.len(), 550);
}

#[tokio::test]
async fn a_search_takes_its_prefix_literally_but_not_its_case() {
    let store = store("a_search_takes_its_prefix_literally_but_not_its_case").await;
    let names =
        ["AAPL", "aave", "BAA", "A%B", "A_B", "AxB", "A\\B", "A'B", "(A|B)", "Éa", "éb", "日経225"];
    let all: Vec<_> = names.iter().map(|name| plain("", name)).collect();
    store.symbols.upsert(&all).await.unwrap();
    for (prefix, expected) in [
        ("aa", &["AAPL", "aave"][..]),
        ("AAP", &["AAPL"]),
        ("AAPLX", &[]),
        ("A%", &["A%B"]),
        ("%", &[]),
        ("a_", &["A_B"]),
        ("A\\", &["A\\B"]),
        ("\\", &[]),
        ("a'b", &["A'B"]),
        ("'", &[]),
        ("(a|", &["(A|B)"]),
        ("É", &["Éa"]),
        ("日", &["日経225"]),
        ("x", &[]),
        ("' OR 1 OR '", &[]),
    ] {
        assert_eq!(store.searched(prefix, 100).await, expected, "{prefix}");
    }
    assert_eq!(store.searched("", 100).await.len(), names.len());
}

#[tokio::test]
async fn a_search_gives_the_first_by_name_whatever_the_exchange() {
    let store = store("a_search_gives_the_first_by_name_whatever_the_exchange").await;
    let all = [
        plain("A", "BTCUSDT"),
        plain("B", "BTCEUR"),
        plain("C", "BTCEUR"),
        plain("", "BTC"),
        plain("D", "ETH"),
    ];
    store.symbols.upsert(&all).await.unwrap();
    let by_name = ["BTC", "B:BTCEUR", "C:BTCEUR", "A:BTCUSDT"];
    for limit in 0..=4 {
        assert_eq!(store.searched("btc", limit).await, by_name[..limit as usize]);
    }
    assert_eq!(store.searched("btc", u64::MAX).await, by_name);
    store.symbols.upsert(&[equity("", "BTC").quote("USD").build().unwrap()]).await.unwrap();
    assert_eq!(store.searched("btc", 2).await, by_name[..2]);
}

#[tokio::test]
async fn a_delisted_symbol_says_when() {
    let store = store("a_delisted_symbol_says_when").await;
    let listed = equity("NASDAQ", "YHOO").listed("1996-04-12".parse().ok()).build().unwrap();
    store.symbols.upsert(&[listed.clone(), plain("NASDAQ", "AAPL")]).await.unwrap();
    let day = "2017-06-16".parse().unwrap();
    let returned = store.symbols.delist("NASDAQ", "YHOO", day).await.unwrap();
    assert_eq!((returned.status(), returned.delisted()), (SymbolStatus::Delisted, Some(day)));
    assert_eq!(returned.listed(), listed.listed());
    assert_eq!(store.get(&listed).await.as_ref(), Some(&returned));
    assert_eq!(store.symbols.delist("NASDAQ", "YHOO", day).await.unwrap(), returned);
    assert_eq!(store.rows().await, 3);
    let delisted = SymbolFilter { status: Some(SymbolStatus::Delisted), ..SymbolFilter::default() };
    assert_eq!(store.found(delisted).await, ["NASDAQ:YHOO"]);
    assert_eq!(store.symbols.upsert(slice::from_ref(&listed)).await.unwrap(), report(0, 1, 0));
    assert_eq!(store.get(&listed).await, Some(listed));
}

#[tokio::test]
async fn a_delisting_that_cannot_be_names_the_symbol_and_stores_nothing() {
    let store = store("a_delisting_that_cannot_be_names_the_symbol_and_stores_nothing").await;
    let apple = equity("NASDAQ", "AAPL").listed("1980-12-12".parse().ok()).build().unwrap();
    store.symbols.upsert(slice::from_ref(&apple)).await.unwrap();
    let day = "1980-12-11".parse().unwrap();
    for (exchange, name, shown) in
        [("NASDAQ", "IT'S", "NASDAQ:IT'S"), ("NYSE", "AAPL", "NYSE:AAPL"), ("", "AAPL", "AAPL")]
    {
        let error = store.symbols.delist(exchange, name, day).await.unwrap_err();
        assert!(matches!(&error, SymbolError::Unknown { symbol } if symbol == shown), "{error:?}");
        assert!(error.to_string().contains(shown), "{error}");
    }
    let error = store.symbols.delist("NASDAQ", "AAPL", day).await.unwrap_err();
    assert!(matches!(error, SymbolError::Model(ModelError::InvalidSymbol { .. })), "{error:?}");
    assert!(error.to_string().contains("NASDAQ:AAPL"), "{error}");
    assert_eq!(store.symbols.list().await.unwrap(), [apple]);
    assert_eq!(store.rows().await, 1);
}

#[tokio::test]
async fn nothing_is_stored_when_two_values_for_one_symbol_conflict() {
    let store = store("nothing_is_stored_when_two_values_for_one_symbol_conflict").await;
    let batch = [
        plain("NASDAQ", "AAPL"),
        plain("NASDAQ", "MSFT"),
        equity("NASDAQ", "AAPL").quote("USD").build().unwrap(),
    ];
    let error = store.symbols.upsert(&batch).await.unwrap_err();
    assert!(matches!(&error, SymbolError::Conflict { symbol } if symbol == "NASDAQ:AAPL"));
    assert_eq!(store.rows().await, 0);
}

#[tokio::test]
async fn more_symbols_than_one_insert_holds_all_arrive() {
    let store = store("more_symbols_than_one_insert_holds_all_arrive").await;
    let count = Insert::MAX_ATOMIC_ROWS + 1;
    let mut all: Vec<_> = (0..count).map(|n| plain("X", &format!("S{n:06}"))).collect();
    all.reverse();
    assert_eq!(store.symbols.upsert(&all).await.unwrap(), report(count, 0, 0));
    assert_eq!(store.symbols.upsert(&all).await.unwrap(), report(0, 0, count));
    all.reverse();
    assert!(store.symbols.list().await.unwrap() == all);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named() {
    let store = store("a_row_that_cannot_be_read_is_named").await;
    store.symbols.upsert(&[plain("NASDAQ", "AAPL"), plain("NASDAQ", "MSFT")]).await.unwrap();
    store
        .execute(
            "INSERT INTO symbols SELECT * REPLACE ('meme' AS asset_class, revision + 1 AS \
             revision) FROM symbols WHERE name = 'MSFT'",
        )
        .await;
    let error = store.symbols.list().await.unwrap_err();
    assert!(matches!(&error, SymbolError::Unreadable { symbol, .. } if symbol == "NASDAQ:MSFT"));
    assert!(error.to_string().contains("meme"), "{error}");
    assert!(store.symbols.get("NASDAQ", "AAPL").await.unwrap().is_some());
}
