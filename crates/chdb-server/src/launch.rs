//! The launch of the child: the files that it reads, its arguments and its first statements.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use db_port::adapter::string_literal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::config::ServerConfig;
use crate::error::Error;
use crate::folder::Folder;
use crate::server_document::{self, Paths};
use crate::task::Task;
use crate::users_document;
use crate::validate::fits_into_xml;

/// The pipe at which the child waits for the parent.
pub(crate) const GATE: &str = "gate";
/// The folder that the child begins in.
pub(crate) const HOME: &str = "home";
/// What the child writes to standard error.
pub(crate) const STDERR: &str = "stderr";
/// The file in which the child says which engine it is.
pub(crate) const VERSION: &str = "version";
/// The file in which the child says where it listens.
pub(crate) const PORTS: &str = "ports";

/// Where the files of a server are.
pub(crate) struct Files<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) log: &'a Path,
    pub(crate) store: &'a Path,
}

/// Starts `program` as the child.
pub(crate) fn launch(
    config: &ServerConfig,
    program: &Path,
    library: PathBuf,
    files: &Files<'_>,
) -> Result<Child, Error> {
    let Files { folder, log, store } = *files;
    for path in [log, folder.path()] {
        if !fits_into_xml(path) {
            let reason = format!("{path:?} must be UTF-8 without control characters");
            return Err(Error::Configuration { key: "path", reason });
        }
    }
    let paths = Paths { users: &folder.file("users.xml"), log };
    folder.write("users.xml", &users_document::write(config))?;
    let document = folder.write("config.xml", &server_document::write(config, &paths))?;
    mkfifo(&folder.file(GATE), Mode::S_IRUSR | Mode::S_IWUSR)
        .map_err(|error| Error::system("make a pipe")(error.into()))?;
    let home = folder.file(HOME);
    fs::create_dir(&home).map_err(Error::system("make a folder"))?;
    let errors = File::create(folder.file(STDERR)).map_err(Error::system("make a file"))?;

    let task = Task {
        library,
        grace: config.stop_grace,
        engine: [
            "--config-file".into(),
            document.into(),
            "--path".into(),
            store.into(),
            format!("--log-level={}", config.log_level.word()).into(),
            "--readonly=0".into(),
            "--max_sessions_for_user=0".into(),
            "--interactive".into(),
            "--disable_suggestion".into(),
            "--progress=off".into(),
            "--history_file".into(),
            folder.file("history").into(),
            "--query".into(),
            statements(config, folder).into(),
        ]
        .into(),
    };
    Command::new(program)
        .args(task.arguments())
        .current_dir(if config.is_open_to_files() { store } else { &home })
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(errors)
        .spawn()
        .map_err(Error::system(format!("start {}", program.display())))
}

/// What the engine does before it waits for its input to end.
fn statements(config: &ServerConfig, folder: &Folder) -> String {
    let file = |name| string_literal(&folder.file(name).to_string_lossy());
    let mut all = vec![
        format!("SELECT version() INTO OUTFILE {} FORMAT TSVRaw", file(VERSION)),
        format!("SELECT * FROM file({}, LineAsString, 'line String') FORMAT Null", file(GATE)),
        "SYSTEM START LISTEN HTTP".into(),
    ];
    let mut tcp = "0";
    if config.tcp.is_some() {
        all.push("SYSTEM START LISTEN TCP".into());
        tcp = "getServerPort('tcp_port')";
    }
    all.push(format!(
        "SELECT getServerPort('http_port'), {tcp} INTO OUTFILE {} FORMAT TSV",
        file(PORTS)
    ));
    all.join("; ")
}
