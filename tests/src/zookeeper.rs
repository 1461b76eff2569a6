//! A ZooKeeper of our own, where the machine has one: Debian's package `zookeeper`.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::ports;

/// It names the libraries that it needs.
const JAR: &str = "/usr/share/java/zookeeper.jar";
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// A standalone server on a free port of the loopback interface. It ends with this.
pub struct ZooKeeper {
    address: SocketAddr,
    child: Child,
    folder: TempDir,
}

impl ZooKeeper {
    /// Why there can be none on this machine; nothing if there can.
    #[must_use]
    pub fn missing() -> Option<String> {
        let java = Command::new("java").arg("-version").stderr(Stdio::null()).status();
        match java.is_ok_and(|status| status.success()) && Path::new(JAR).is_file() {
            true => None,
            false => Some(format!("needs java and {JAR}: apt-get install zookeeper")),
        }
    }

    /// Starts one and waits until it answers.
    ///
    /// # Panics
    /// If it does not, with its own output.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = ports::free(1)[0];
        let file = |name: &str| folder.path().join(name);
        let settings = format!(
            "dataDir={}\nclientPort={}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n\
             4lw.commands.whitelist=srvr\ntickTime=500\n",
            file("data").display(),
            address.port()
        );
        fs::write(file("zoo.cfg"), settings).unwrap();
        let output = File::create(file("output")).unwrap();
        let child = Command::new("java")
            .args(["-Xmx128m", "-cp", JAR])
            .arg("org.apache.zookeeper.server.quorum.QuorumPeerMain")
            .arg(file("zoo.cfg"))
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let mut server = Self { address, child, folder };
        server.until_it_answers().await;
        server
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    async fn until_it_answers(&mut self) {
        let end = Instant::now() + TIME_LIMIT;
        while !timeout(Duration::from_secs(1), serves(self.address)).await.is_ok_and(|ok| ok) {
            let over = self.child.try_wait().unwrap().is_some() || Instant::now() > end;
            if over {
                let output = fs::read_to_string(self.folder.path().join("output"));
                panic!("ZooKeeper did not start: {}", output.unwrap_or_default());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for ZooKeeper {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// It answers before it lets anybody in.
async fn serves(address: SocketAddr) -> bool {
    let Ok(mut connection) = TcpStream::connect(address).await else {
        return false;
    };
    let mut answer = String::new();
    connection.write_all(b"srvr").await.is_ok()
        && connection.read_to_string(&mut answer).await.is_ok()
        && answer.contains("Mode: standalone")
}
