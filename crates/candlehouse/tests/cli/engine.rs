//! The embedded engine's library is missing or damaged.

use std::fs;
use std::io::Read;

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{Home, engine_library};

#[test]
fn without_the_library_the_message_lists_the_places_and_how_to_get_it() {
    let home = Home::new();
    let mut health = home.command(&["--db", "chdb:./store", "init"]);
    let place = home.path(".cache/candlehouse/engine").display().to_string();
    health
        .env_remove("CANDLEHOUSE_ENGINE")
        .env_remove("CANDLEHOUSE_ENGINE_DIR")
        .assert()
        .code(1)
        .stdout("")
        .stderr(contains(place).and(contains("/usr/lib/libchdb.so")).and(contains("make engine")));
}

#[test]
fn empty_variables_count_as_not_set() {
    let home = Home::new();
    let place = home.path(".cache/candlehouse/engine").display().to_string();
    home.command(&["init"])
        .env("CANDLEHOUSE_ENGINE", "")
        .env("CANDLEHOUSE_ENGINE_DIR", "")
        .assert()
        .code(1)
        .stderr(contains(place));
}

#[test]
fn a_library_that_was_named_and_is_not_there_is_not_replaced_by_another() {
    let home = Home::new();
    let mut init = home.command(&["init"]);
    init.env("CANDLEHOUSE_ENGINE", "/nowhere/libchdb.so")
        .assert()
        .code(1)
        .stderr(contains("/nowhere/libchdb.so does not exist").and(contains("CANDLEHOUSE_ENGINE")));
}

#[test]
fn a_damaged_library_is_an_error_and_not_a_crash() {
    let home = Home::new();
    let mut start = Vec::new();
    let library = fs::File::open(engine_library()).unwrap();
    library.take(1_000_000).read_to_end(&mut start).unwrap();
    home.write("cut.so", start);
    home.write("text.so", "not a library");
    for name in ["cut.so", "text.so"] {
        home.command(&["init"])
            .env("CANDLEHOUSE_ENGINE", name)
            .assert()
            .code(1)
            .stdout("")
            .stderr(contains(format!("{name} is ")).and(contains("run `make engine`")));
    }
}

#[test]
fn the_program_fetches_its_engine_and_takes_only_the_package_that_it_knows() {
    let home = Home::new();
    let install = |arguments: &[&str]| {
        let mut command = home.command(&[&["engine", "install"], arguments].concat());
        command.env_remove("CANDLEHOUSE_ENGINE").env_remove("CANDLEHOUSE_ENGINE_DIR");
        command.env("PATH", "/usr/bin:/bin");
        command.assert()
    };
    home.write("package.tgz", "not a package");
    install(&["--from", "package.tgz"]).code(1).stdout("").stderr(
        contains("package.tgz is not the package @chdb/lib-").and(contains("was not installed")),
    );
    install(&["--from", "missing.tgz"]).code(1).stderr(contains("there is no file missing.tgz"));

    // What is there already is not fetched again: its size tells.
    let known = include_str!("../../../db-chdb/engine/checksums.txt");
    let row = known.lines().find(|line| !line.starts_with('#')).unwrap();
    let [_, _, version, _, size] = row.split(' ').collect::<Vec<_>>().try_into().unwrap();
    let library = format!(".cache/candlehouse/engine/{version}/libchdb.so");
    home.write(&library, "");
    let file = fs::File::options().write(true).open(home.path(&library)).unwrap();
    file.set_len(size.parse().unwrap()).unwrap();
    install(&[]).success().stdout(contains(library));
}
