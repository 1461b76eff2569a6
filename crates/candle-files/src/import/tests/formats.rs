//! The files of many publishers.

use market_model::Interval;

use super::super::file::CandleFile;
use super::super::options::ImportOptions;
use super::{candle, candles, parse, parse_as, told};

const PRICES: [f64; 5] = [118.56, 132.06, 118.5, 130.31, 9_616_100.0];

#[test]
fn the_same_day_is_read_from_the_spellings_of_many_publishers() {
    for text in [
        "Date,Open,High,Low,Close,Volume,Adj Close\n2013-03-01,118.56,132.06,118.5,130.31,9616100,4.1",
        "Date,Close/Last,Volume,Open,High,Low\n\
         03/01/2013,$130.31,\"9,616,100\",$118.56,$132.06,$118.50\n02/28/2013,$1,0,$1,$1,$1\n",
        "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\r\n\
         AAPL,D,20130301,000000,118.56,132.06,118.5,130.31,9616100,0\r\n",
        "<DATE>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n\
         2013.03.01\t118.56\t132.06\t118.5\t130.31\t7\t9616100\t2\n",
        "Date;Open;High;Low;Close;Volume\n01.03.2013;118,56;132,06;118,5;130,31;9.616.100\n",
        "https://publisher.example\nUnix,Date,Symbol,Open,High,Low,Close,Volume AAPL,Volume USD\n\
         1362096000,x,AAPL,118.56,132.06,118.5,130.31,9616100,99\n",
        "date|time|o|h|l|c|v\n01-Mar-13|00:00:00|118.56|132.06|118.5|130.31|9616100\n",
        "v,o,c,h,l,t,n\n9616100,118.56,130.31,132.06,118.5,1362096000000,7\n",
        "\u{feff}\"Open Time\" , \"open\",high,low,close,volume,\n\n\
         2013-03-01T00:00:00.000Z,118.56,132.06,118.5,130.31,9616100\n , , ,\n",
        "Gmt time,Open,High,Low,Close,Volume\n\
         01.03.2013 00:00:00.000,118.56,132.06,118.5,130.31,9616100\n",
        "1362096000,118.56,132.06,118.5,130.31,9616100,17\n",
        "20130301 000000;118.56;132.06;118.5;130.31;9616100\n",
        "2013.03.01,00:00,118.56,132.06,118.5,130.31,9616100\n",
        ",open,high,low,close,volume\n2013-03-01,118.56,132.06,118.5,130.31,9616100\n",
        "Date,Open,High,Low,Close,Volume\r\"Mar 1, 2013\",118.56,132.06,118.5,130.31,9616100\r",
    ] {
        let mut options = told();
        if text.contains(",AAPL,") || text.contains("\nAAPL,") {
            options.symbol = None;
        }
        let found = candles(text, &options);
        assert_eq!(found.last(), Some(&candle("2013-03-01", PRICES)), "{text}");
    }
}

#[test]
fn klines_tell_their_interval_and_their_file_name_the_symbol() {
    let header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,\
                  taker_buy_volume,taker_buy_quote_volume,ignore\n";
    let millis = "1704067200000,1,2,0.5,1.5,10,1704070799999,9,3,2,4,0\n";
    let micros = "1704067200000000,1,2,0.5,1.5,10,1704070799999999,9,3,2,4,0\n";
    for text in [millis.to_owned(), micros.to_owned(), format!("{header}{micros}")] {
        let name = "BTCUSDT-1h-2024-01.csv";
        let file = parse_as(name, &text, &ImportOptions::default()).unwrap();
        let [series] = file.series.as_slice() else { panic!("{:?}", file.series) };
        assert_eq!(series.key().to_string(), "BTCUSDT 1h");
        assert_eq!(series.as_slice(), [candle("2024-01-01", [1.0, 2.0, 0.5, 1.5, 10.0])]);
        assert!(file.warnings.contains(&"symbol BTCUSDT found in the file name".into()));
    }
}

#[test]
fn an_interval_that_is_given_against_the_look_of_the_file_is_taken_and_noted() {
    let kline = "1704067200000,1,2,0.5,1.5,10,1704070799999,9,3,2,4,0\n";
    let file = parse(kline, &told()).unwrap();
    assert_eq!(file.series[0].key().interval(), Interval::DAY);
    assert!(file.warnings.iter().any(|note| note.contains("look like 1h")), "{:?}", file.warnings);
}

#[test]
fn each_symbol_is_a_series_of_its_own_and_sorted() {
    let text = "symbol,date,open,high,low,close\n\
                B,2024-01-03,1,1,1,1\nNASDAQ:A,2024-01-02,1,1,1,1\n\
                B,2024-01-02,1,1,1,1\nB,2024-01-03,1,1,1,1.0\n";
    let file = parse(text, &ImportOptions::default()).unwrap();
    let names: Vec<_> = file.series.iter().map(|series| series.key().to_string()).collect();
    assert_eq!(names, ["B 1d", "NASDAQ:A 1d"]);
    let prices = [1.0, 1.0, 1.0, 1.0, 0.0];
    let expected = [candle("2024-01-02", prices), candle("2024-01-03", prices)];
    assert_eq!(file.series[0].as_slice(), expected);
    assert_eq!((file.rows, file.duplicates), (4, 1));
}

#[test]
fn an_exchange_column_names_the_exchange() {
    let text = "exchange,ticker,date,open,high,low,close\nNASDAQ,A:B,2024-01-02,1,1,1,1\n";
    let file = parse(text, &ImportOptions { symbol: None, ..told() }).unwrap();
    let key = &file.series[0].key();
    assert_eq!((key.exchange(), key.symbol()), ("NASDAQ", "A:B"));
}

