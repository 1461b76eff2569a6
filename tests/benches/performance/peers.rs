//! The peers that Python has: a child process that does their work and says how long it took.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use candle_repository::CandleSeries;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bars::{Bars, Sum};
use crate::bench::Contestant;

pub(crate) const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/peers.py");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");
const PACKAGES: &str = include_str!("../peers/requirements.txt");

/// The peers, or why they are not there.
pub(crate) struct Peers {
    pub(crate) folder: PathBuf,
    pub(crate) python: Result<PathBuf, String>,
    process: Option<RefCell<Process>>,
    works: Vec<(String, String, String)>,
}

struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Answer {
    ns: u64,
    #[serde(flatten)]
    sum: Sum,
}

impl Peers {
    pub(crate) fn start(folder: &Path) -> Self {
        let folder = folder.join("peers");
        std::fs::create_dir_all(&folder).unwrap();
        let python = python_with_packages();
        let process =
            python.as_ref().ok().map(|python| RefCell::new(Process::start(python, &folder)));
        let works = process.as_ref().map_or_else(Vec::new, |process| {
            let listed = process.borrow_mut().ask(&json!({"work": "list"}));
            serde_json::from_value(listed["works"].clone()).unwrap()
        });
        Self { folder, python, process, works }
    }

    /// Why there are none.
    pub(crate) fn missing(&self) -> Option<&str> {
        self.python.as_ref().err().map(String::as_str)
    }

    /// Hands the bars over, so that all store the very same values.
    pub(crate) fn give(&self, bars: &Bars) {
        let series = CandleSeries::from_candles(bars.key().clone(), bars.candles()).unwrap();
        self.give_batch(&bars.name, &series.to_batch().unwrap());
    }

    pub(crate) fn give_batch(&self, name: &str, batch: &RecordBatch) {
        let file = std::fs::File::create(self.folder.join(format!("{name}.arrow"))).unwrap();
        let mut writer = FileWriter::try_new(file, &batch.schema()).unwrap();
        writer.write(batch).unwrap();
        writer.finish().unwrap();
    }

    /// Every peer that can do this work, at each of its settings.
    pub(crate) fn contestants<'a>(
        &'a self,
        work: &str,
        request: &Value,
        expected: Sum,
    ) -> Vec<Contestant<'a>> {
        let able = self.works.iter().filter(|(name, ..)| name == work);
        let contestant = able.map(|(name, peer, setting)| {
            let mut request = request.clone();
            request["work"] = json!(name);
            request["peer"] = json!(peer);
            request["setting"] = json!(setting);
            Contestant::new(peer, setting, move || self.run(&request, expected))
        });
        contestant.collect()
    }

    /// Stores the bars in each, so that other processes can open them: this one lets go of them.
    pub(crate) fn leave_stored(&self, bars: &Bars) {
        let newest = Sum::of(&bars.candles()[bars.candles().len() - 1..]);
        for mut peer in self.contestants("newest", &json!({"name": bars.name}), newest) {
            (peer.run)();
        }
        if let (Some(process), Ok(python)) = (&self.process, &self.python) {
            process.borrow_mut().end();
            process.replace(Process::start(python, &self.folder));
        }
    }

    fn run(&self, request: &Value, expected: Sum) -> Duration {
        let answer = self.process.as_ref().unwrap().borrow_mut().ask(request);
        let answer: Answer = serde_json::from_value(answer).unwrap();
        assert_eq!(answer.sum, expected, "{request}");
        Duration::from_nanos(answer.ns)
    }
}

impl Process {
    fn start(python: &Path, folder: &Path) -> Self {
        let mut command = Command::new(python);
        command.arg("-u").arg(SCRIPT).arg(folder);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (requests, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, requests, answers: BufReader::new(answers) }
    }

    fn ask(&mut self, request: &Value) -> Value {
        writeln!(self.requests, "{request}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert!(answer.get("error").is_none(), "{request}: {answer}");
        answer
    }
}

impl Process {
    fn end(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// A Python with the packages of the peers, made once for as long as they stay the same.
fn python_with_packages() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
    let (environment, made) = (folder.join("venv"), folder.join("made-with.txt"));
    let python = environment.join("bin/python");
    if std::fs::read_to_string(&made).is_ok_and(|packages| packages == PACKAGES)
        && works(Command::new(&python).args(["-c", "import arcticdb, duckdb, polars"])).is_ok()
    {
        return Ok(python);
    }
    drop(std::fs::remove_file(&made));
    works(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    works(install.arg(Path::new(FOLDER).join("requirements.txt")))?;
    std::fs::write(&made, PACKAGES).map_err(|error| error.to_string())?;
    Ok(python)
}

fn works(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
