use std::fmt;

use super::percent::write_encoded;
use super::{Authentication, ClickHouseConfig};

/// The URL without password, token and parameters.
impl fmt::Display for ClickHouseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme())?;
        if let Authentication::Password { user, .. } = &self.authentication {
            write_encoded(user, f)?;
            f.write_str("@")?;
        }
        for (place, endpoint) in self.endpoints.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            write!(f, "{comma}{}:{}", endpoint.host, self.port_of(endpoint))?;
        }
        write!(f, "/{}", self.database)
    }
}
