//! Progress on standard error, for people only: nothing is drawn into a pipe or a file.

use std::fmt;
use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::output::printable;
use crate::preferences::Preferences;

/// A progress bar that takes itself off the screen when it is done or dropped.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Counts bytes of `total`.
    pub(crate) fn bytes(what: &str, total: u64) -> Self {
        Self::drawn(what, Some(total), BYTES, target())
    }

    /// Counts rows, of `total` where it is known.
    pub(crate) fn rows(what: &str, total: Option<u64>) -> Self {
        let template = if total.is_some() { ROWS } else { ROWS_OF_UNKNOWN };
        Self::drawn(what, total, template, target())
    }

    /// Shows for how long the database is at work, where it does not say how far it is.
    pub(crate) fn working(what: &str) -> Self {
        Self::drawn(what, None, WORKING, target()).ticking()
    }

    fn ticking(self) -> Self {
        self.0.enable_steady_tick(TICK);
        self
    }

    fn drawn(what: &str, total: Option<u64>, template: &str, target: ProgressDrawTarget) -> Self {
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rows_per_sec", |state: &ProgressState, out: &mut dyn fmt::Write| {
                // Writing to a string cannot fail.
                let _ = write!(out, "{}/s", HumanCount(state.per_sec() as u64));
            });
        let bar = ProgressBar::with_draw_target(total, target).with_style(style);
        bar.set_message(printable(what).into_owned());
        Self(bar)
    }

    /// Whether anybody sees it, so that a total is worth a question.
    pub(crate) fn is_shown() -> bool {
        !Preferences::stated().quiet && io::stderr().is_terminal()
    }

    /// Counts `amount` more.
    pub(crate) fn advance(&self, amount: u64) {
        self.0.inc(amount);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn target() -> ProgressDrawTarget {
    match Preferences::stated().quiet {
        true => ProgressDrawTarget::hidden(),
        false => ProgressDrawTarget::stderr(),
    }
}

/// How often a display moves that nothing advances.
const TICK: Duration = Duration::from_millis(200);

const WORKING: &str = "{spinner} {msg}, {elapsed}";
const BYTES: &str =
    "{msg} [{wide_bar}] {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, {eta} left";
const ROWS: &str = "{msg} [{wide_bar}] {human_pos} of {human_len} rows, {rows_per_sec}, {eta} left";
const ROWS_OF_UNKNOWN: &str = "{msg} {human_pos} rows, {rows_per_sec}";

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use indicatif::TermLike;

    use super::*;

    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            120
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            self.0.lock().unwrap().clear();
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    fn shown(total: Option<u64>, template: &str, amount: u64) -> String {
        let screen = Screen::default();
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        let progress = Progress::drawn("a\u{1b}.csv", total, template, target);
        progress.advance(amount);
        progress.0.force_draw();
        let text = screen.0.lock().unwrap().clone();
        drop(progress);
        assert_eq!(screen.0.lock().unwrap().trim(), "", "a bar that is done leaves nothing");
        text
    }

    #[test]
    fn people_see_what_is_done_of_how_much() {
        let bytes = shown(Some(4 << 20), BYTES, 1 << 20);
        assert!(
            bytes.contains("a\\u{1b}.csv") && bytes.contains("1.00 MiB of 4.00 MiB"),
            "{bytes}"
        );
        let rows = shown(Some(2_000_000), ROWS, 1_500_000);
        assert!(rows.contains("1,500,000 of 2,000,000 rows"), "{rows}");
        let working = shown(None, WORKING, 0);
        assert!(working.contains("a\\u{1b}.csv, 0s"), "{working}");
        let unknown = shown(None, ROWS_OF_UNKNOWN, 1_500_000);
        assert!(unknown.contains("1,500,000 rows") && unknown.trim().ends_with("/s"), "{unknown}");
    }
}
