//! Whether bytes are compressed on their way, and how.

use std::net::IpAddr;

/// How answers and inserts are compressed between this program and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all to a server on this machine, to any other one as [`Compression::Lz4`].
    #[default]
    Auto,
    /// Not at all.
    None,
    /// LZ4: half the bytes, for little work.
    Lz4,
    /// ZSTD: a third of the bytes, for more work on both sides.
    Zstd,
}

/// LZ4, or nothing.
impl From<bool> for Compression {
    fn from(compress: bool) -> Self {
        if compress { Self::Lz4 } else { Self::None }
    }
}

impl Compression {
    /// What it means for a server on `host`, which is a name or an address as in a URL.
    pub(crate) fn towards(self, host: &str) -> Self {
        match self {
            Self::Auto if is_this_machine(host) => Self::None,
            Self::Auto => Self::Lz4,
            stated => stated,
        }
    }
}

/// Names are not looked up: what they lead to can change.
fn is_this_machine(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => {
            let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spared_compression() {
        for near in [
            "localhost",
            "LOCALHOST.",
            "db.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert_eq!(Compression::Auto.towards(near), Compression::None, "{near}");
        }
        for far in
            ["db.local", "localhost.example", "10.0.0.7", "128.0.0.1", "[::2]", "notlocalhost"]
        {
            assert_eq!(Compression::Auto.towards(far), Compression::Lz4, "{far}");
        }
    }

    #[test]
    fn what_is_stated_holds_everywhere() {
        for stated in [Compression::None, Compression::Lz4, Compression::Zstd] {
            assert_eq!([stated.towards("localhost"), stated.towards("db.local")], [stated; 2]);
        }
    }
}
