//! How other clients connect, in words for a person, without the password.

use std::net::SocketAddr;

use chdb_server::{Server, open_to_others, reachable};

use super::clients::ClickHouseArgs;
use crate::error::note;

impl ClickHouseArgs {
    /// Tells how to connect as the user of other clients, if there is one.
    pub(crate) fn tell(&self, server: &Server) {
        let Some(user) = self.user() else { return };
        let http = server.http_address();
        note(&self.text(user, http, server.tcp_address()));
        if let Some(file) = self.clickhouse_password_file.as_deref()
            && open_to_others(file).is_some()
        {
            let file = file.display();
            note(&format!("others can read {file}, which holds a password: chmod 600 {file}"));
        }
        if !http.ip().is_loopback() {
            note(
                "other machines can connect, and what is sent can be read and changed on the way, \
                 since it is not encrypted: listen in networks that you trust",
            );
        }
    }

    fn text(&self, user: &str, http: SocketAddr, tcp: Option<SocketAddr>) -> String {
        let http = reachable(http);
        let (host, port) = (http.ip(), http.port());
        let in_url = if http.is_ipv6() { format!("[{host}]") } else { host.to_string() };
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
