use std::time::Duration;

use db_port::{Identifier, Result};
use url::{ParseError, Url};

use crate::config::{ClickHouseConfig, refuse};

const SHAPE: &str = "write http://user:password@host:port/database, https:// or clickhouse://";
const ENCODE: &str = "write @ : / ? # and % in user and password as %40 %3A %2F %3F %23 and %25";

/// Reads a configuration from a URL. No message quotes the URL, because any part of it can turn
/// out to be part of a password that was not percent-encoded.
pub(crate) fn parse(text: &str) -> Result<ClickHouseConfig> {
    if text.chars().any(char::is_control) {
        return Err(refuse("url", "it holds a control character, such as a line break: remove it"));
    }
    let (scheme, rest) = text.split_once("://").ok_or_else(|| refuse("url", SHAPE))?;
    let (secure, may_say_secure) = match scheme.to_ascii_lowercase().as_str() {
        "http" => (false, false),
        "https" => (true, false),
        "clickhouse" => (false, true),
        _ => return Err(refuse("url", SHAPE)),
    };
    // One scheme for all: under http the parser would drop port 80 as if it were not there.
    let url = Url::parse(&format!("clickhouse://{rest}")).map_err(refuse_url)?;
    let behind_host = [Some(url.path()), url.query(), url.fragment()];
    if behind_host.iter().flatten().any(|part| part.contains('@')) {
        return Err(refuse("url", format!("there is an @ behind the host: {ENCODE}")));
    }
    if url.fragment().is_some() {
        return Err(refuse("url", format!("there is a # in it: {ENCODE}")));
    }
    let mut config = ClickHouseConfig::default().with_secure(secure);
    config.host = match url.host_str() {
        Some(host) if !host.is_empty() => decoded("host", host)?,
        _ => return Err(refuse("host", format!("it is missing: {SHAPE}"))),
    };
    config.port = url.port();
    if !url.username().is_empty() {
        config.user = decoded("user", url.username())?;
    }
    if let Some(password) = url.password() {
        config = config.with_password(decoded("password", password)?);
    }
    if let Some(database) = database(url.path())? {
        config.database = database;
    }
    for (key, value) in url.query_pairs() {
        config = with_parameter(config, &key, &value, may_say_secure)?;
    }
    config.check()?;
    Ok(config)
}

fn refuse_url(error: ParseError) -> db_port::DbError {
    match error {
        ParseError::InvalidPort => {
            refuse("port", format!("write a number from 1 to 65535; if it is one, {ENCODE}"))
        }
        ParseError::EmptyHost => refuse("host", format!("it is missing: {SHAPE}")),
        error => refuse("url", format!("{error}: {SHAPE}")),
    }
}

fn database(path: &str) -> Result<Option<Identifier>> {
    let name = decoded("database", path.trim_start_matches('/'))?;
    if name.is_empty() {
        return Ok(None);
    }
    let rule = "the path is one name of letters, digits and underscores, such as /jts";
    Identifier::new(name).map(Some).map_err(|_| refuse("database", rule))
}

fn with_parameter(
    config: ClickHouseConfig,
    key: &str,
    value: &str,
    may_say_secure: bool,
) -> Result<ClickHouseConfig> {
    match key {
        "secure" if may_say_secure => match value {
            "" | "1" | "true" => Ok(config.with_secure(true)),
            "0" | "false" => Ok(config.with_secure(false)),
            _ => Err(refuse("secure", "write secure=true or secure=false")),
        },
        "secure" => {
            Err(refuse("secure", "it goes with clickhouse://; else write https:// for TLS"))
        }
        "connect_timeout" => Ok(config.with_connect_timeout(seconds(key, value)?)),
        "request_timeout" => Ok(config.with_request_timeout(seconds(key, value)?)),
        _ => Err(refuse(
            &key.escape_debug().to_string(),
            "no such parameter; there are secure, connect_timeout and request_timeout",
        )),
    }
}

