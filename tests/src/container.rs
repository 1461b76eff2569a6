//! A ClickHouse server in a container, through testcontainers.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use std::{env, process};

use testcontainers::bollard::models::PortBinding;
use testcontainers::bollard::query_parameters::KillContainerOptionsBuilder;
use testcontainers::core::IntoContainerPort;
use testcontainers::core::client::docker_client_instance;
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, GenericImage, ImageExt, TestcontainersError};

use crate::ping;

/// The image that is used unless [`IMAGE_VARIABLE`] names another: a release with long support.
const IMAGE: &str = "clickhouse/clickhouse-server:26.3";

/// The environment variable that names another image, as `NAME:TAG`.
const IMAGE_VARIABLE: &str = "CLICKHOUSE_TEST_IMAGE";

/// The port of the HTTP interface in the container.
const HTTP: u16 = 8123;

/// The container's label, by which what a killed test left can be found and removed.
const LABEL: &str = "candlehouse.tests";

/// How long a server may take until it answers, where the image is there.
const START: Duration = Duration::from_secs(120);

/// The user that the image is told to have.
const USER: &str = "tests";
const PASSWORD: &str = "not a secret";

/// A server in a container of its own, which is removed when this is dropped.
///
/// Its port on this machine stays the same when it is stopped and started again.
#[derive(Debug)]
pub struct Container {
    container: ContainerAsync<GenericImage>,
    port: u16,
}

impl Container {
    /// Starts a container and waits until its server answers.
    ///
    /// # Errors
    /// Why there is none: no Docker, no image, or a server that does not answer.
    pub async fn start() -> Result<Self, String> {
        let (name, tag) = image();
        let port = free_port()?;
        let container = GenericImage::new(&name, &tag)
            .with_exposed_port(HTTP.tcp())
            .with_label(LABEL, "")
            .with_env_var("CLICKHOUSE_USER", USER)
            .with_env_var("CLICKHOUSE_PASSWORD", PASSWORD)
            .with_env_var("CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT", "1")
            .with_host_config_modifier(move |host| {
                let binding = PortBinding {
                    host_ip: Some(Ipv4Addr::LOCALHOST.to_string()),
                    host_port: Some(port.to_string()),
                };
                host.publish_all_ports = Some(false);
                host.port_bindings = Some([(HTTP.tcp().to_string(), Some(vec![binding]))].into());
            })
            .start()
            .await
            .map_err(|error| {
                format!(
                    "no container of {name}:{tag}: {}; is Docker running? {IMAGE_VARIABLE} may name \
                     another image, and `make test-image` builds one",
                    reasons(&error)
                )
            })?;
        let started = Self { container, port };
        started.wait_until_it_answers().await?;
        Ok(started)
    }

    /// The server's address with user and password, and the database that it always has.
    #[must_use]
    pub fn url(&self) -> String {
        let password = PASSWORD.replace(' ', "%20");
        format!("http://{USER}:{password}@{}:{}/default", Ipv4Addr::LOCALHOST, self.port)
    }

    /// Freezes the server: connections are accepted, and nothing is answered.
    ///
    /// # Panics
    /// If Docker refuses.
    pub async fn pause(&self) {
        self.container.pause().await.unwrap();
    }

    /// Lets a frozen server go on.
    ///
    /// # Panics
    /// If Docker refuses.
    pub async fn unpause(&self) {
        self.container.unpause().await.unwrap();
    }

    /// Ends the server as a crash does, with SIGKILL.
    ///
    /// # Panics
    /// If Docker refuses, or if it ended in another way.
    pub async fn kill(&self) {
        let options = KillContainerOptionsBuilder::new().signal("SIGKILL").build();
        let docker = docker_client_instance().await.unwrap();
        docker.kill_container(self.container.id(), Some(options)).await.unwrap();
        self.wait_until_it_has_ended().await;
        assert_eq!(self.container.exit_code().await.unwrap(), Some(128 + 9));
    }

    /// Asks the server to end, and waits until it has.
    ///
    /// # Panics
    /// If Docker refuses.
    pub async fn stop(&self) {
        self.container.stop().await.unwrap();
        self.wait_until_it_has_ended().await;
    }

    /// Starts a server that has ended, on the data that it left and the same port.
    ///
    /// # Panics
    /// If it does not answer.
    pub async fn start_again(&self) {
        self.container.start().await.unwrap();
        self.wait_until_it_answers().await.unwrap();
    }

    async fn wait_until_it_answers(&self) -> Result<(), String> {
        if ping::wait(self.port, START).await {
            return Ok(());
        }
        let log = self.container.stderr_to_vec().await.unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        Err(format!("the container's server does not answer after {START:?}; its log:\n{log}"))
    }

    async fn wait_until_it_has_ended(&self) {
        for _ in 0..600 {
            if !self.container.is_running().await.unwrap() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("after 30 s the container still runs");
    }
}

/// Whether there is a Docker daemon.
pub async fn docker_answers() -> bool {
    match docker_client_instance().await {
        Ok(docker) => docker.ping().await.is_ok(),
        Err(_) => false,
    }
}

/// Name and tag of the image.
fn image() -> (String, String) {
    let image = env::var(IMAGE_VARIABLE).ok().filter(|image| !image.is_empty());
    let image = image.unwrap_or_else(|| IMAGE.to_owned());
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name.to_owned(), tag.to_owned()),
        _ => (image, "latest".to_owned()),
    }
}

/// A port that nobody listens on, below those that outgoing connections get: while the container
/// is stopped, its port must stay free.
fn free_port() -> Result<u16, String> {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 10_000;
    static NEXT: LazyLock<AtomicU16> =
        LazyLock::new(|| AtomicU16::new((process::id() % 1000) as u16 * 10));
    (0..COUNT)
        .map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % COUNT)
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .ok_or_else(|| "no port is free for a container".to_owned())
}

/// The error with its causes.
fn reasons(error: &TestcontainersError) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |e| e.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
