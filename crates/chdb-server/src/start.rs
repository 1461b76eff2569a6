//! One start: from the launch of the child to its first answer.
//!
//! The child's statements wait at a gate, a named pipe, until the parent has seen which engine it
//! is, so that nothing listens before everything is as it should be.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::fcntl::OFlag;

use crate::address::reachable;
use crate::config::ServerConfig;
use crate::error::Error;
use crate::folder::{Folder, tail};
use crate::launch::{self, Files};

/// How often the parent looks.
const TICK: Duration = Duration::from_millis(5);

/// A child that may not answer yet. Dropping it ends the child.
pub(crate) struct Start<'a> {
    config: &'a ServerConfig,
    folder: Folder,
    log: PathBuf,
    child: Option<Child>,
    deadline: Instant,
}

/// Where a server answers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) http: u16,
    pub(crate) tcp: Option<u16>,
}

impl<'a> Start<'a> {
    /// Starts the child on the store in `store`, an absolute path.
    pub(crate) fn begin(
        config: &'a ServerConfig,
        program: &Path,
        library: PathBuf,
        store: &Path,
    ) -> Result<Self, Error> {
        for address in [Some(config.http), config.tcp].into_iter().flatten() {
            // The engine's own words for a port in use are many.
            TcpListener::bind(address).map_err(|source| Error::Listen { address, source })?;
        }
        let folder = Folder::make()?;
        let log = config.log.clone().unwrap_or_else(|| store.join("server.log"));
        let files = Files { folder: &folder, log: &log, store };
        let child = launch::launch(config, program, library, &files)?;
        let deadline = Instant::now() + config.start_timeout;
        Ok(Self { config, folder, log, child: Some(child), deadline })
    }

    /// Waits until the child has opened the store, and says which engine it is. Nothing listens yet.
    pub(crate) fn version(&mut self) -> Result<String, Error> {
        self.answer(launch::VERSION)
    }

    /// Lets the child listen, and waits until it answers.
    pub(crate) fn open(mut self) -> Result<(Child, Ports), Error> {
        let gate = self.folder.file(launch::GATE);
        let blocked = OFlag::O_NONBLOCK.bits();
        // Opening it for writing fails until the child has opened it for reading.
        let open = self
            .wait_for(|| OpenOptions::new().write(true).custom_flags(blocked).open(&gate).ok())?;
        // The engine's function `file` looks for the folder it runs in before it reads any file of
        // the machine. That there is none is what keeps users from reading files.
        fs::remove_dir(self.folder.file(launch::HOME)).map_err(Error::system("remove a folder"))?;
        drop(open);
        let answer = self.answer(launch::PORTS)?;
        let mut ports = answer.split('\t').map(str::parse);
        let mut port = || ports.next().and_then(Result::ok);
        let unreadable = io::Error::from(io::ErrorKind::InvalidData);
        let http = port().ok_or(unreadable).map_err(Error::system("read the server's port"))?;
        let ports = Ports { http, tcp: self.config.tcp.and_then(|_| port()) };
        let address = SocketAddr::new(self.config.http.ip(), http);
        self.wait_for(|| ping(address).ok())?;
        match self.child.take() {
            Some(child) => Ok((child, ports)),
            None => Err(self.late()),
        }
    }

    /// The line that the child writes into a file of this name.
    fn answer(&mut self, name: &str) -> Result<String, Error> {
        let file = self.folder.file(name);
        self.wait_for(|| {
            let text = fs::read_to_string(&file).ok()?;
            text.strip_suffix('\n').map(str::to_owned)
        })
    }

    fn wait_for<T>(&mut self, mut look: impl FnMut() -> Option<T>) -> Result<T, Error> {
        loop {
            if let Some(found) = look() {
                return Ok(found);
            }
            let errors = self.errors();
            if errors.contains("DB::Exception") {
                return Err(Error::Refused { output: errors });
            }
            let ended = self.child.as_mut().map(Child::try_wait).transpose();
            if let Some(status) = ended.map_err(Error::system("watch the server"))?.flatten() {
                self.child = None;
                return Err(Error::Ended { status, output: self.output() });
            }
            if Instant::now() >= self.deadline {
                return Err(self.late());
            }
            sleep(TICK);
        }
    }

    fn late(&self) -> Error {
        Error::Late { limit: self.config.start_timeout, output: self.output() }
    }

    /// What the child wrote to standard error, or else the end of its log.
    fn output(&self) -> String {
        let errors = self.errors();
        if errors.is_empty() { tail(&self.log).trim().to_owned() } else { errors }
    }

    /// What the child wrote to standard error, without the frames of stacks.
    fn errors(&self) -> String {
        let written = tail(&self.folder.file(launch::STDERR));
        let lines = written.lines().filter(|line| {
            !line.starts_with("Logging ") && !line.contains(" @ 0x") && !line.trim().is_empty()
        });
        let lines: Vec<_> = lines.filter_map(|line| line.split(", Stack trace").next()).collect();
        lines.join("\n")
    }
}

impl Drop for Start<'_> {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// Asks the server whether it is there.
fn ping(address: SocketAddr) -> io::Result<()> {
    const LIMIT: Duration = Duration::from_secs(1);
    let mut stream = TcpStream::connect_timeout(&reachable(address), LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(b"GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    match answer.starts_with(b"HTTP/1.1 200") {
        true => Ok(()),
        false => Err(io::ErrorKind::InvalidData.into()),
    }
}
