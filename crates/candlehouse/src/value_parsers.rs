//! Values that the command line refuses before anything is opened.

use std::error::Error;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::time::Duration;

use candle_repository::{Interval, ModelError, SymbolName};
use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};
use tracing::level_filters::LevelFilter;

/// A symbol, as `AAPL` or `NASDAQ:AAPL`.
pub(crate) fn symbol(text: &str) -> Result<String, ModelError> {
    SymbolName::parse(text).map(|_| text.to_owned())
}

/// An exchange, which may be empty.
pub(crate) fn exchange(text: &str) -> Result<String, ModelError> {
    SymbolName::new(text, "ANY").map(|_| text.to_owned())
}

/// The address of a socket.
pub(crate) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| {
        "write an IP address and a port, such as 127.0.0.1:9464 or [::]:9464; port 0 is any free one"
    })
}

/// A time limit in seconds, such as `2.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, &'static str> {
    let limit = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    limit
        .filter(|limit| (SHORTEST..=LONGEST).contains(limit))
        .ok_or("write a number of seconds from 0.001 to 60, such as 2.5")
}

const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(60);

/// An option that has another name now.
pub(crate) fn renamed_to_last(_: &str) -> Result<u64, &'static str> {
    Err("it is called --last, as in `candlehouse candles`")
}

/// Parses values of which a shell can offer some.
#[derive(Clone)]
pub(crate) struct Offered<T, E> {
    parse: fn(&str) -> Result<T, E>,
    values: &'static [&'static str],
}

impl<T, E> TypedValueParser for Offered<T, E>
where
    T: Clone + Send + Sync + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + Clone + 'static,
{
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        let parse = self.parse;
        (move |text: &str| parse(text)).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.values.iter().copied().map(PossibleValue::new)))
    }
}

/// An interval.
pub(crate) fn interval() -> Offered<Interval, ModelError> {
    Offered { parse: str::parse, values: &INTERVALS }
}

/// How much is logged.
pub(crate) fn log_levels() -> Offered<LevelFilter, &'static str> {
    Offered { parse: log_level, values: &LOG_LEVELS }
}

/// Those that data is mostly in.
const INTERVALS: [&str; 10] = ["1s", "1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w", "1M"];

const LOG_LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// How much is logged; empty means the default, since an empty variable counts as not set.
pub(crate) fn log_level(text: &str) -> Result<LevelFilter, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "off" => Ok(LevelFilter::OFF),
        "error" => Ok(LevelFilter::ERROR),
        "" | "warn" => Ok(LevelFilter::WARN),
        "info" => Ok(LevelFilter::INFO),
        "debug" => Ok(LevelFilter::DEBUG),
        "trace" => Ok(LevelFilter::TRACE),
        _ => Err("write one of off, error, warn, info, debug, trace"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shells_are_offered_is_understood() {
        let all: Vec<_> = Interval::all().map(|interval| interval.to_string()).collect();
        assert!(INTERVALS.iter().all(|offered| all.iter().any(|known| known == offered)));
        assert!(LOG_LEVELS.iter().all(|level| log_level(level).is_ok()));
    }
}
