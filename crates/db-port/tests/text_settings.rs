//! Which settings the text of a statement assigns, however it is written.

use std::collections::BTreeSet;

use db_port::adapter::text_settings;
use proptest::prelude::*;
use proptest::sample::select;

fn found(sql: &str) -> Vec<String> {
    text_settings(sql).into_iter().collect()
}

#[test]
fn each_place_of_a_clause_is_seen() {
    for sql in [
        "SELECT 1 SETTINGS a = 1",
        "select 1 settings a=1",
        "SELECT 1 SETTINGS a == 1",
        "SELECT 1 SETTINGS a = DEFAULT FORMAT Null",
        "SELECT 1 FORMAT Null SETTINGS a = 1",
        "SELECT 1 SETTINGS a",
        "SELECT * FROM (SELECT 1 SETTINGS a = 1)",
        "SELECT 1 SETTINGS a = 1 UNION ALL SELECT 2",
        "WITH x AS (SELECT 1 SETTINGS a = 1) SELECT * FROM x",
        "INSERT INTO t SETTINGS a = 1 VALUES (1)",
        "INSERT INTO t SETTINGS a VALUES (1)",
        "INSERT INTO t (x) SETTINGS a = 1 SELECT b = 2, c = 3 FROM u",
        "INSERT INTO t SETTINGS a = true (SELECT 1)",
        "INSERT INTO t SELECT 1 SETTINGS a = 1",
        "CREATE TABLE t (x Int8) ENGINE = Log SETTINGS a = 1",
        "CREATE VIEW v AS SELECT 1 SETTINGS a = 1",
        "ALTER TABLE t UPDATE x = 1 WHERE 1 SETTINGS a = 1",
        "EXPLAIN SELECT 1 SETTINGS a = 1",
        "SELECT show user FROM t SETTINGS a = 1",
        "SET a = 1",
        " /* first */ set a = 1;",
    ] {
        assert_eq!(found(sql), ["a"], "{sql}");
    }
    assert_eq!(found("SELECT 1; SET a = 1; SELECT 2 SETTINGS b = 1"), ["a", "b"]);
    assert_eq!(found("SELECT (SELECT 1 SETTINGS a = 1), b = 2 SETTINGS c = 3"), ["a", "c"]);
    assert_eq!(found("INSERT INTO t SETTINGS a = true (SELECT 1 SETTINGS b = 1)"), ["a", "b"]);
}

#[test]
fn what_is_no_clause_is_not_taken_for_one() {
    for sql in [
        "SELECT 1",
        "SELECT 'SETTINGS a = 1', 'it''s SETTINGS a = 1', 'it\\'s SETTINGS a = 1'",
        "SELECT ‘it's SETTINGS a = 1’",
        "SELECT 1 AS `SETTINGS a = 1`, 2 AS \" SETTINGS a = 1\", 3 AS “x SETTINGS a = 1”",
        "SELECT $$ SETTINGS a = 1 $$, $tag$ SETTINGS a = 1 $ SETTINGS a = 1 $tag$",
        "SELECT 1 -- SETTINGS a = 1",
        "SELECT 1 // SETTINGS a = 1",
        "SELECT 1 # SETTINGS a = 1",
        "#!SETTINGS a = 1\nSELECT 1",
        "SELECT 1 /* SETTINGS a = 1 /* SETTINGS a = 1 */ SETTINGS a = 1 */",
        "SELECT settings, a = 1 FROM t",
        "SELECT \"settings\" a",
        "SELECT Settings['a'] FROM system.query_log",
        "SELECT name FROM system.settings a",
        "ALTER TABLE t MODIFY SETTING a = 1",
        "ALTER TABLE t RESET SETTING a",
        "ALTER TABLE t UPDATE a = 1 WHERE 1",
        "UPDATE t SET a = 1 WHERE 1",
        "CREATE USER u SETTINGS a = 1",
        "alter role r settings a = 1",
        "CREATE SETTINGS PROFILE p SETTINGS a = 1",
        "DROP SETTINGS profile a",
        "CREATE DICTIONARY d (x Int8) PRIMARY KEY x SOURCE(NULL()) SETTINGS(a = 1)",
    ] {
        assert!(found(sql).is_empty(), "{sql}");
    }
    assert_eq!(found("CREATE USER u SETTINGS a = 1; SELECT 1 SETTINGS b = 1"), ["b"]);
}

