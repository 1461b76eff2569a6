//! What is logged, and how much.

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::Home;

#[test]
fn a_level_that_is_none_is_refused_and_an_empty_variable_is_not_set() {
    let home = Home::new();
    home.fails(2, "--log loud init")
        .stderr(contains("off, error, warn, info, debug, trace").and(contains("--log")));
    home.command(&["init"]).env("CANDLEHOUSE_LOG", "loud").assert().code(2);
    home.command(&["init"]).env("CANDLEHOUSE_LOG", "").assert().success();
    home.ok("latest --log TRACE").stdout(contains("TRACE").not());
}
