//! How other clients connect, in words for a person, without the password.

use std::net::SocketAddr;

use chdb_server::Server;

use super::clients::ClickHouseArgs;
use super::password_file;
use crate::error::note;

impl ClickHouseArgs {
    /// Tells how to connect as the user of other clients, if there is one.
    pub(crate) fn tell(&self, server: &Server) {
        let Some(user) = self.user() else { return };
        let http = server.http_address();
        note(&self.text(user, http, server.tcp_address()));
        if let Some(file) = &self.clickhouse_password_file {
            password_file::warn_if_open(file);
        }
        if !http.ip().is_loopback() {
            note(
                "other machines can connect, and what is sent can be read and changed on the way, \
                 since it is not encrypted: listen in networks that you trust",
            );
        }
    }

    fn text(&self, user: &str, http: SocketAddr, tcp: Option<SocketAddr>) -> String {
        let (host, in_url) = (host(http), in_url(http));
        let port = http.port();
        let (ask, secret) = match &self.clickhouse_password_file {
            None => ("", "no password".to_owned()),
            Some(file) => (" --ask-password", format!("the password in {}", file.display())),
        };
        let python = match &self.clickhouse_password_file {
            None => String::new(),
            Some(file) => {
                format!(", password=open({:?}).read().rstrip(\"\\n\")", file.display().to_string())
            }
        };
        let mut text = format!(
            "other clients connect as {user} with {secret}, to the database default:\n  \
             Python             clickhouse_connect.get_client(host=\"{in_url}\", port={port}, \
             username=\"{user}\"{python}, database=\"default\")\n  \
             Grafana            server {host}, port {port}, protocol HTTP\n  \
             DBeaver            jdbc:clickhouse://{in_url}:{port}/default"
        );
        if let Some(tcp) = tcp {
            text.push_str(&format!(
                "\n  clickhouse-client  clickhouse-client --host {host} --port {} --user {user}{ask}",
                tcp.port()
            ));
        }
        text
    }
}

/// Where this machine reaches what listens on `address`.
fn host(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => "127.0.0.1".into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => "::1".into(),
        address => address.ip().to_string(),
    }
}

fn in_url(address: SocketAddr) -> String {
    let host = host(address);
    if address.is_ipv6() { format!("[{host}]") } else { host }
}
