//! Whole charts, character by character.

use candle_repository::{Candle, Interval, SeriesKey, Timestamp};
use proptest::prelude::*;

use super::*;

fn series(interval: Interval) -> SeriesKey {
    SeriesKey::parse("X:ABC", interval).unwrap()
}

/// Candles one after the other from `start`, of open, high, low, close and volume.
fn candles(start: &str, interval: Interval, rows: &[[f64; 5]]) -> Vec<Candle> {
    let first: Timestamp = start.parse().unwrap();
    let times = std::iter::successors(Some(first), |time| Some(interval.next_open(*time)));
    let rows = times.zip(rows).map(|(open_time, &[open, high, low, close, volume])| Candle {
        open_time,
        open,
        high,
        low,
        close,
        volume,
    });
    rows.collect()
}

/// Every way in which wick and body can share a row, on prices that are half rows.
fn week() -> Vec<Candle> {
    candles(
        "2024-01-01",
        Interval::DAY,
        &[
            [1.0, 3.0, 0.0, 2.0, 800.0],
            [6.0, 7.0, 4.0, 5.0, 700.0],
            [4.0, 6.0, 2.0, 4.0, 0.0],
            [2.0, 5.0, 2.0, 5.0, 1.0],
            [5.0, 11.0, 0.0, 2.0, 401.0],
            [3.0, 4.0, 3.0, 4.0, 400.0],
            [4.0, 4.0, 3.0, 3.0, 100.0],
        ],
    )
}

fn many(count: usize) -> Vec<Candle> {
    let row = |index: usize| {
        let base = 100.0 + (index * 7 % 23) as f64;
        [base, base + 2.0, base - 1.0, base + 1.0, 10.0]
    };
    candles("2024-01-01", Interval::DAY, &(0..count).map(row).collect::<Vec<_>>())
}

const SMALL: ChartOptions =
    ChartOptions { width: 40, height: 10, charset: Charset::Unicode, colour: false, volume: false };

fn drawn(candles: &[Candle], options: ChartOptions) -> String {
    draw(&series(Interval::DAY), candles, &options).unwrap()
}

#[test]
fn wicks_and_bodies_meet_in_the_middle_of_a_row() {
    assert_eq!(
        drawn(&week(), SMALL),
        "\
X:ABC 1d  close 3  +200.00%
7 candles, 2024-01-01 to 2024-01-07
            │       ├ 10
            │       │
   ╽  ╷     │       │
   ╿  ╽  ┃  █  ╻  ▄ │
╽     │  ┃  █  ╹  ▀ │
╿           │       ├  0
┬──────────────┬────┘
2024-01-01     2024-01-06
"
    );
}

#[test]
fn the_same_chart_in_plain_characters_with_volumes() {
    let options = ChartOptions { height: 11, charset: Charset::Ascii, volume: true, ..SMALL };
    assert_eq!(
        drawn(&week(), options),
        "\
X:ABC 1d  close 3  +200.00%
7 candles, 2024-01-01 to 2024-01-07
            |       + 10
            |       |
   #  |     |       |
   #  O  O  #  O  # |
O     |  O  #  O  # |
O           |       +  0
@  %     .  +  =  . + vol 800
+--------------+----+
2024-01-01     2024-01-06
"
    );
}

#[test]
fn volumes_stand_under_their_candles_and_no_trade_shows_nothing() {
    let chart = drawn(&week(), ChartOptions { height: 11, volume: true, ..SMALL });
    assert_eq!(chart.lines().nth(8).unwrap(), "█  ▇     ▁  ▅  ▄  ▁ ├ vol 800");
}

#[test]
fn colour_adds_nothing_but_green_for_rising_and_red_for_falling() {
    let chart = drawn(&week(), ChartOptions { colour: true, ..SMALL });
    assert_eq!(
        chart.lines().nth(5).unwrap(),
        "   \u{1b}[31m╿  \u{1b}[32m╽  ┃  \u{1b}[31m█  \u{1b}[32m╻  \u{1b}[31m▄\u{1b}[0m │"
    );
    let plain = chart.replace("\u{1b}[31m", "").replace("\u{1b}[32m", "").replace("\u{1b}[0m", "");
    assert_eq!(plain, drawn(&week(), SMALL));
}

#[test]
fn the_last_candles_are_drawn_where_not_all_fit() {
    assert_eq!(
        drawn(&many(40), ChartOptions { width: 36, ..SMALL }),
        "\
X:ABC 1d  close 121  +19.80%
the last 30 of 40 candles, 2024-01-…
   ┃  ╻         ╽  ╷      ┃  ╻ │
  ╷   ╹  ┃  ╻   ╵  ╿  ╽  ╷   ╹ ├ 120
  ╹  ┃  ╻   ╹  ╿  ╽  ╷╵  ╹  ┃  │
 ╽  ╻   ╹  ┃  ╻  ╷╵  ╿  ╽  ╻   │
╷   ╹  ┃  ╻   ╵  ╿  ╽  ╷   ╹   │
╿         ╹  ┃      ╵  ╿       ├ 100
┬────────────┬────────────┬────┘
2024-01-11   2024-01-24   2024-02-06
"
    );
}

#[test]
fn one_candle_and_equal_prices_are_a_chart() {
    let one = candles("2024-01-01", Interval::DAY, &[[100.0, 100.0, 100.0, 100.0, 5.0]]);
    assert_eq!(
        drawn(&one, SMALL),
        "\
X:ABC 1d  close 100  +0.00%
1 candle, 2024-01-01
           ├ 105
           │
         ╻ ├ 100
           │
           │
           ├  95
─────────┬─┘
         2024-01-01
"
    );
}

