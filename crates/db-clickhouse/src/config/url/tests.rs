//! Settings in a URL.

use std::time::Duration;

use secrecy::ExposeSecret;

use super::super::{Authentication, Compression};
use super::*;

fn shown(url: &str) -> String {
    ClickHouseConfig::from_url(url).unwrap().to_string()
}

fn identity(url: &str) -> (String, String) {
    match ClickHouseConfig::from_url(url).unwrap().authentication {
        Authentication::Password { user, password } => (user, password.expose_secret().into()),
        Authentication::AccessToken(_) => panic!("a token"),
    }
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
    let (user, password) = identity("http://a%40b:p%3A%2F%23%25%C3%A9@h");
    assert_eq!((user.as_str(), password.as_str()), ("a@b", "p:/#%é"));
}

#[test]
fn several_hosts_have_each_their_own_port() {
    assert_eq!(
        shown("clickhouse://u:p@h1:1,h2,[::1]:3/x?secure"),
        "https://u@h1:1,h2:8443,[::1]:3/x"
    );
    let (user, password) = identity("http://a,b:c,d@h1,h2");
    assert_eq!((user.as_str(), password.as_str()), ("a,b", "c,d"));
}

#[test]
fn the_builder_changes_what_the_url_said() {
    let config = ClickHouseConfig::from_url("http://h:1").unwrap();
    assert_eq!(config.clone().with_host("x").to_string(), "http://default@x:1/jts");
    assert_eq!(config.with_port(2).to_string(), "http://default@h:2/jts");
}

#[test]
fn each_parameter_has_its_setting() {
    type Is = fn(&ClickHouseConfig) -> bool;
    let cases: [(&str, Is); 22] = [
        ("secure", |c| c.secure),
        ("verify=false", |c| !c.tls.verify),
        ("ca_file=/c%20a+.pem", |c| c.tls.ca_file == Some("/c a+.pem".into())),
        ("client_cert_file=c", |c| c.tls.client_cert_file == Some("c".into())),
        ("client_key_file=k", |c| c.tls.client_key_file == Some("k".into())),
        ("compression=0", |c| c.compression == Compression::None),
        ("compression=zstd", |c| c.compression == Compression::Zstd),
        ("compression", |c| c.compression == Compression::Lz4),
        ("connect_timeout=2.5", |c| c.connect_timeout == Duration::from_millis(2500)),
        ("send_receive_timeout=60", |c| c.send_receive_timeout == Duration::from_secs(60)),
        ("attempt_timeout=2", |c| c.attempt_timeout == Duration::from_secs(2)),
        ("health_timeout=1", |c| c.health_timeout == Duration::from_secs(1)),
        ("acquire_timeout=0", |c| c.acquire_timeout == Duration::ZERO),
        ("close_timeout=1", |c| c.close_timeout == Duration::from_secs(1)),
        ("max_concurrent_requests=2", |c| c.max_concurrent_requests == 2),
        ("max_retries=7", |c| c.max_retries == 7),
        ("retry_base_delay=0.2", |c| c.retry_base_delay == Duration::from_millis(200)),
        ("retry_max_delay=1", |c| c.retry_max_delay == Duration::from_secs(1)),
        ("retry_timeout=9", |c| c.retry_timeout == Duration::from_secs(9)),
        ("retry_budget=0", |c| c.retry_budget == 0),
        ("quarantine=1", |c| c.quarantine == Duration::from_secs(1)),
        ("max_retries=4294967295", |c| c.max_retries == u32::MAX),
    ];
    for key in SETTINGS.iter().filter(|key| key.is_parameter()) {
        assert!(cases.iter().any(|(text, _)| text.starts_with(key.name)), "{}", key.name);
    }
    for (text, is) in cases {
        let config = read(&format!("clickhouse://h/jts?{text}")).unwrap();
        assert!(is(&config) && !is(&read("clickhouse://h/jts").unwrap()), "{text}: {config:?}");
    }
}

#[test]
fn parameters_are_separated_and_a_switch_may_be_merely_named() {
    let url = "clickhouse://h?&secure&compression=&max_retries=1&&retry_budget=2&";
    let config = ClickHouseConfig::from_url(url).unwrap();
    assert!(config.secure && config.compression == Compression::Lz4);
    assert_eq!((config.max_retries, config.retry_budget), (1, 2));
}

#[test]
fn an_unknown_parameter_is_told_what_there_is() {
    let error = ClickHouseConfig::from_url("http://h?timeout=1").unwrap_err().to_string();
    assert!(error.contains("configuration of timeout:"), "{error}");
    for key in SETTINGS.iter().filter(|key| key.is_parameter()) {
        assert!(error.contains(key.name), "{error}");
    }
    let error = ClickHouseConfig::from_url("http://h?user=u").unwrap_err().to_string();
    assert!(error.contains("http://user:password@host"), "{error}");
    let error = ClickHouseConfig::from_url("http://h?access_token=hunter2").unwrap_err();
    assert!(error.to_string().contains("CLICKHOUSE_ACCESS_TOKEN"), "{error}");
}

#[test]
fn an_old_parameter_is_told_its_new_name() {
    for (old, new) in RENAMED_PARAMETERS {
        let error = ClickHouseConfig::from_url(&format!("http://h?{old}=7")).unwrap_err();
        let expected = format!("invalid configuration of {old}: it is called {new} now");
        assert_eq!(error.to_string(), expected);
        assert!(SETTINGS.iter().any(|setting| setting.name == new), "{new}");
    }
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
        ("url", "http://u:hunter2#x@h"),
        ("password", "http://u:hunter2%zz@h"),
        ("password", "http://u:hunter2%0A@h"),
        ("user", "http://%ff:hunter2@h"),
        ("database", "http://h/a/b"),
        ("database", "http://h/a-b"),
        ("secure", "clickhouse://h?secure=maybe"),
        ("secure", "http://h?secure=1"),
        ("connect_timeout", "http://h?connect_timeout=soon"),
        ("connect_timeout", "http://h?connect_timeout=-1"),
        ("send_receive_timeout", "http://h?send_receive_timeout=0"),
        ("host", "http://h1,,h2"),
        ("host", "http://h1,h2,"),
        ("host", "http://::1"),
        ("host", "http://[::1"),
        ("host", "http://[::1]x:1"),
        ("host", "http://h1%2Ch2"),
        ("port", "http://h:"),
        ("port", "http://h1:1,h2:hunter2"),
        ("port", "http://hunter2:hunter2"),
        ("verify", "https://h?verify=hunter2"),
        ("ca_file", "https://h?ca_file="),
        ("ca_file", "http://h?ca_file=/x"),
        ("ca_file", "https://h?ca_file=%ff"),
        ("ca_file", "https://h?ca_file=/x&ca_file=/x"),
        ("client_key_file", "https://h?client_cert_file=/x"),
        ("client_cert_file", "https://h?client_key_file=/x"),
        ("max_concurrent_requests", "http://h?max_concurrent_requests=0"),
        ("max_concurrent_requests", "http://h?max_concurrent_requests=65536"),
        ("max_retries", "http://h?max_retries=4294967296"),
        ("max_retries", "http://h?max_retries=-1"),
        ("retry_base_delay", "http://h?retry_base_delay=9"),
        ("secure", "clickhouse://h?secure&secure=false"),
        ("url", "http://h?%zz=hunter2"),
        ("password", "http://h?password=hunter2"),
        ("databse", "http://h?databse=x"),
    ] {
        let error = ClickHouseConfig::from_url(url).unwrap_err().to_string();
        assert!(error.contains(&format!("configuration of {key}:")), "{url}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}
