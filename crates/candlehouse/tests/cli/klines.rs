//! Binance's kline files in all their spellings.

use predicates::str::contains;

use crate::program::Home;

const HEADER: &str = "open_time,open,high,low,close,volume,close_time,quote_volume,count,\
                      taker_buy_volume,taker_buy_quote_volume,ignore\n";

/// Three minutes from 2024-01-01, with times in a unit of which `per_milli` make a millisecond.
fn klines(per_milli: i64) -> String {
    let rows = (0..3).map(|minute: i64| {
        let open = 1_704_067_200_000 + minute * 60_000;
        let (open_time, close_time) = (open * per_milli, (open + 60_000) * per_milli - 1);
        format!(
            "{open_time},42283.58000000,42298.62000000,42261.02000000,4229{minute}.00000000,\
             35.92724000,{close_time},1519032.53,1327,23.18,980394.2,0\n"
        )
    });
    rows.collect()
}

#[test]
fn klines_are_the_same_with_and_without_header_in_milliseconds_and_in_microseconds() {
    let home = Home::new();
    let mut candles: Vec<Vec<Vec<String>>> = Vec::new();
    for (store, header, per_milli) in
        [("a", "", 1), ("b", HEADER, 1), ("c", "", 1000), ("d", HEADER, 1000)]
    {
        let file = format!("{store}/BTCUSDT-1m-2024-01.csv");
        home.write(&file, format!("{header}{}", klines(per_milli)));
        home.ok(&format!("--db chdb:./store-{store} import {file}"))
            .stderr(contains("symbol BTCUSDT found in the file name"));
        candles.push(home.csv(&format!("--db chdb:./store-{store} candles BTCUSDT --interval 1m")));
    }
    assert_eq!(
        candles[0][1],
        ["2024-01-01T00:01:00Z", "42283.58", "42298.62", "42261.02", "42291", "35.92724"]
    );
    assert!(candles.iter().all(|same| *same == candles[0]), "{candles:?}");
}
