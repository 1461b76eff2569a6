use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use futures_util::stream;
use tokio::sync::mpsc;

use crate::compression::Encoder;
use crate::engine::Engine;
use crate::exception::Exception;
use crate::ffi::{Counters, Piece};
use crate::kill::KillOnDrop;
use crate::run::Event;

/// How an answer is to look.
pub(crate) struct Style {
    pub(crate) engine: Arc<Engine>,
    pub(crate) query_id: String,
    pub(crate) format: String,
    /// `compress=1`.
    pub(crate) native: bool,
    /// `Accept-Encoding: lz4`.
    pub(crate) lz4: bool,
    /// `wait_end_of_query=1`.
    pub(crate) whole: bool,
}

impl Style {
    /// The answer to a request whose statement runs.
    pub(crate) async fn answer(
        self,
        mut events: mpsc::Receiver<Event>,
        guard: Option<KillOnDrop>,
    ) -> Response<Body> {
        let mut pieces = Vec::new();
        let mut counters = Counters::default();
        loop {
            match events.recv().await {
                Some(Event::Piece(piece)) if self.whole => {
                    add(&mut counters, piece.counters);
                    pieces.extend_from_slice(&piece.bytes);
                }
                Some(Event::Piece(piece)) => return self.stream(piece, events, guard),
                Some(Event::End(last)) => {
                    add(&mut counters, last);
                    return self.complete(pieces, counters);
                }
                Some(Event::Failed(exception)) => return self.exception(&exception),
                None => return self.exception(&gone()),
            }
        }
    }

    /// An answer that is nothing but an exception.
    pub(crate) fn exception(&self, exception: &Exception) -> Response<Body> {
        let mut encoder = self.encoder();
        let mut body = encoder.encode(exception.text(&self.engine.version).into_bytes());
        body.append(&mut encoder.finish());
        let mut response = self.response("text/plain; charset=UTF-8", Body::from(body));
        *response.status_mut() = exception.status();
        insert(&mut response, "X-ClickHouse-Exception-Code", &exception.code.to_string());
        if exception.status() == StatusCode::UNAUTHORIZED {
            insert(&mut response, header::WWW_AUTHENTICATE.as_str(), "Basic");
        }
        response
    }

    fn complete(&self, pieces: Vec<u8>, counters: Counters) -> Response<Body> {
        let body = match pieces.is_empty() {
            true => Vec::new(),
            false => {
                let mut encoder = self.encoder();
                let mut body = encoder.encode(pieces);
                body.append(&mut encoder.finish());
                body
            }
        };
        let mut response = self.response(self.content_type(), Body::from(body));
        summarise(&mut response, counters);
        response
    }

    /// Rows that go out while the query runs.
    fn stream(
        self,
        first: Piece,
        events: mpsc::Receiver<Event>,
        guard: Option<KillOnDrop>,
    ) -> Response<Body> {
        let tag = tag();
        let counters = first.counters;
        let state = Some((self.encoder(), Some(first), events, guard));
        let version = self.engine.version.clone();
        let own_tag = tag.clone();
        let body = stream::unfold(state, move |state| {
            let (version, tag) = (version.clone(), own_tag.clone());
            async move {
                let (mut encoder, first, mut events, guard) = state?;
                let event = match first {
                    Some(piece) => Some(Event::Piece(piece)),
                    None => events.recv().await,
                };
                let (bytes, state) = match event {
                    Some(Event::Piece(piece)) => {
                        (encoder.encode(piece.bytes), Some((encoder, None, events, guard)))
                    }
                    Some(Event::End(_)) => (encoder.finish(), None),
                    Some(Event::Failed(exception)) => {
                        (ending(encoder, &exception, &version, &tag), None)
                    }
                    None => (ending(encoder, &gone(), &version, &tag), None),
                };
                Some((Ok::<_, std::convert::Infallible>(Bytes::from(bytes)), state))
            }
        });
        let mut response = self.response(self.content_type(), Body::from_stream(body));
        summarise(&mut response, counters);
        insert(&mut response, "X-ClickHouse-Exception-Tag", &tag);
        response
    }

    fn encoder(&self) -> Encoder {
        match (self.native, self.lz4) {
            (true, _) => Encoder::Native,
            (false, true) => Encoder::lz4(),
            (false, false) => Encoder::Plain,
        }
    }

    fn content_type(&self) -> &str {
        self.engine.content_type(&self.format)
    }

    fn response(&self, content_type: &str, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        let engine = &self.engine;
        for (name, value) in [
            ("X-ClickHouse-Query-Id", self.query_id.as_str()),
            ("X-ClickHouse-Format", &self.format),
            ("X-ClickHouse-Timezone", &engine.time_zone),
            ("X-ClickHouse-Server-Display-Name", "chdb-http"),
            (header::CONTENT_TYPE.as_str(), content_type),
        ] {
            insert(&mut response, name, value);
        }
        if self.lz4 && !self.native {
            insert(&mut response, header::CONTENT_ENCODING.as_str(), "lz4");
        }
        response
    }
}

fn ending(mut encoder: Encoder, exception: &Exception, version: &str, tag: &str) -> Vec<u8> {
    let mut bytes = encoder.encode(exception.frame(version, tag));
    bytes.append(&mut encoder.finish());
    bytes
}

fn gone() -> Exception {
    Exception::new(394, "QUERY_WAS_CANCELLED", "The server gave the query up")
}

const fn add(sum: &mut Counters, more: Counters) {
    sum.result_rows += more.result_rows;
    sum.result_bytes += more.result_bytes;
    sum.read_rows += more.read_rows;
    sum.read_bytes += more.read_bytes;
    sum.written_rows += more.written_rows;
    sum.written_bytes += more.written_bytes;
}

fn summarise(response: &mut Response<Body>, counters: Counters) {
    let summary = serde_json::json!({
        "read_rows": counters.read_rows.to_string(),
        "read_bytes": counters.read_bytes.to_string(),
        "written_rows": counters.written_rows.to_string(),
        "written_bytes": counters.written_bytes.to_string(),
        "total_rows_to_read": "0",
        "result_rows": counters.result_rows.to_string(),
        "result_bytes": counters.result_bytes.to_string(),
    });
    insert(response, "X-ClickHouse-Summary", &summary.to_string());
}

/// Sets a header, unless its value is none: a query id of the client's can hold anything.
fn insert(response: &mut Response<Body>, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}

/// Sixteen letters that rows do not hold by chance.
fn tag() -> String {
    uuid::Uuid::new_v4().as_bytes().iter().map(|byte| char::from(b'a' + byte % 26)).collect()
}
