//! Symbols that say with a leading colon that they have no exchange.

use super::super::error::ImportError;
use super::super::file::CandleFile;
use super::super::options::ImportOptions;
use super::parse;

fn options(symbol: Option<&str>) -> ImportOptions {
    ImportOptions {
        symbol: symbol.map(str::to_owned),
        interval: Some("1d".parse().unwrap()),
        ..ImportOptions::default()
    }
}

fn names(file: &CandleFile) -> Vec<String> {
    file.series.iter().map(|series| series.key().name()).collect()
}

fn without_exchange(file: &CandleFile) -> Vec<String> {
    file.without_exchange.iter().map(ToString::to_string).collect()
}

#[test]
fn a_colon_in_the_column_or_the_option_is_not_the_same_as_no_word() {
    let text = "symbol,date,open,high,low,close\nA,2024-01-02,1,1,1,1\n:B,2024-01-02,1,1,1,1\n\
                :B,2024-01-03,1,1,1,1\nX:C,2024-01-02,1,1,1,1\n:D:E,2024-01-02,1,1,1,1\n";
    let file = parse(text, &options(None)).unwrap();
    assert_eq!(names(&file), ["A", "B", "X:C", ":D:E"]);
    assert_eq!(without_exchange(&file), ["B", ":D:E"]);
    let text = "date,open,high,low,close\n2024-01-02,1,1,1,1\n";
    for (symbol, expected) in [(":A", &["A"][..]), ("A", &[]), ("X:A", &[])] {
        let file = parse(text, &options(Some(symbol))).unwrap();
        assert_eq!(without_exchange(&file), expected, "{symbol}");
    }
}

#[test]
fn a_colon_beside_an_exchange_is_refused() {
    let header = "exchange,symbol,date,open,high,low,close\n";
    let file =
        parse(&format!("{header},:A,2024-01-02,1,1,1,1\nX,A,2024-01-02,1,1,1,1\n"), &options(None))
            .unwrap();
    assert_eq!(
        (names(&file), without_exchange(&file)),
        (vec!["A".into(), "X:A".into()], vec!["A".into()])
    );
    let text = format!("{header}X,B,2024-01-02,1,1,1,1\nX,:A,2024-01-02,1,1,1,1\n");
    let Err(ImportError::BadRows { rejects, .. }) = parse(&text, &options(None)) else {
        panic!("it is a bad row")
    };
    assert_eq!((rejects[0].line, rejects[0].column.as_deref()), (3, Some("exchange")));
    let text = "exchange,date,open,high,low,close\nX,2024-01-02,1,1,1,1\n";
    let error = parse(text, &options(Some(":A"))).unwrap_err();
    assert!(matches!(error, ImportError::SymbolTwice { .. }), "{error}");
}

#[test]
fn both_spellings_in_one_file_are_refused() {
    let text = "symbol,date,open,high,low,close\nA,2024-01-02,1,1,1,1\n:A,2024-01-03,1,1,1,1\n";
    let Err(ImportError::BadRows { rejects, .. }) = parse(text, &options(None)) else {
        panic!("it is a bad row")
    };
    assert_eq!((rejects[0].line, rejects[0].column.as_deref()), (3, Some("symbol")));
    assert!(rejects[0].reason.contains("both A and :A"), "{}", rejects[0].reason);
}
