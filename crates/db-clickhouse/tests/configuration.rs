//! Whatever text is given as a configuration: an error that says what is wrong, and no secret.

use db_clickhouse::ClickHouseConfig;
use proptest::prelude::*;

const SECRET: &str = "hunter2";

/// Text around the secret that a URL could be made of, well formed or not.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9:/?#\\[\\]@,%&=;!$'()*+_.~ -]{0,12}", ".{0,6}", Just(String::new())]
}

fn parameters() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("secure"),
        Just("verify"),
        Just("connect_timeout"),
        Just("max_concurrent_requests"),
        Just("quarantine"),
        Just("nothing"),
    ];
    let value = prop_oneof!["[0-9.e-]{0,6}", Just("true".to_owned()), Just(SECRET.to_owned())];
    // A path is no secret.
    let path = (Just("ca_file"), Just("ca.pem".to_owned()));
    proptest::collection::vec(prop_oneof![6 => (name, value), 1 => path], 0..4).prop_map(|pairs| {
        pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    })
}

fn assert_hidden(url: &str) -> Result<(), TestCaseError> {
    let shown = match ClickHouseConfig::from_url(url) {
        Ok(config) => format!("{config:#?}{config}{config:#}"),
        Err(error) => format!("{error:#?}{error}"),
    };
    prop_assert!(!shown.contains(SECRET), "{url}: {shown}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_a_configuration_panic(text in any::<String>(), tail in "\\PC{0,40}") {
        let _ = ClickHouseConfig::from_url(&text);
        for head in ["http://", "https://u@", "clickhouse://u:p@h", "clickhouse://h?", "http://["] {
            let _ = ClickHouseConfig::from_url(&format!("{head}{tail}"));
            let _ = ClickHouseConfig::from_url(&format!("{head}{text}"));
        }
        let _ = ClickHouseConfig::from_vars(|_| Some(text.clone().into()));
    }

    #[test]
    fn a_password_is_never_shown_however_it_is_written(
        before in piece(),
        after in piece(),
        host in piece(),
        parameters in parameters(),
    ) {
        for scheme in ["http", "https", "clickhouse"] {
            assert_hidden(&format!("{scheme}://u:{before}{SECRET}{after}@h/db"))?;
            assert_hidden(&format!("{scheme}://u:{before}{SECRET}{after}@{host}?{parameters}"))?;
        }
    }

    #[test]
    fn a_value_is_shown_by_no_error(name in "[a-z_]{1,12}", before in piece(), after in piece()) {
        prop_assume!(!before.contains(['&', '#']) && !after.contains(['&', '#']));
        let url = format!("https://h?{name}={before}{SECRET}{after}");
        if let Err(error) = ClickHouseConfig::from_url(&url) {
            prop_assert!(!format!("{error:?}{error}").contains(SECRET), "{url}: {error}");
        }
    }

    #[test]
    fn variables_are_shown_by_no_error(before in piece(), after in piece(), which in 0..26usize) {
        const NAMES: [&str; 26] = [
            "URL", "HOST", "PORT", "PASSWORD", "ACCESS_TOKEN", "DATABASE", "SECURE", "VERIFY",
            "COMPRESSION", "CONNECT_TIMEOUT", "SEND_RECEIVE_TIMEOUT", "HEALTH_TIMEOUT",
            "ACQUIRE_TIMEOUT", "CLOSE_TIMEOUT", "MAX_CONCURRENT_REQUESTS", "MAX_RETRIES",
            "RETRY_BASE_DELAY", "RETRY_MAX_DELAY", "RETRY_TIMEOUT", "RETRY_BUDGET", "QUARANTINE", "USER", "CA_FILE",
            "CLIENT_CERT_FILE", "CLIENT_KEY_FILE", "ANYTHING",
        ];
        let name = format!("CLICKHOUSE_{}", NAMES[which]);
        let value = format!("{before}{SECRET}{after}");
        let lookup = |asked: &str| (asked == name).then(|| value.clone().into());
        if let Err(error) = ClickHouseConfig::from_vars(lookup) {
            prop_assert!(!format!("{error:?}{error}").contains(SECRET), "{name}: {error}");
        }
    }

    #[test]
    fn what_is_shown_is_read_as_the_same(
        user in "\\PC{1,12}",
        hosts in proptest::collection::vec(("[a-z][a-z0-9]{0,8}", 1u16..), 1..4),
        database in "[a-z_][a-z0-9_]{0,12}",
        secure: bool,
    ) {
        prop_assume!(user.trim() == user);
        let endpoints = hosts.iter().map(|(host, port)| (host.as_str(), Some(*port)));
        let shown = ClickHouseConfig::default()
            .with_user(user)
            .with_endpoints(endpoints)
            .with_database(db_port::Identifier::new(database).unwrap())
            .with_secure(secure)
            .to_string();
        prop_assert_eq!(ClickHouseConfig::from_url(&shown).unwrap().to_string(), shown);
    }
}
