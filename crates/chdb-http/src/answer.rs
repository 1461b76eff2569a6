use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use futures_util::stream;

use crate::compression::Encoder;
use crate::engine::Engine;
use crate::exception::Exception;
use crate::ffi::Counters;
use crate::rows::Rows;

/// How much of an answer is held back until it begins.
const HELD: usize = 1 << 16;

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
    /// The answer to a request whose statement runs. It begins when all of it, or enough, is there,
    /// so that the failure of a short one has a status of its own.
    pub(crate) async fn answer(self, mut rows: Rows) -> Response<Body> {
        let mut held = Vec::new();
        while let Some(mut piece) = rows.next().await {
            held.append(&mut piece);
            if held.len() >= HELD && !self.whole {
                return self.stream(held, rows);
            }
        }
        match rows.end().await {
            Ok(mut outcome) => {
                held.append(&mut outcome.bytes);
                self.complete(held, outcome.counters)
            }
            Err(exception) => self.exception(&exception),
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
    fn stream(self, held: Vec<u8>, rows: Rows) -> Response<Body> {
        let tag = tag();
        let mut response = self.response(self.content_type(), Body::empty());
        summarise(&mut response, Counters::default());
        insert(&mut response, "X-ClickHouse-Exception-Tag", &tag);
        let state = Some((self.encoder(), Some(held), rows));
        let ending = Arc::new((self.engine.version.clone(), tag));
        let body = stream::unfold(state, move |state| {
            let ending = Arc::clone(&ending);
            async move {
                let (mut encoder, held, mut rows) = state?;
                let piece = match held {
                    Some(held) => Some(held),
                    None => rows.next().await,
                };
                let (bytes, state) = match piece {
                    Some(piece) => (encoder.encode(piece), Some((encoder, None, rows))),
                    None => {
                        let mut last = match rows.end().await {
                            Ok(outcome) => encoder.encode(outcome.bytes),
                            Err(exception) => encoder.encode(exception.frame(&ending.0, &ending.1)),
                        };
                        last.append(&mut encoder.finish());
                        (last, None)
                    }
                };
                Some((Ok::<_, Infallible>(Bytes::from(bytes)), state))
            }
        });
        *response.body_mut() = Body::from_stream(body);
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