#[test]
fn text_of_any_form_ends_the_reading() {
    for sql in [
        "SETTINGS",
        "SET",
        "SETTINGS a",
        "SETTINGS a.",
        "SETTINGS a = ",
        "SETTINGS a = (",
        "SETTINGS a = disk(",
        "SETTINGS `a",
        "SETTINGS `a\\",
        "SETTINGS `\\x",
        "SETTINGS `\\xé`",
        "SETTINGS “",
        "SETTINGS ‘",
        "$",
        "$$",
        "é$é$é",
        ".",
        "/*",
        "/* *",
        "'é\\",
    ] {
        found(sql);
    }
}

/// Between two tokens.
fn gap() -> impl Strategy<Value = &'static str> {
    select(vec![
        " ",
        "\n\t",
        "\u{a0}",
        "\u{feff}",
        " -- SETTINGS no = 1, it's\n",
        " // \"no\n",
        " # `no\n",
        "/**/",
        "/* 'no /* SETTINGS no */ , no = 1 */",
    ])
}

/// A name of a setting, and a way to write it.
fn setting() -> impl Strategy<Value = (String, String)> {
    let dressed = ("[a-z][a-z0-9_]{0,8}", 0..6).prop_map(|(name, how)| {
        let written = match how {
            0 => format!("`{name}`"),
            1 => format!("\"{name}\""),
            2 => format!("“{name}”"),
            3 => format!("`\\x{:02x}{}`", name.as_bytes()[0], &name[1..]),
            _ => name.clone(),
        };
        (name, written)
    });
    // ClickHouse takes it for a keyword where a value stands.
    dressed.prop_filter("a keyword", |(name, _)| name != "default")
}

fn value() -> impl Strategy<Value = &'static str> {
    select(vec![
        "=1",
        "== 1",
        "= 'x'', no = 1'",
        "= -1.5e-3",
        "= .5",
        "= 0x1F",
        "= '1, no = 2'",
        "= ‘1, no = 2’",
        "= $$1', no = 2$$",
        "= DEFAULT",
        "= true",
        "= {value:UInt64}",
        "= {'no': 'x', 'a': 'SETTINGS no = 1'}",
        "= disk(type = 's3', no = [1, 2], path = (')'))",
        "= [1, (2, 3)]",
        "",
    ])
}

fn clause() -> impl Strategy<Value = (BTreeSet<String>, String)> {
    let assignment = (gap(), setting(), gap(), value());
    let keyword = select(vec!["SETTINGS", "settings", "Settings"]);
    (keyword, prop::collection::vec(assignment, 1..4)).prop_map(|(keyword, assignments)| {
        let names = assignments.iter().map(|(_, (name, _), _, _)| name.clone()).collect();
        let texts = assignments
            .iter()
            .map(|(before, (_, written), between, value)| {
                format!("{before}{written}{between}{value}")
            })
            .collect::<Vec<_>>();
        (names, format!("{keyword}{}", texts.join(",")))
    })
}

/// What stands around clauses.
fn frame() -> impl Strategy<Value = (&'static str, &'static str)> {
    select(vec![
        ("SELECT 1 ", ""),
        ("SELECT 'SETTINGS no = 1' ", ";"),
        ("SELECT * FROM (SELECT 1 ", ") WHERE no = 1"),
        ("INSERT INTO t (`no`, \"SETTINGS no\") ", " SELECT no = 1, no FROM u"),
        ("INSERT INTO t ", " VALUES ('SETTINGS no = 1')"),
        ("SELECT 1 ", " FORMAT JSON"),
        ("SELECT no['SETTINGS no = 1'] FROM system.settings ", " UNION ALL SELECT no = 2"),
        ("CREATE USER u SETTINGS no = 1; SELECT 1 ", "; SELECT no"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn exactly_the_names_of_clauses_are_found(
        clauses in prop::collection::vec((frame(), clause(), gap()), 1..4),
    ) {
        let mut wanted = BTreeSet::new();
        let mut sql = String::new();
        for ((before, after), (names, clause), gap) in clauses {
            wanted.extend(names);
            sql += &format!("{before}{clause}{gap}{after};");
        }
        prop_assert_eq!(text_settings(&sql), wanted, "{}", sql);
    }

    #[test]
    fn no_text_makes_it_panic(sql in r#"([a1$'"`‘’“”\\/*#.,;=({\[\])} é\n-]|x41|SETTINGS |SET ){0,30}"#) {
        found(&sql);
    }
}