#[test]
fn an_interval_column_tells_series_of_one_symbol_apart() {
    let text = "Symbol,Interval,Time,Open,High,Low,Close\n\
                A,1d,2024-01-01,1,1,1,1\nA,1h,2024-01-01,2,2,2,2\nB,1w,2024-01-01,3,3,3,3\n";
    let parsed = parse(text, &ImportOptions::default()).unwrap();
    let keys: Vec<_> = parsed.series.iter().map(|series| series.key().to_string()).collect();
    assert_eq!(keys, ["A 1d", "A 1h", "B 1w"]);
    let off_grid = text.replace("B,1w,2024-01-01", "B,1w,2024-01-02");
    let error = parse(&off_grid, &ImportOptions::default()).unwrap_err().to_string();
    assert!(error.contains("grid of 1w"), "{error}");
    let unknown = text.replace("1h", "7m");
    let error = parse(&unknown, &ImportOptions::default()).unwrap_err().to_string();
    assert!(error.contains("\"Interval\"") && error.contains("7m"), "{error}");
    let given = ImportOptions { interval: Some(Interval::DAY), ..ImportOptions::default() };
    assert!(parse(&unknown, &given).unwrap_err().to_string().contains("there twice"));
}

#[test]
fn a_late_row_tells_how_all_are_written() {
    let days = [2, 3, 4, 5, 8, 9, 10, 11, 12, 15];
    let row = |day| format!("01/{day:02}/2024;1;1;1;1;1\n");
    let text: String = days.map(row).concat();
    let text = format!("date;open;high;low;close;volume\n{text}01/16/2024;1;1;1;1;1,5\n");
    let candles = candles(&text, &told());
    let dates: Vec<_> = candles.iter().map(|candle| candle.open_time.to_string()).collect();
    assert_eq!(dates[..2], ["2024-01-02", "2024-01-03"]);
    assert_eq!(dates.len(), 11);
    assert_eq!(candles[10].volume, 1.5);
}

#[test]
fn what_was_assumed_is_noted() {
    let text = "# from a terminal\n\nDate,Open,High,Low,Close,Adj Close\n\
                13/01/2024 09:30,1,1,1,1,1\n13/01/2024 09:31,1,1,1,1,1\n";
    let file = parse(text, &ImportOptions { interval: None, ..told() }).unwrap();
    assert_eq!(
        file.warnings,
        [
            "the line before the header was passed over",
            "no volume column: stored as 0",
            "ignored columns: Adj Close",
            "dates are read as day/month/year",
            "times without an offset are read as UTC",
            "interval 1m found in the times",
        ]
    );
}

#[test]
fn a_last_line_without_line_end_is_noted_because_its_last_value_may_be_cut() {
    let text = "date,open,high,low,close,volume\n2024-01-02,1,1,1,1,1";
    let [note] = parse(text, &told()).unwrap().warnings.try_into().unwrap();
    assert!(note.starts_with("the last line has no line end"), "{note}");
    assert!(parse(&format!("{text}\n"), &told()).unwrap().warnings.is_empty());
}

#[test]
fn of_many_ignored_columns_the_first_are_listed() {
    let names = (0..25).map(|number| format!(",extra {number}")).collect::<String>();
    let row = format!("2024-01-02,1,1,1,1,1{}\n", ",9".repeat(25));
    let text = format!("date,open,high,low,close,volume{names}\n{row}");
    let [note] = parse(&text, &told()).unwrap().warnings.try_into().unwrap();
    assert!(note.ends_with(", extra 19 and 5 more"), "{note}");
}

#[test]
fn an_empty_volume_is_zero_and_noted() {
    let text = "date,open,high,low,close,volume\n2024-01-02,1,1,1,1,\n";
    let file = parse(text, &told()).unwrap();
    assert_eq!(file.series[0].as_slice()[0].volume, 0.0);
    assert_eq!(file.warnings, ["1 row has no volume: stored as 0"]);
}

#[test]
fn days_that_begin_at_midnight_elsewhere_keep_their_dates() {
    let text = "Date,Open,High,Low,Close\n2024-03-08 00:00:00-05:00,1,1,1,1\n\
                2024-03-11 00:00:00-04:00,1,1,1,1\n2024-03-12 00:00:00-04:00,1,1,1,1\n";
    let days = candles(text, &ImportOptions { interval: None, ..told() });
    let dates: Vec<_> = days.iter().map(|day| day.open_time.to_string()).collect();
    assert_eq!(dates, ["2024-03-08", "2024-03-11", "2024-03-12"]);
    let hours = candles(text, &ImportOptions { interval: Some(Interval::HOUR), ..told() });
    assert_eq!(hours[0].open_time.to_string(), "2024-03-08T05:00:00Z");
}

#[test]
fn progress_ends_with_the_last_byte_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.csv");
    let text = "\u{feff}date,open,high,low,close\n2024-01-02,1,1,1,1";
    std::fs::write(&path, text).unwrap();
    let mut last = 0;
    CandleFile::read_with_progress(&path, &told(), &mut |bytes| last = bytes).unwrap();
    assert_eq!(last, text.len() as u64);
}

#[test]
fn columns_of_several_symbols_beside_each_other_are_refused() {
    let text = "Price,Close,Close,Open,Open,High,High,Low,Low\n\
                Ticker,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT,AAPL,MSFT\nDate,,,,,,,,\n\
                2024-01-02,1,2,1,2,1,2,1,2\n";
    let error = parse(text, &ImportOptions::default()).unwrap_err().to_string();
    assert!(error.contains("several symbols, such as AAPL and MSFT"), "{error}");
}
