//! Candles through text and back, and text that nobody would write.

use std::path::Path;

use chrono::{DateTime, Utc};
use market_model::{Candle, Interval, Timestamp};
use proptest::prelude::*;

use super::super::file::CandleFile;
use super::super::options::ImportOptions;
use super::{parse, told};

const TIME_SPELLINGS: [fn(DateTime<Utc>) -> String; 14] = [
    |time| time.timestamp().to_string(),
    |time| format!("{}.000", time.timestamp()),
    |time| time.timestamp_millis().to_string(),
    |time| time.timestamp_micros().to_string(),
    |time| format!("{}000000", time.timestamp_millis()),
    |time| time.to_rfc3339(),
    |time| time.format("%Y-%m-%d %H:%M:%S").to_string(),
    |time| time.format("%Y%m%d %H%M%S").to_string(),
    |time| time.format("%Y%m%d%H%M%S").to_string(),
    |time| time.format("%Y.%m.%d %H:%M").to_string(),
    |time| time.format("%d.%m.%Y %H:%M:%S.000 GMT+0000").to_string(),
    |time| time.format("%d-%b-%y %I:%M %p").to_string(),
    |time| time.format("%-d %B %Y %H:%M:%S").to_string(),
    |time| (time + chrono::Duration::minutes(330)).format("%Y-%m-%dT%H:%M:%S+05:30").to_string(),
];

fn candles() -> impl Strategy<Value = Vec<Candle>> {
    let price = -1e6..1e6;
    let row = (prop::array::uniform4(price), 0.0..1e12);
    (200_000..500_000_i64, prop::collection::vec(row, 2..20)).prop_map(|(hour, rows)| {
        let candle = |(index, ([a, b, c, d], volume)): (i64, ([f64; 4], f64))| {
            let mut prices = [a, b, c, d];
            prices.sort_by(f64::total_cmp);
            let [low, open, close, high] = prices;
            let open_time = Timestamp::from_millis((hour + index) * 3_600_000).unwrap();
            Candle { open_time, open, high, low, close, volume }
        };
        (0..).zip(rows).map(candle).collect()
    })
}

fn render(candles: &[Candle], delimiter: char, order: &[usize], time: usize, crlf: bool) -> String {
    let end = if crlf { "\r\n" } else { "\n" };
    let line = |cells: [String; 7]| {
        let cells: Vec<&str> = order.iter().map(|column| cells[*column].as_str()).collect();
        cells.join(&delimiter.to_string()) + end
    };
    let header = ["Open Time", "<OPEN>", "High", "low", "CLOSE", "Vol.", "Other"];
    let mut text = line(header.map(str::to_owned));
    for candle in candles {
        let Candle { open_time, open, high, low, close, volume } = *candle;
        let [o, h, l, c, v] = [open, high, low, close, volume].map(|number| number.to_string());
        let moment = TIME_SPELLINGS[time](open_time.to_datetime());
        text += &line([moment, o, h, l, c, v, String::new()]);
    }
    text
}

proptest! {
    #[test]
    fn candles_come_back_from_every_spelling(
        candles in candles(),
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        order in Just((0..7).collect::<Vec<usize>>()).prop_shuffle(),
        time in 0..TIME_SPELLINGS.len(),
        crlf: bool,
        interval_is_given: bool,
    ) {
        let text = render(&candles, delimiter, &order, time, crlf);
        let interval = interval_is_given.then_some(Interval::HOUR);
        let file = parse(&text, &ImportOptions { interval, ..told() });
        let file = file.map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(file.series.len(), 1);
        prop_assert_eq!(file.series[0].key().interval(), Interval::HOUR);
        prop_assert_eq!(file.series[0].as_slice(), &candles);
        prop_assert_eq!(file.rows, candles.len() as u64);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let _ = CandleFile::parse(Path::new("any"), &bytes, &told());
    }

    #[test]
    fn no_rows_make_it_panic(
        head in prop::sample::select(vec![
            "date,open,high,low,close,volume\n",
            "date;time;open;high;low;close\n",
            "symbol,exchange,unix,o,h,l,c,close_time\n",
            "",
        ]),
        body in "([0-9]{1,14}|[0-9a-zéA-Z:./ \",;\n\r+-]{0,12}|,|;|\n){0,60}",
        skip_bad: bool,
    ) {
        let options = ImportOptions { skip_bad, ..ImportOptions::default() };
        let _ = CandleFile::parse(Path::new("BTC-1m-2024-01.csv"), (head.to_owned() + &body).as_bytes(), &options);
    }

    #[test]
    fn what_is_accepted_is_sorted_unique_and_sound(
        rows in prop::collection::vec((0..40_u32, 0..3_u32, 0..3_u32, 0..3_u32), 1..30),
    ) {
        let mut text = "date,open,high,low,close\n".to_owned();
        for (minute, open, high, low) in &rows {
            text += &format!("2024-01-02T00:{minute:02},{open},{high},{low},{open}\n");
        }
        let options = ImportOptions { interval: Some(Interval::MINUTE), skip_bad: true, ..told() };
        if let Ok(file) = parse(&text, &options) {
            let candles = file.series[0].as_slice();
            prop_assert!(candles.windows(2).all(|pair| pair[0].open_time < pair[1].open_time));
            prop_assert!(candles.iter().all(|candle| candle.check_for(Interval::MINUTE).is_ok()));
            let told_apart = candles.len() + file.rejects.len();
            prop_assert_eq!(told_apart as u64 + file.duplicates, rows.len() as u64);
        }
    }
}
