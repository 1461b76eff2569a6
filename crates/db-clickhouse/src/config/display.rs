//! The configuration as a URL without secrets.

use std::fmt;

use super::authentication::Authentication;
use super::clickhouse_config::ClickHouseConfig;
use super::percent::write_encoded;

/// The URL without password, token and parameters.
impl fmt::Display for ClickHouseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme())?;
        if let Authentication::Password { user, .. } = &self.authentication {
            write_encoded(user, f)?;
            f.write_str("@")?;
        }
        for (position, endpoint) in self.endpoints.iter().enumerate() {
            let comma = if position > 0 { "," } else { "" };
            write!(f, "{comma}{}:{}", endpoint.host, self.port_of(endpoint))?;
        }
        write!(f, "/{}", self.database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_the_local_server_and_the_database_jts() {
        let config = ClickHouseConfig::default();
        assert_eq!(config.to_string(), "http://default@localhost:8123/jts");
        assert_eq!(config.with_secure(true).to_string(), "https://default@localhost:8443/jts");
    }

    #[test]
    fn every_endpoint_is_shown_with_its_port() {
        let config = ClickHouseConfig::default()
            .with_port(18123)
            .with_endpoints([("a", None), ("[::1]", Some(9))]);
        assert_eq!(config.to_string(), "http://default@a:18123,[::1]:9/jts");
        assert_eq!(config.with_port(7).to_string(), "http://default@a:7,[::1]:7/jts");
    }

    #[test]
    fn neither_password_nor_token_is_ever_shown() {
        let config = ClickHouseConfig::default();
        let with_password = config.clone().with_password("hunter2");
        assert_eq!(with_password.to_string(), "http://default@localhost:8123/jts");
        let with_token = config.with_access_token("hunter2");
        assert_eq!(with_token.to_string(), "http://localhost:8123/jts");
        for config in [with_password, with_token] {
            for shown in [format!("{config:?}"), format!("{config:#?}"), format!("{config:#}")] {
                assert!(!shown.contains("hunter2"), "{shown}");
            }
        }
    }
}
