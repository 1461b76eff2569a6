//! Codecs of the table of candles: chosen, shown, and changed.

use predicates::str::contains;

use crate::program::Home;
use crate::serving::Serving;

fn shown(home: &Home) -> (String, u64) {
    let report = home.json("codec");
    (report[0]["codec"].as_str().unwrap().to_owned(), report[0]["parts_left"].as_u64().unwrap())
}

#[test]
fn a_codec_is_chosen_once_and_changed_by_its_command_only() {
    let home = Home::new();
    home.ok("init --codec delta");
    assert_eq!(shown(&home), ("delta".into(), 0));
    home.ok("init");
    home.ok("init --codec alp").stderr(contains("keeps its codec"));
    assert_eq!(shown(&home), ("delta".into(), 0));
    home.ok("codec alp");
    assert_eq!(shown(&home), ("alp".into(), 0));
}

#[test]
fn what_is_stored_is_rewritten_and_comes_back_the_same() {
    let home = Home::with_stocks();
    let candles = home.csv("candles AAPL");
    let bytes = |line: &str| home.json(line)[0]["bytes"].as_u64().unwrap();
    assert_eq!(shown(&home), ("alp".into(), 0));
    let alp = bytes("codec");
    home.ok("codec alp").stderr(contains("nothing left"));
    assert_eq!(bytes("codec"), alp);
    let delta = bytes("codec delta");
    assert!(delta > alp * 11 / 10, "{delta} {alp}");
    assert_eq!(shown(&home), ("delta".into(), 0));
    assert_eq!(home.csv("candles AAPL"), candles);
    assert_eq!(bytes("codec alp"), alp);
    assert_eq!(home.csv("candles AAPL"), candles);
}

#[test]
fn a_store_is_rewritten_while_it_is_served() {
    let home = Home::with_stocks();
    let candles = home.csv("candles AAPL");
    let serving = Serving::start(&home, "");
    home.ok("codec delta").stderr(contains("are being rewritten"));
    assert_eq!(shown(&home), ("delta".into(), 0));
    assert_eq!(home.csv("candles AAPL"), candles);
    serving.ends_well();
}

#[test]
fn a_store_without_tables_has_no_codec() {
    let home = Home::new();
    home.fails(4, "codec");
    home.fails(4, "codec alp");
    home.fails(2, "codec gorilla").stderr(contains("alp, delta"));
}
