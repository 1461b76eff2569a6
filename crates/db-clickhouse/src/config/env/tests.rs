//! Settings in environment variables.

use std::process::Command;
use std::time::Duration;

use secrecy::ExposeSecret;

use super::super::Compression;
use super::*;

fn read(variables: &[(&str, &str)]) -> Result<ClickHouseConfig> {
    ClickHouseConfig::from_vars(|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    })
}

fn shown(variables: &[(&str, &str)]) -> String {
    read(variables).unwrap().to_string()
}

fn secret(config: &ClickHouseConfig) -> (&'static str, &str) {
    match &config.authentication {
        Authentication::Password { password, .. } => ("password", password.expose_secret()),
        Authentication::AccessToken(token) => ("token", token.expose_secret()),
    }
}

#[test]
fn without_variables_everything_has_its_default() {
    let unset = format!("{:?}", ClickHouseConfig::default());
    assert_eq!(format!("{:?}", read(&[]).unwrap()), unset);
    let empty = ClickHouseConfig::from_vars(|_| Some(OsString::new())).unwrap();
    assert_eq!(format!("{empty:?}"), unset);
}

#[test]
fn each_variable_has_its_setting() {
    type Is = fn(&ClickHouseConfig) -> bool;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "hunter2\n").unwrap();
    let path = path.to_str().unwrap();
    let cases: [(&str, &str, Is); 27] = [
        ("HOST", "a,[::1]:9", |c| c.to_string() == "http://default@a:8123,[::1]:9/jts"),
        ("PORT", "18123", |c| c.to_string() == "http://default@localhost:18123/jts"),
        ("USER", "reader", |c| c.to_string() == "http://reader@localhost:8123/jts"),
        ("PASSWORD", "hunter2:@/", |c| secret(c) == ("password", "hunter2:@/")),
        ("PASSWORD_FILE", path, |c| secret(c) == ("password", "hunter2")),
        ("ACCESS_TOKEN", "hunter2", |c| secret(c) == ("token", "hunter2")),
        ("ACCESS_TOKEN_FILE", path, |c| secret(c) == ("token", "hunter2")),
        ("DATABASE", "prices", |c| c.database().as_str() == "prices"),
        ("SECURE", "1", |c| c.secure),
        ("VERIFY", "0", |c| !c.tls.verify),
        ("CA_FILE", "a b.pem", |c| c.tls.ca_file == Some("a b.pem".into())),
        ("CLIENT_CERT_FILE", "c", |c| c.tls.client_cert_file == Some("c".into())),
        ("CLIENT_KEY_FILE", "k", |c| c.tls.client_key_file == Some("k".into())),
        ("COMPRESSION", "off", |c| c.compression == Compression::None),
        ("CONNECT_TIMEOUT", "2.5", |c| c.connect_timeout == Duration::from_millis(2500)),
        ("ATTEMPT_TIMEOUT", "2", |c| c.attempt_timeout == Duration::from_secs(2)),
        ("SEND_RECEIVE_TIMEOUT", "60", |c| c.send_receive_timeout == Duration::from_secs(60)),
        ("HEALTH_TIMEOUT", "1", |c| c.health_timeout == Duration::from_secs(1)),
        ("ACQUIRE_TIMEOUT", "0", |c| c.acquire_timeout == Duration::ZERO),
        ("CLOSE_TIMEOUT", "1", |c| c.close_timeout == Duration::from_secs(1)),
        ("MAX_CONCURRENT_REQUESTS", "2", |c| c.max_concurrent_requests == 2),
        ("MAX_RETRIES", "7", |c| c.max_retries == 7),
        ("RETRY_BASE_DELAY", "0.2", |c| c.retry_base_delay == Duration::from_millis(200)),
        ("RETRY_MAX_DELAY", "1", |c| c.retry_max_delay == Duration::from_secs(1)),
        ("RETRY_TIMEOUT", "9", |c| c.retry_timeout == Duration::from_secs(9)),
        ("RETRY_BUDGET", "0", |c| c.retry_budget == 0),
        ("QUARANTINE", "1e9", |c| c.quarantine == Duration::from_secs(365 * 24 * 3600)),
    ];
    assert_eq!(cases.len(), SETTINGS.len());
    for (name, value, is) in cases {
        let variable = format!("CLICKHOUSE_{name}");
        assert!(SETTINGS.iter().any(|key| key.variable == variable), "{variable}");
        let mut set = vec![(&*variable, value)];
        match name {
            "CA_FILE" => set.push(("CLICKHOUSE_SECURE", "true")),
            "CLIENT_CERT_FILE" => {
                set.extend([("CLICKHOUSE_SECURE", "true"), ("CLICKHOUSE_CLIENT_KEY_FILE", "x")]);
            }
            "CLIENT_KEY_FILE" => {
                set.extend([("CLICKHOUSE_SECURE", "true"), ("CLICKHOUSE_CLIENT_CERT_FILE", "x")]);
            }
            _ => {}
        }
        let config = read(&set).unwrap();
        assert!(is(&config), "{variable}: {config:?}");
        set.remove(0);
        assert!(read(&set).is_err() || !is(&read(&set).unwrap()), "{variable} is the default");
    }
}