fn seconds(key: &str, value: &str) -> Result<Duration> {
    let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| refuse(key, "write a number of seconds, such as 10 or 2.5"))
}

fn decoded(key: &str, text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            let hex = tail.first_chunk::<2>().and_then(|hex| {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(hex[0])? * 16 + digit(hex[1])?).ok()
            });
            let broken =
                || refuse(key, "a % must come before two hexadecimal digits; write % as %25");
            bytes.push(hex.ok_or_else(broken)?);
            rest = &tail[2..];
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).map_err(|_| refuse(key, "its percent-encoding is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> String {
        parse(url).unwrap().to_string()
    }

    #[test]
    fn each_part_is_read_and_may_be_left_out() {
        assert_eq!(
            shown("http://reader:pw@db.local:18123/prices"),
            "http://reader@db.local:18123/prices"
        );
        assert_eq!(shown("https://db.local"), "https://default@db.local:8443/jts");
        assert_eq!(shown("HTTP://db.local/"), "http://default@db.local:8123/jts");
        assert_eq!(shown("http://[::1]:9/x"), "http://default@[::1]:9/x");
    }

    #[test]
    fn a_port_that_the_web_takes_for_granted_is_kept() {
        assert_eq!(shown("http://db.local:80"), "http://default@db.local:80/jts");
        assert_eq!(shown("https://db.local:443"), "https://default@db.local:443/jts");
    }

    #[test]
    fn clickhouse_is_http_and_with_secure_https() {
        assert_eq!(shown("clickhouse://db.local"), "http://default@db.local:8123/jts");
        assert_eq!(shown("clickhouse://db.local/x?secure"), "https://default@db.local:8443/x");
        assert_eq!(shown("clickhouse://db.local?secure=false"), "http://default@db.local:8123/jts");
    }

    #[test]
    fn user_and_password_are_percent_decoded() {
        let config = parse("http://a%40b:p%3A%2F%23%25%C3%A9@h").unwrap();
        assert_eq!((config.user.as_str(), config.password.reveal()), ("a@b", "p:/#%é"));
    }

    #[test]
    fn time_limits_are_seconds() {
        let config = parse("http://h?connect_timeout=2.5&request_timeout=60").unwrap();
        assert_eq!(config.connect_timeout, Duration::from_millis(2500));
        assert_eq!(config.request_timeout, Duration::from_secs(60));
    }

    #[test]
    fn what_is_wrong_is_named_and_the_password_is_not() {
        for (key, url) in [
            ("url", "hunter2"),
            ("url", "tcp://u:hunter2@h"),
            ("url", "http://u:hunter2@h\n"),
            ("url", "http://u:1/hunter2@h"),
            ("url", "http://u:1?hunter2@h"),
            ("url", "http://u:1#hunter2@h"),
            ("url", "http://h#hunter2"),
            ("host", "http://"),
            ("host", "http:///jts"),
            ("host", "http://u:hunter2@:8123/jts"),
            ("host", "http://u:hunter2@a%20b/jts"),
            ("port", "http://h:eighty"),
            ("port", "http://h:0"),
            ("port", "http://h:65536"),
            ("port", "http://u:hunter2#x@h"),
            ("password", "http://u:hunter2%zz@h"),
            ("password", "http://u:hunter2%0A@h"),
            ("user", "http://%ff:hunter2@h"),
            ("database", "http://h/a/b"),
            ("database", "http://h/a-b"),
            ("secure", "clickhouse://h?secure=maybe"),
            ("secure", "http://h?secure=1"),
            ("connect_timeout", "http://h?connect_timeout=soon"),
            ("connect_timeout", "http://h?connect_timeout=-1"),
            ("request_timeout", "http://h?request_timeout=0"),
            ("password", "http://h?password=hunter2"),
            ("databse", "http://h?databse=x"),
        ] {
            let error = parse(url).unwrap_err().to_string();
            assert!(error.contains(&format!("configuration of {key}:")), "{url}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
