//! What makes the program at home in a shell: completions and the manual.

use std::fs;
use std::process::{Command, Stdio};

use predicates::boolean::PredicateBooleanExt;
use predicates::str::contains;

use crate::program::{COMMANDS, Home, stdout};

#[test]
fn every_shell_gets_completions_of_every_command_and_option() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&home.ok(&format!("completions {shell}")));
        for word in COMMANDS.into_iter().chain(["skip-bad", "color"]) {
            assert!(script.contains(word), "{shell} knows no {word}");
        }
    }
    home.fails(2, "completions tcsh").stderr(contains("[possible values: bash, elvish, fish"));
}

#[test]
fn bash_completes_commands_options_and_values() {
    let home = Home::new();
    home.write("completions", stdout(&home.ok("completions bash")));
    for (line, expected) in [
        ("candlehouse cov", "coverage"),
        ("candlehouse import --sk", "--skip-bad"),
        ("candlehouse latest --format js", "json jsonl"),
    ] {
        let words: Vec<_> = line.split(' ').collect();
        let (last, before) = (words.len() - 1, words[words.len() - 2]);
        let script = format!(
            "source completions; COMP_WORDS=({line}); COMP_CWORD={last}; \
             _candlehouse candlehouse '{}' '{before}'; echo ${{COMPREPLY[@]}}",
            words[last]
        );
        let bash = Command::new("bash")
            .args(["-c", &script])
            .current_dir(home.path(""))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(bash.stdout).unwrap().trim(), expected, "{line}");
    }
}

#[test]
fn each_command_has_a_page_in_the_manual() {
    let home = Home::new();
    home.ok("man").stdout(contains(".TH candlehouse 1").and(contains("Exit codes")));
    home.ok("man --output pages");
    for command in COMMANDS {
        let page = home.read(&format!("pages/candlehouse-{command}.1"));
        assert!(page.contains(".SH SYNOPSIS"), "{command}");
    }
    assert!(fs::exists(home.path("pages/candlehouse.1")).unwrap());
    assert!(fs::exists(home.path("pages/candlehouse-symbols-rename.1")).unwrap());
    home.write("file", "");
    home.fails(1, "man --output file").stderr(contains("file cannot be written"));
}

#[test]
fn shells_are_offered_intervals_and_levels_and_take_others() {
    let home = Home::new();
    let script = stdout(&home.ok("completions bash"));
    for offered in ["1s 1m 5m 15m 30m 1h 4h 1d 1w 1M", "off error warn info debug trace"] {
        assert!(script.contains(offered), "{offered}");
    }
    home.run(&["export", "--help"]).stdout(contains("1s, 1m").not());
    home.fails(2, "candles A --interval 7m").stderr(contains("7m").and(contains("30m").not()));
    home.fails(4, "candles A --interval 20m --log OFF");
}
