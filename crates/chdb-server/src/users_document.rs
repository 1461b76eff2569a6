//! The users and what each may do, as the document that the server reads when it starts.

use std::time::Duration;

use crate::config::ServerConfig;
use crate::user::{Access, User};
use crate::xml::{element, value};

/// The document.
pub(crate) fn write(config: &ServerConfig) -> String {
    let mut users = element("default", OWN_SESSION);
    let mut profiles = element("own_session", OWN_PROFILE) + &element("default", "");
    let mut quotas = element("default", "");
    for (position, user) in config.users.iter().enumerate() {
        let own = format!("user_{position}");
        users += &element(&user.name, &user_element(user, &own));
        profiles += &element(&own, &profile(user));
        quotas += &element(&own, &user.quota.map(quota).unwrap_or_default());
    }
    let body =
        element("users", &users) + &element("profiles", &profiles) + &element("quotas", &quotas);
    element("clickhouse", &body)
}

/// The process's own session enters as `default`, without a password, from a loopback address. It has
/// the only session that this user can have, so nobody else gets in. Its grants are what the
/// statements of the start need.
const OWN_SESSION: &str = "<password></password><networks><ip>127.0.0.1</ip></networks>\
    <profile>own_session</profile><quota>default</quota><grants>\
    <query>GRANT CREATE ARBITRARY TEMPORARY TABLE, SYSTEM LISTEN ON *.*</query>\
    <query>GRANT READ ON FILE</query></grants>";

/// The process lifts this for itself on its command line.
const OWN_PROFILE: &str = "<readonly>1</readonly><max_sessions_for_user>1</max_sessions_for_user>";

/// Engines of tables that reach nothing outside the store, but for the servers of a configured cluster.
const ENGINES: [&str; 31] = [
    "AggregatingMergeTree",
    "Alias",
    "Buffer",
    "CoalescingMergeTree",
    "CollapsingMergeTree",
    "Distributed",
    "GenerateRandom",
    "GraphiteMergeTree",
    "Join",
    "Log",
    "MaterializedView",
    "Memory",
    "Merge",
    "MergeTree",
    "Null",
    "ReplacingMergeTree",
    "ReplicatedAggregatingMergeTree",
    "ReplicatedCoalescingMergeTree",
    "ReplicatedCollapsingMergeTree",
    "ReplicatedGraphiteMergeTree",
    "ReplicatedMergeTree",
    "ReplicatedReplacingMergeTree",
    "ReplicatedSummingMergeTree",
    "ReplicatedVersionedCollapsingMergeTree",
    "Set",
    "StripeLog",
    "SummingMergeTree",
    "TinyLog",
    "VersionedCollapsingMergeTree",
    "View",
    "WindowView",
];

fn user_element(user: &User, own: &str) -> String {
    let mut body = match user.password_sha256() {
        Some(hash) => value("password_sha256_hex", hash),
        None => element("password", ""),
    };
    let network =
        if user.loopback_only || user.password().is_none() { "127.0.0.1" } else { "::/0" };
    body += &element("networks", &value("ip", network));
    body += &value("profile", own);
    body += &value("quota", own);
    let grants: String = grants(user.access).iter().map(|grant| value("query", grant)).collect();
    body + &element("grants", &grants)
}

fn grants(access: Access) -> Vec<String> {
    match access {
        Access::Read => vec!["GRANT SELECT, SHOW, CREATE TEMPORARY TABLE, dictGet ON *.*".into()],
        Access::Everything => vec!["GRANT ALL ON *.*".into()],
        Access::ReadWrite => {
            let engines = ENGINES.map(|engine| format!("GRANT TABLE ENGINE ON {engine}"));
            let mut grants = vec![
                "GRANT SELECT, SHOW, INSERT, ALTER, OPTIMIZE, TRUNCATE, dictGet, \
                 CREATE DATABASE, CREATE TABLE, CREATE VIEW, CREATE TEMPORARY TABLE, \
                 DROP DATABASE, DROP TABLE, DROP VIEW, KILL QUERY, BACKUP, \
                 SYSTEM FLUSH, SYSTEM MERGES, SYSTEM TTL MERGES, SYSTEM FETCHES, SYSTEM MOVES, \
                 SYSTEM SYNC REPLICA, SYSTEM RESTART REPLICA, SYSTEM DROP CACHE ON *.*"
                    .to_owned(),
            ];
            grants.extend(engines);
            grants
        }
    }
}

fn profile(user: &User) -> String {
    let mut body: String = user.settings.iter().map(|(name, text)| value(name, text)).collect();
    if user.access == Access::Read {
        body += &value("readonly", 2);
    }
    if user.access != Access::Everything {
        // A table's disk can be a folder or a host of anybody's choice.
        let never = element("const", "");
        body += &element("constraints", &element("merge_tree_disk", &never));
    }
    body
}

fn quota((queries, interval): (u64, Duration)) -> String {
    element("interval", &(value("duration", interval.as_secs()) + &value("queries", queries)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::server_document::Paths;

    fn documents(config: ServerConfig) -> (String, String) {
        let config = config.complete().unwrap();
        let (folder, log) = (Path::new("/c & d/users.xml"), Path::new("/a <b>/\"it's\".log"));
        (crate::server_document::write(&config, &Paths { users: folder, log }), write(&config))
    }

    #[test]
    fn text_never_becomes_markup() {
        let (server, _) = documents(ServerConfig::temporary().with_backups("/x]]>&<y/>"));
        assert!(server.contains("<log>/a &lt;b&gt;/&quot;it&apos;s&quot;.log</log>"), "{server}");
        assert!(server.contains("<users_config>/c &amp; d/users.xml</users_config>"));
        assert!(!server.contains("<y/>"), "{server}");
        let mut reader = quick_xml::Reader::from_str(&server);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    }

    #[test]
    fn a_password_is_there_as_a_hash_only() {
        let (server, users) =
            documents(ServerConfig::temporary().with_user(User::new("jts", "hunter2")));
        assert!(!(server + &users).contains("hunter2"));
        let jts = users.split("<jts>").nth(1).unwrap();
        assert!(jts.starts_with("<password_sha256_hex>f52fbd32b2b3b86ff88ef6c490628285"), "{jts}");
    }

    #[test]
    fn only_who_may_do_everything_is_granted_everything() {
        for (access, all) in
            [(Access::Read, false), (Access::ReadWrite, false), (Access::Everything, true)]
        {
            let user = User::new("jts", "p").with_access(access);
            let (server, users) = documents(ServerConfig::temporary().with_user(user));
            assert_eq!(users.contains("GRANT ALL ON *.*"), all);
            assert_eq!(server.contains("<remote_url_allow_hosts>"), !all);
            assert_eq!(users.contains("<merge_tree_disk><const>"), !all);
        }
    }
}