#[test]
fn intraday_charts_show_the_time_and_where_there_are_several_days_the_day() {
    let rows = [[1.0, 2.0, 0.0, 1.0, 1.0]; 30];
    let times = |start, interval| {
        let series = series(interval);
        let chart = draw(&series, &candles(start, interval, &rows), &SMALL).unwrap();
        chart.lines().last().unwrap().to_owned()
    };
    assert_eq!(times("2024-01-02T09:30", Interval::MINUTE), "09:30   09:38   09:46   09:54");
    assert_eq!(
        times("2024-01-02T09:00", Interval::HOUR),
        "01-02 09:00   01-02 23:00   01-03 13:00"
    );
    assert_eq!(times("2024-01-02T09:30", "5s".parse().unwrap()), "09:30:00   09:30:55   09:31:50");
    assert_eq!(times("2021-11-01", Interval::MONTH), "2021-11   2022-09   2023-07");
}

#[test]
fn prices_of_any_size_have_labels_that_tell_them_apart() {
    for (low, high, labels) in [
        (-40.3, 3.7, vec!["  0", "-20", "-40"]),
        (1e12, 1.3e12, vec!["1.2e12", "1.0e12"]),
        (1.1e-8, 1.9e-8, vec!["0.000000018", "0.000000016", "0.000000014", "0.000000012"]),
        (65_000.12, 65_000.48, vec!["65000.4", "65000.2"]),
    ] {
        let rows = [[low, high, low, high, 1.0]];
        let chart = drawn(&candles("2024-01-01", Interval::DAY, &rows), SMALL);
        let found: Vec<_> =
            chart.lines().filter_map(|line| Some(line.split_once("├ ")?.1)).collect();
        assert_eq!(found, labels);
    }
}

#[test]
fn a_heading_that_is_too_long_is_cut() {
    let series = SeriesKey::parse(&"A".repeat(60), Interval::DAY).unwrap();
    for (charset, end) in [(Charset::Unicode, "AAA…"), (Charset::Ascii, "AAA...")] {
        let chart = draw(&series, &week(), &ChartOptions { charset, ..SMALL }).unwrap();
        let heading = chart.lines().next().unwrap();
        assert!(heading.ends_with(end) && heading.chars().count() == SMALL.width, "{heading}");
    }
}

#[test]
fn a_chart_that_is_too_small_names_the_smallest_that_will_do() {
    let with = |width, height| {
        draw(&series(Interval::DAY), &many(40), &ChartOptions { width, height, ..SMALL })
    };
    let Err(ChartError::TooNarrow { width: 3, smallest }) = with(3, 10) else { panic!() };
    with(smallest, 10).unwrap();
    with(smallest - 1, 10).unwrap_err();
    let Err(ChartError::TooLow { height: 0, smallest }) = with(40, 0) else { panic!() };
    with(40, smallest).unwrap();
    let error = with(40, smallest - 1).unwrap_err().to_string();
    assert!(error.contains(&smallest.to_string()), "{error}");
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let error = |rows: &[[f64; 5]]| {
        let candles = candles("2024-01-01", Interval::DAY, rows);
        draw(&series(Interval::DAY), &candles, &SMALL).unwrap_err()
    };
    assert!(matches!(error(&[]), ChartError::NoCandles));
    assert!(matches!(error(&[[1.0, 0.0, 2.0, 1.0, 0.0]]), ChartError::InvalidCandle { .. }));
    let far = error(&[[0.0, f64::MAX, f64::MIN, 0.0, 0.0]]);
    assert!(matches!(far, ChartError::TooFarApart { .. }), "{far}");
}

proptest! {
    #[test]
    fn a_chart_keeps_to_its_size(
        prices in prop::collection::vec((-1e12..1e12_f64, 0.0..1e6_f64, 0.0..1e15_f64), 1..200),
        width in 40_usize..130,
        height in 11_usize..50,
        ascii: bool,
    ) {
        let rows: Vec<_> =
            prices.iter().map(|(low, size, v)| [*low, low + size, *low, low + size, *v]).collect();
        let candles = candles("2024-01-01", Interval::DAY, &rows);
        let charset = if ascii { Charset::Ascii } else { Charset::Unicode };
        let options = ChartOptions { width, height, charset, volume: true, ..SMALL };
        let chart = drawn(&candles, options);
        prop_assert_eq!(chart.lines().count(), height);
        for line in chart.lines() {
            prop_assert!(line.chars().count() <= width, "{}", chart);
        }
        prop_assert!(!ascii || chart.is_ascii(), "{}", chart);
    }

    #[test]
    fn prices_of_every_magnitude_are_drawn_or_refused(
        prices in prop::collection::vec((prop::num::f64::ANY, prop::num::f64::ANY), 1..20),
    ) {
        let finite = prices.iter().filter(|(a, b)| a.is_finite() && b.is_finite());
        let rows: Vec<_> =
            finite.map(|(a, b)| [*a, a.max(*b), a.min(*b), *b, a.abs()]).collect();
        let candles = candles("2024-01-01", Interval::DAY, &rows);
        match draw(&series(Interval::DAY), &candles, &ChartOptions::default()) {
            Ok(chart) => prop_assert!(chart.contains("├ "), "{}", chart),
            Err(ChartError::TooFarApart { .. } | ChartError::NoCandles) => {}
            Err(error) => prop_assert!(false, "{}", error),
        }
    }
}
