use std::collections::{HashMap, VecDeque};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, UInt64Array};
use arrow_ipc::reader::StreamReader;
use bytes::Bytes;
use candlehouse_tests::fault::answers::{TAG, arrow_pieces, exception, framed_exception};
use hyper::body::{Body, Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use crate::fate::{End, Fate, ReadFate};
use crate::model::{READINGS, Shared};
use crate::plan::PORT;

/// A server as far as the adapter needs one, until its host crashes.
pub(crate) async fn serve(name: &'static str, model: Shared) -> io::Result<()> {
    listen(name, model, true).await
}

/// As [`serve`], but every request needs a connection of its own.
pub(crate) async fn serve_once(name: &'static str, model: Shared) -> io::Result<()> {
    listen(name, model, false).await
}

async fn listen(name: &'static str, model: Shared, keep_alive: bool) -> io::Result<()> {
    let listener = turmoil::net::TcpListener::bind(("0.0.0.0", PORT)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let model = model.clone();
        let answer = service_fn(move |request| answer(name, model.clone(), request));
        let mut http = hyper::server::conn::http1::Builder::new();
        http.keep_alive(keep_alive);
        tokio::spawn(async move {
            // What becomes of the connection is the client's worry.
            drop(http.serve_connection(TokioIo::new(stream), answer).await);
        });
    }
}

async fn answer(
    server: &'static str,
    model: Shared,
    request: Request<Incoming>,
) -> io::Result<Response<Pieces>> {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let settings: HashMap<_, _> = url::form_urlencoded::parse(query).into_owned().collect();
    let body = whole(request.into_body()).await?;
    let id = settings.get("query_id").cloned().unwrap_or_default();
    if let Some(insert) = settings.get("query") {
        let table = insert.split('`').nth(1).unwrap_or_default().to_owned();
        let batch = StreamReader::try_new(&body[..], None).map_err(io::Error::other)?;
        let mut rows = Vec::new();
        for batch in batch {
            let batch = batch.map_err(io::Error::other)?;
            rows.extend_from_slice(batch.column(0).as_primitive::<Int64Type>().values());
        }
        let token = settings.get("insert_deduplication_token").cloned().unwrap_or_default();
        let work = rows[0];
        let store = move |model: &Shared| model.lock().store(server, &table, &token, &rows);
        return change(server, model, id, work, store).await;
    }
    let text = String::from_utf8_lossy(&body).into_owned();
    if text.contains("KILL QUERY") {
        let id = field(&text, "param_id");
        let killed = model.lock().kill(server, &id);
        return Ok(plain(200, if killed { format!("waiting\t{id}\n") } else { String::new() }));
    }
    if let Some(mark) = text.split("mark ").nth(1) {
        let mark = mark.trim_end_matches(" */").parse().map_err(io::Error::other)?;
        return change(server, model, id, mark, move |model| model.lock().run_statement(mark))
            .await;
    }
    read(server, &model, &text).await
}

/// Inserts and statements, which go on when their client goes away.
async fn change(
    server: &'static str,
    model: Shared,
    id: String,
    work: i64,
    store: impl FnOnce(&Shared) + Send + 'static,
) -> io::Result<Response<Pieces>> {
    let (time, fate) = model.lock().fate();
    model.lock().trace.push(format!("{:?} {server} {work} {fate:?}", turmoil::elapsed()));
    let (stored, end) = match fate {
        Fate::Refused(status, text) => return Ok(plain(status, text)),
        Fate::Forbidden => return Ok(plain(500, exception(497, "Not enough privileges"))),
        Fate::Done => (true, None),
        Fate::Troubled { stored, end } => (stored, Some(end)),
    };
    let job = async move {
        let killed = model.lock().begin(server, work, &id);
        tokio::time::sleep(time).await;
        if stored {
            store(&model);
        }
        let answer = match end {
            None => {
                model.lock().log(server, &id);
                Ok(plain(200, String::new()))
            }
            Some(End::Exception(code)) => Ok(plain(500, exception(code, "Something broke"))),
            Some(End::HangUp) => {
                if stored {
                    model.lock().log(server, &id);
                }
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Some(End::Stall) => {
                killed.notified().await;
                if stored {
                    model.lock().log(server, &id);
                    Ok(plain(200, String::new()))
                } else {
                    Ok(plain(500, exception(394, "Query was cancelled")))
                }
            }
            Some(End::Crash) => {
                model.lock().end(server, &id);
                model.lock().crashed.push(server);
                std::future::pending().await
            }
        };
        model.lock().end(server, &id);
        answer
    };
    tokio::spawn(job).await.unwrap_or_else(|_| Err(io::ErrorKind::ConnectionReset.into()))
}

async fn read(server: &str, model: &Shared, text: &str) -> io::Result<Response<Pieces>> {
    let batches = match batches(server, model, text) {
        Ok(batches) => batches,
        Err(text) => return Ok(plain(500, text)),
    };
    let empty = batches[0].slice(0, 0);
    let batches: Vec<_> = batches.into_iter().filter(|batch| batch.num_rows() > 0).collect();
    let pieces = arrow_pieces(&empty.schema(), &batches);
    let fate = model.lock().read_fate();
    let (kept, rest) = match fate {
        ReadFate::Whole => (pieces, Rest::End),
        ReadFate::Refused(status, text) => return Ok(plain(status, text)),
        ReadFate::Exception(code) => return Ok(plain(500, exception(code, "Something broke"))),
        ReadFate::HangUp => return Err(io::ErrorKind::ConnectionReset.into()),
        ReadFate::Stall => (Vec::new(), Rest::Silence),
        ReadFate::Cut(thousandths) => {
            let bytes = pieces.concat();
            (vec![bytes[..bytes.len() * thousandths / 1000].to_vec()], Rest::Break)
        }
        ReadFate::Short(messages) => {
            let kept = messages.min(pieces.len() - 1);
            (pieces[..kept].to_vec(), Rest::End)
        }
        ReadFate::ExceptionBehind(messages) => {
            let kept = messages.min(pieces.len() - 1);
            let mut kept = pieces[..kept].to_vec();
            kept.push(framed_exception(241, "Memory limit exceeded"));
            (kept, Rest::Break)
        }
    };
    Ok(response(200, kept, rest))
}

/// The answer to a question, at least one batch; the exception's text where there is none.
fn batches(server: &str, model: &Shared, text: &str) -> Result<Vec<RecordBatch>, String> {
    let one =
        |name: &str, array: ArrayRef| vec![RecordBatch::try_from_iter([(name, array)]).unwrap()];
    let count = |count: u64| one("n", Arc::new(UInt64Array::from(vec![count])));
    let numbers = |rows: Vec<i64>| one("n", Arc::new(Int64Array::from(rows)));
    let model = model.lock();
    if text.contains("SELECT version()") {
        return Ok(one("version", Arc::new(StringArray::from(vec!["26.7.1.1"]))));
    }
    if text.contains("system.merge_tree_settings") {
        let table = field(text, "param_table");
        let replicated: ArrayRef = Arc::new(BooleanArray::from(vec![table == "replicated"]));
        let window = if ["windowed", "replicated"].contains(&&*table) { 100 } else { 0 };
        let window: ArrayRef = Arc::new(UInt64Array::from(vec![window]));
        let row = RecordBatch::try_from_iter([("replicated", replicated), ("window", window)]);
        return Ok(vec![row.unwrap()]);
    }
    if text.contains("system.query_log") {
        let unknown = || exception(60, "Unknown table system.query_log");
        return model
            .log
            .then(|| count(model.finished(server, &field(text, "param_attempts"))))
            .ok_or_else(unknown);
    }
    if text.contains("system.processes") {
        return Ok(count(model.running(server, &field(text, "param_attempts"))));
    }
    if text.contains("sorting_key") {
        return Ok(one("s", Arc::new(StringArray::from(vec!["n"]))));
    }
    if text.contains("`readings`") {
        let rows: Vec<_> = READINGS.collect();
        return Ok(rows.chunks(20).flat_map(|chunk| numbers(chunk.to_vec())).collect());
    }
    let table = text.split("FROM `").nth(1).and_then(|rest| rest.split('`').next());
    let table = table.ok_or_else(|| exception(62, "Syntax error"))?;
    Ok(numbers(if text.ends_with("WHERE 0") { Vec::new() } else { model.rows_of(table) }))
}

/// A field of a multipart form.
fn field(form: &str, name: &str) -> String {
    let value = form.split(&format!("name=\"{name}\"")).nth(1);
    let value = value.and_then(|rest| rest.split("\r\n\r\n").nth(1));
    value.and_then(|rest| rest.split("\r\n").next()).unwrap_or_default().to_owned()
}

async fn whole(mut body: Incoming) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(io::Error::other)?;
        bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    Ok(bytes)
}

fn plain(status: u16, text: String) -> Response<Pieces> {
    response(status, vec![text.into_bytes()], Rest::End)
}

fn response(status: u16, pieces: Vec<Vec<u8>>, rest: Rest) -> Response<Pieces> {
    let left = pieces.into_iter().filter(|piece| !piece.is_empty()).map(Bytes::from).collect();
    Response::builder()
        .status(status)
        .header("X-ClickHouse-Exception-Tag", TAG)
        .body(Pieces { left, rest })
        .unwrap()
}

/// An answer piece by piece, and how it goes on behind the last.
pub(crate) struct Pieces {
    left: VecDeque<Bytes>,
    rest: Rest,
}

#[derive(Clone, Copy)]
enum Rest {
    End,
    Break,
    Silence,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match (self.left.pop_front(), self.rest) {
            (Some(piece), _) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            (None, Rest::End) => Poll::Ready(None),
            (None, Rest::Break) => Poll::Ready(Some(Err(io::ErrorKind::ConnectionReset.into()))),
            (None, Rest::Silence) => Poll::Pending,
        }
    }
}
