//! Where one server listens, and how lists of servers are written.

use db_port::Result;
use hyper::Uri;
use url::Host;

use super::error::invalid;
use super::value;

const A_HOST: &str = "write a name or an address: db.local, 10.0.0.7 or [::1]";

/// Where one server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// An IPv6 address stands in brackets.
    pub(crate) host: String,
    /// Without it the one of the whole configuration.
    pub(crate) port: Option<u16>,
}

impl Endpoint {
    pub(super) fn validate(&self) -> Result<()> {
        if self.host.contains(',') {
            return Err(invalid(
                "host",
                "there is a comma in it: give several with with_endpoints",
            ));
        }
        // As the client reads it: letters of other languages become ASCII.
        let readable = Host::parse(&self.host)
            .is_ok_and(|host| format!("http://{host}:1").parse::<Uri>().is_ok());
        if !readable {
            return Err(invalid("host", A_HOST));
        }
        if self.port == Some(0) {
            return Err(invalid("port", "write a number from 1 to 65535"));
        }
        Ok(())
    }
}

/// Reads `host`, `host:port` or several of them with commas in between. A message names `host` or
/// `port` as `key` does, and does not show the text, which may be a misplaced password.
pub(super) fn list(text: &str, key: impl Fn(&'static str) -> String) -> Result<Vec<Endpoint>> {
    text.split(',').map(|text| one(text.trim(), &key)).collect()
}

fn one(text: &str, key: &impl Fn(&'static str) -> String) -> Result<Endpoint> {
    // The colons of an IPv6 address are inside its brackets.
    let brackets = text.rfind(']').map_or(0, |end| end + 1);
    let (host, port) = match text[brackets..].split_once(':') {
        Some((host, port)) => (&text[..brackets + host.len()], Some(port)),
        None => (text, None),
    };
    if host.is_empty() {
        return Err(invalid(&key("host"), format!("it is missing: {A_HOST}")));
    }
    if brackets == 0 && port.is_some_and(|port| port.contains(':')) {
        return Err(invalid(&key("host"), format!("it has several colons: {A_HOST}")));
    }
    let port = port.map(|port| value::whole(&key("port"), port, 1, u16::MAX)).transpose()?;
    Ok(Endpoint { host: host.to_owned(), port })
}