#[test]
fn a_url_is_read_and_single_variables_override_its_parts() {
    let url = (URL, "clickhouse://reader:hunter2@a:1/prices?max_retries=7&connect_timeout=1");
    let config = read(&[url, ("CLICKHOUSE_CONNECT_TIMEOUT", "2")]).unwrap();
    assert_eq!(config.to_string(), "http://reader@a:1/prices");
    assert_eq!((config.max_retries, config.connect_timeout), (7, Duration::from_secs(2)));
    assert_eq!(secret(&config), ("password", "hunter2"));
    for (variable, value, expected) in [
        ("CLICKHOUSE_HOST", "b", "http://reader@b:1/prices"),
        ("CLICKHOUSE_HOST", "b:2", "http://reader@b:2/prices"),
        ("CLICKHOUSE_PORT", "2", "http://reader@a:2/prices"),
        ("CLICKHOUSE_USER", "writer", "http://writer@a:1/prices"),
        ("CLICKHOUSE_DATABASE", "x", "http://reader@a:1/x"),
        ("CLICKHOUSE_SECURE", "yes", "https://reader@a:1/prices"),
        ("CLICKHOUSE_ACCESS_TOKEN", "t", "http://a:1/prices"),
    ] {
        assert_eq!(shown(&[url, (variable, value)]), expected);
    }
    let config = read(&[url, (PASSWORD, "secret7")]).unwrap();
    assert_eq!(secret(&config), ("password", "secret7"));
}

#[test]
fn what_the_url_lacks_may_come_from_a_variable() {
    let url = (URL, "clickhouse://a?ca_file=ca.pem");
    assert!(read(&[url]).is_err());
    assert_eq!(shown(&[url, ("CLICKHOUSE_SECURE", "1")]), "https://default@a:8443/jts");
}

#[test]
fn a_list_of_hosts_stands_in_either_variable_and_a_port_replaces_those_before_it() {
    let url = (URL, "http://a:1,b,[::1]:3");
    assert_eq!(shown(&[url]), "http://default@a:1,b:8123,[::1]:3/jts");
    let port = ("CLICKHOUSE_PORT", "7");
    assert_eq!(shown(&[url, port]), "http://default@a:7,b:7,[::1]:7/jts");
    let hosts = ("CLICKHOUSE_HOST", "c, d:4");
    assert_eq!(shown(&[url, hosts, port]), "http://default@c:7,d:4/jts");
}

