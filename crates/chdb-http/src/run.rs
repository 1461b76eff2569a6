use std::sync::Arc;

use tokio::sync::oneshot;

use crate::engine::Engine;
use crate::exception::Exception;
use crate::ffi::{Connection, EngineError, Outcome};
use crate::pipe::Inlet;
use crate::processes::Process;
use crate::request::Request;
use crate::session::{self, quoted};
use crate::sql::{Plan, kill_query};

/// The statement of a request, ready to run.
pub(crate) struct Job {
    pub(crate) engine: Arc<Engine>,
    pub(crate) process: Process,
    pub(crate) request: Request,
    pub(crate) text: Vec<u8>,
    pub(crate) plan: Plan,
    pub(crate) default_format: String,
    /// Where the rows of a query go.
    pub(crate) inlet: Option<Inlet>,
}

/// What became of a statement: what did not go through a pipe, or an exception.
pub(crate) type Done = Result<Outcome, Exception>;

/// Runs the statement. The connection is closed and the process has ended before anybody hears of
/// the end, and finds the engine idle then. Blocks.
pub(crate) fn run(job: Job, done: oneshot::Sender<Done>) {
    let result = work(&job);
    let Job { process, inlet, .. } = job;
    drop(process);
    // Nobody listening is as good as somebody told.
    drop(done.send(result));
    drop(inlet);
}

fn work(job: &Job) -> Done {
    let mut connection = session::open(&job.engine, &job.request, &job.process.query_id)?;
    let done = match &job.plan {
        Plan::Refused { code, reason } => {
            let name = match code {
                62 => "SYNTAX_ERROR",
                358 => "INTO_OUTFILE_NOT_ALLOWED",
                _ => "NOT_IMPLEMENTED",
            };
            return Err(Exception::new(*code, name, reason));
        }
        Plan::Query { end, .. } => query(&mut connection, job, *end),
        Plan::Statement { .. } => statement(&mut connection, job),
        Plan::Insert { format, statement_end, data_start } => {
            insert(&mut connection, job, format, *statement_end, *data_start)
        }
    };
    done.map_err(|error| Exception::from_engine(&error.0))
}

fn query(connection: &mut Connection, job: &Job, end: usize) -> Result<Outcome, EngineError> {
    let Some(inlet) = &job.inlet else { return statement(connection, job) };
    let path = quoted(&inlet.path.to_string_lossy(), '\'');
    let mut text = job.text[..end].to_vec();
    // A line of its own, because the statement may end in a comment.
    text.extend_from_slice(format!("\nINTO OUTFILE {path} APPEND COMPRESSION 'none' ").as_bytes());
    text.extend_from_slice(&job.text[end..]);
    connection.run(&text, &job.default_format, &job.request.parameters)
}

fn statement(connection: &mut Connection, job: &Job) -> Result<Outcome, EngineError> {
    let killing = kill_query(&job.text, &session::query_id_expression());
    let text = killing.as_deref().unwrap_or(&job.text);
    connection.run(text, &job.default_format, &job.request.parameters)
}

/// How much of an insert's data the engine is given at a time.
const PORTION: usize = 1 << 20;

fn insert(
    connection: &mut Connection,
    job: &Job,
    format: &str,
    statement_end: usize,
    data_start: usize,
) -> Result<Outcome, EngineError> {
    let statement = &job.text[..statement_end];
    let mut stream = connection.insert(statement, format, &job.request.parameters)?;
    for portion in job.text[data_start..].chunks(PORTION) {
        stream.append(portion)?;
    }
    stream.finish()
}
