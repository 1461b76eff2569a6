use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::engine::Engine;
use crate::exception::Exception;
use crate::ffi::{Connection, Counters, EngineError, Piece};
use crate::processes::Process;
use crate::request::Request;
use crate::session;
use crate::sql::{Plan, kill_query};

/// What becomes of a request, in this order: pieces, and one of the others.
pub(crate) enum Event {
    Piece(Piece),
    End(Counters),
    Failed(Exception),
}

/// The statement of a request, ready to run.
pub(crate) struct Job {
    pub(crate) engine: Arc<Engine>,
    pub(crate) process: Process,
    pub(crate) request: Request,
    pub(crate) text: Vec<u8>,
    pub(crate) plan: Plan,
    pub(crate) default_format: String,
}

/// Where the events go, and whether the server is closing.
pub(crate) struct Outlet {
    pub(crate) runtime: Handle,
    pub(crate) events: mpsc::Sender<Event>,
    pub(crate) closing: watch::Receiver<bool>,
}

impl Outlet {
    /// Waits until there is room; returns whether anybody still listens.
    fn send(&mut self, event: Event) -> bool {
        let (events, closing) = (&self.events, &mut self.closing);
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                sent = events.send(event) => sent.is_ok(),
                _ = closing.wait_for(|closing| *closing) => false,
            }
        })
    }
}

/// Runs the statement. The connection is closed and the process has ended before the last event, so
/// that whoever hears of it finds the engine idle. Blocks.
pub(crate) fn run(job: Job, mut outlet: Outlet) {
    let last = match work(&job, &mut outlet) {
        Ok(Some(counters)) => Event::End(counters),
        Ok(None) => return,
        Err(exception) => Event::Failed(exception),
    };
    drop(job);
    outlet.send(last);
}

/// What the engine counted, or `None` when nobody listens any more.
fn work(job: &Job, outlet: &mut Outlet) -> Result<Option<Counters>, Exception> {
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
        Plan::Query { .. } => match query(&mut connection, job, outlet) {
            Err(error) if error.0.starts_with(NO_STREAM) => {
                statement(&mut connection, job, outlet)
            }
            done => done,
        },
        Plan::Statement { .. } => statement(&mut connection, job, outlet),
        Plan::Insert { format, statement_end, data_start } => {
            insert(&mut connection, job, format, *statement_end, *data_start).map(Some)
        }
    };
    done.map_err(|error| Exception::from_engine(&error.0))
}

/// What the engine says to a statement that it runs, but not as a stream.
const NO_STREAM: &str = "Code: 36. DB::Exception: Streaming query is not supported for query";

fn query(
    connection: &mut Connection,
    job: &Job,
    outlet: &mut Outlet,
) -> Result<Option<Counters>, EngineError> {
    let parameters = &job.request.parameters;
    let mut stream = connection.stream(&job.text, &job.default_format, parameters)?;
    loop {
        let piece = stream.fetch()?;
        if piece.bytes.is_empty() {
            return Ok(Some(piece.counters));
        }
        if !outlet.send(Event::Piece(piece)) {
            return Ok(None);
        }
    }
}

fn statement(
    connection: &mut Connection,
    job: &Job,
    outlet: &mut Outlet,
) -> Result<Option<Counters>, EngineError> {
    let killing = kill_query(&job.text, &session::query_id_expression());
    let text = killing.as_deref().unwrap_or(&job.text);
    let piece = connection.run(text, &job.default_format, &job.request.parameters)?;
    if piece.bytes.is_empty() {
        return Ok(Some(piece.counters));
    }
    Ok(outlet.send(Event::Piece(piece)).then(Counters::default))
}

/// How much of an insert's data the engine is given at a time.
const PORTION: usize = 1 << 20;

fn insert(
    connection: &mut Connection,
    job: &Job,
    format: &str,
    statement_end: usize,
    data_start: usize,
) -> Result<Counters, EngineError> {
    let statement = &job.text[..statement_end];
    let mut stream = connection.insert(statement, format, &job.request.parameters)?;
    for portion in job.text[data_start..].chunks(PORTION) {
        stream.append(portion)?;
    }
    Ok(stream.finish()?.counters)
}
