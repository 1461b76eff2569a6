//! A server as far as the adapter needs one.

use std::collections::HashMap;
use std::io;
use std::pin::Pin;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_ipc::reader::StreamReader;
use candlehouse_tests::fault::answers::{arrow_pieces, exception, framed_exception};
use candlehouse_tests::fault::compression::{content_of_blocks, lz4_frame};
use hyper::body::{Body, Incoming};
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use crate::answers::{batches, field};
use crate::body::{Pieces, Rest, plain, response};
use crate::model::{PARTS, Shared};
use crate::schedule::{PORT, Table};
use crate::server_outcome::{Failure, QueryOutcome, ServerOutcome};

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
    let lz4 = request.headers().get(ACCEPT_ENCODING).is_some_and(|encoding| encoding == "lz4");
    let mut body = whole(request.into_body()).await?;
    if settings.get("decompress").is_some_and(|value| value == "1") {
        body = content_of_blocks(&body).ok_or(io::ErrorKind::InvalidData)?;
    }
    let id = settings.get("query_id").cloned().unwrap_or_default();
    if let Some(insert) = settings.get("query") {
        let table = insert.split('`').nth(1).and_then(Table::named);
        let table = table.ok_or(io::ErrorKind::NotFound)?;
        let batch = StreamReader::try_new(&body[..], None).map_err(io::Error::other)?;
        let mut rows = Vec::new();
        for batch in batch {
            let batch = batch.map_err(io::Error::other)?;
            rows.extend_from_slice(batch.column(0).as_primitive::<Int64Type>().values());
        }
        let token = settings.get("insert_deduplication_token").cloned().unwrap_or_default();
        let work = rows[0];
        let store = move |model: &Shared, parts| {
            model.lock().store(server, table, &token, &rows, parts);
        };
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
        return change(server, model, id, mark, move |model, parts| {
            if parts > 0 {
                model.lock().run_statement(mark);
            }
        })
        .await;
    }
    read(server, &model, &text, lz4).await
}

/// Inserts and statements, which go on when their client goes away.
async fn change(
    server: &'static str,
    model: Shared,
    id: String,
    work: i64,
    store: impl FnOnce(&Shared, usize) + Send + 'static,
) -> io::Result<Response<Pieces>> {
    let (time, outcome) = model.lock().outcome();
    model.lock().trace.push(format!("{:?} {server} {work} {outcome:?}", turmoil::elapsed()));
    let (stored, failure) = match outcome {
        ServerOutcome::Refused(status, text) => return Ok(plain(status, text)),
        ServerOutcome::Forbidden => return Ok(plain(500, exception(497, "Not enough privileges"))),
        ServerOutcome::Done => (PARTS, None),
        ServerOutcome::Failed { stored, failure } => (stored, Some(failure)),
    };
    let job = async move {
        let killed = model.lock().begin(server, work, &id);
        tokio::time::sleep(time).await;
        store(&model, stored);
        let is_whole = stored == PARTS;
        let answer = match failure {
            None => {
                model.lock().log(server, &id);
                Ok(plain(200, String::new()))
            }
            Some(Failure::Exception(code)) => Ok(plain(500, exception(code, "Something broke"))),
            Some(Failure::HangUp) => {
                if is_whole {
                    model.lock().log(server, &id);
                }
                Err(io::ErrorKind::ConnectionReset.into())
            }
            Some(Failure::Stall) => {
                killed.notified().await;
                if is_whole {
                    model.lock().log(server, &id);
                    Ok(plain(200, String::new()))
                } else {
                    Ok(plain(500, exception(394, "Query was cancelled")))
                }
            }
            Some(Failure::Crash) => {
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

async fn read(
    server: &'static str,
    model: &Shared,
    text: &str,
    lz4: bool,
) -> io::Result<Response<Pieces>> {
    let encoded = |pieces: &[Vec<u8>], is_whole| {
        if lz4 { lz4_frame(pieces, is_whole) } else { pieces.to_vec() }
    };
    let answer = |status, pieces, rest| {
        let mut answer = response(status, pieces, rest);
        if lz4 {
            answer.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("lz4"));
        }
        Ok(answer)
    };
    let failed = |text: String| answer(500, encoded(&[text.into_bytes()], true), Rest::End);
    let batches = match batches(server, model, text) {
        Ok(batches) => batches,
        Err(text) => return failed(text),
    };
    let empty = batches[0].slice(0, 0);
    let batches: Vec<_> = batches.into_iter().filter(|batch| batch.num_rows() > 0).collect();
    let pieces = arrow_pieces(&empty.schema(), &batches);
    let outcome = model.lock().query_outcome();
    let (kept, rest) = match outcome {
        QueryOutcome::Whole => (encoded(&pieces, true), Rest::End),
        QueryOutcome::Refused(status, text) => return Ok(plain(status, text)),
        QueryOutcome::Exception(code) => return failed(exception(code, "Something broke")),
        QueryOutcome::HangUp => return Err(io::ErrorKind::ConnectionReset.into()),
        QueryOutcome::Stall => (Vec::new(), Rest::Silence),
        QueryOutcome::Cut(thousandths) => {
            let bytes = encoded(&pieces, true).concat();
            (vec![bytes[..bytes.len() * thousandths / 1000].to_vec()], Rest::Break)
        }
        QueryOutcome::Short(messages) => {
            let kept = messages.min(pieces.len() - 1);
            (encoded(&pieces[..kept], true), Rest::End)
        }
        QueryOutcome::ExceptionBehind(messages) => {
            let kept = messages.min(pieces.len() - 1);
            let mut kept = pieces[..kept].to_vec();
            kept.push(framed_exception(241, "Memory limit exceeded"));
            (encoded(&kept, false), Rest::Break)
        }
    };
    answer(200, kept, rest)
}

async fn whole(mut body: Incoming) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let frame = frame.map_err(io::Error::other)?;
        bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    Ok(bytes)
}