#[test]
fn what_is_wrong_is_named_as_it_was_given_and_not_shown() {
    let zero = ("CLICKHOUSE_CONNECT_TIMEOUT", "0");
    for (key, variables) in [
        ("CLICKHOUSE_URL", &[(URL, "hunter2")][..]),
        ("port in CLICKHOUSE_URL", &[(URL, "http://h:hunter2")]),
        ("connect_timeout in CLICKHOUSE_URL", &[(URL, "http://h?connect_timeout=0")]),
        ("CLICKHOUSE_CONNECT_TIMEOUT", &[zero]),
        ("CLICKHOUSE_CONNECT_TIMEOUT", &[(URL, "http://h"), zero]),
        ("CLICKHOUSE_HOST", &[("CLICKHOUSE_HOST", "a b")]),
        ("CLICKHOUSE_HOST", &[("CLICKHOUSE_HOST", "a,,b")]),
        ("port in CLICKHOUSE_HOST", &[("CLICKHOUSE_HOST", "a:b")]),
        ("CLICKHOUSE_PORT", &[("CLICKHOUSE_PORT", "0")]),
        ("CLICKHOUSE_PORT", &[("CLICKHOUSE_PORT", "eighty")]),
        ("CLICKHOUSE_DATABASE", &[("CLICKHOUSE_DATABASE", "a-b")]),
        ("CLICKHOUSE_SECURE", &[("CLICKHOUSE_SECURE", "maybe")]),
        ("CLICKHOUSE_MAX_CONCURRENT_REQUESTS", &[("CLICKHOUSE_MAX_CONCURRENT_REQUESTS", "0")]),
        ("CLICKHOUSE_CA_FILE", &[("CLICKHOUSE_CA_FILE", "ca.pem")]),
        ("CLICKHOUSE_PASSWORD", &[(PASSWORD, "hunter2\n")]),
        ("CLICKHOUSE_ACCESS_TOKEN", &[(TOKEN, "hunter2\n")]),
        ("CLICKHOUSE_PASSWORD", &[(PASSWORD, "hunter2"), (PASSWORD_FILE, "/x")]),
        ("CLICKHOUSE_PASSWORD_FILE", &[(PASSWORD_FILE, "/no/such/file")]),
        ("CLICKHOUSE_ACCESS_TOKEN", &[(TOKEN, "hunter2"), (TOKEN_FILE, "/x")]),
        ("CLICKHOUSE_ACCESS_TOKEN", &[(TOKEN, "hunter2"), (PASSWORD, "hunter2")]),
        ("CLICKHOUSE_ACCESS_TOKEN", &[(TOKEN, "hunter2"), (USER, "reader")]),
    ] {
        let error = read(variables).unwrap_err().to_string();
        assert!(error.contains(&format!("configuration of {key}:")), "{key}: {error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_secret_given_twice_or_in_two_ways_names_both_variables() {
    for (one, other) in [(PASSWORD, PASSWORD_FILE), (TOKEN, TOKEN_FILE), (TOKEN, PASSWORD)] {
        let error = read(&[(one, "hunter2"), (other, "/x")]).unwrap_err().to_string();
        assert!(error.contains(&format!("{one}:")), "{error}");
        assert!(error.contains(&format!("{other} is set too")), "{error}");
    }
}

#[test]
fn a_secret_of_a_file_is_named_by_the_files_variable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "hunter2\n\n").unwrap();
    let error = read(&[(PASSWORD_FILE, path.to_str().unwrap())]).unwrap_err().to_string();
    assert!(error.contains("CLICKHOUSE_PASSWORD_FILE: it holds a control"), "{error}");
    let error = read(&[(PASSWORD_FILE, "/no/such/file")]).unwrap_err().to_string();
    assert!(error.contains("/no/such/file") && error.contains("(os error 2)"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_variable_that_is_not_utf_8_is_named() {
    use std::os::unix::ffi::OsStringExt;
    for variable in SETTINGS.iter().map(|key| key.variable).chain([URL, PASSWORD_FILE]) {
        let lookup =
            |name: &str| (name == variable).then(|| OsString::from_vec(b"hunter2\xff".into()));
        let error = ClickHouseConfig::from_vars(lookup).unwrap_err().to_string();
        assert!(error.contains(&format!("of {variable}: it is not UTF-8")), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn an_old_variable_is_told_its_new_name() {
    for (old, new) in RENAMED_VARIABLES {
        let error = read(&[(old, "7")]).unwrap_err();
        let expected = format!("invalid configuration of {old}: it is called {new} now");
        assert_eq!(error.to_string(), expected);
        assert!(SETTINGS.iter().any(|setting| setting.variable == new), "{new}");
    }
}

#[test]
fn unknown_variables_are_left_to_other_programs() {
    assert_eq!(shown(&[("CLICKHOUSE_FORMAT", "hunter2")]), "http://default@localhost:8123/jts");
}

/// Runs itself once more with variables set, because a process must not change its own.
#[test]
fn the_process_environment_is_what_is_read() {
    const MARK: &str = "SHOW_THE_CONFIGURATION_OF_THE_ENVIRONMENT";
    if std::env::var_os(MARK).is_some() {
        println!("<{}>", ClickHouseConfig::from_env().unwrap());
        return;
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    let test = "config::env::tests::the_process_environment_is_what_is_read";
    child.args(["--exact", test, "--nocapture"]).env(MARK, "1");
    for key in &SETTINGS {
        child.env_remove(key.variable);
    }
    child.env(URL, "http://reader:hunter2@a:1/prices").env("CLICKHOUSE_HOST", "b");
    let output = child.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("<http://reader@b:1/prices>"), "{text}");
}
