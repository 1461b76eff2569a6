use axum::http::{HeaderMap, Method, Uri, header};
use url::form_urlencoded;

use crate::exception::Exception;
use crate::multipart;

/// A request, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// The statement's text, from the URL or the form; the body follows it.
    pub(crate) query: Vec<u8>,
    pub(crate) body: Vec<u8>,
    pub(crate) database: Option<String>,
    pub(crate) default_format: Option<String>,
    pub(crate) query_id: Option<String>,
    pub(crate) parameters: Vec<(String, Vec<u8>)>,
    pub(crate) settings: Vec<(String, String)>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) wait_end_of_query: bool,
    pub(crate) compress: bool,
    pub(crate) decompress: bool,
    /// `GET` changes nothing.
    pub(crate) read_only: bool,
    pub(crate) accepts_lz4: bool,
}

/// What the server takes for itself and this one has no use for.
const IGNORED: [&str; 5] =
    ["buffer_size", "client_protocol_version", "quota_key", "stacktrace", "session_timeout"];

/// What the server takes for itself and this one does not have.
const MISSING: [&str; 4] = ["session_id", "session_check", "close_session", "role"];

impl Request {
    /// What is known before the body arrives.
    pub(crate) fn of_head(
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Result<Self, Exception> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let owned = |name: &str| text(name).map(str::to_owned);
        let mut request = Self {
            database: owned("X-ClickHouse-Database"),
            default_format: owned("X-ClickHouse-Format"),
            query_id: owned("X-ClickHouse-Query-Id"),
            read_only: method == Method::GET,
            accepts_lz4: text(header::ACCEPT_ENCODING.as_str())
                .is_some_and(|encodings| encodings.split(',').any(|name| name.trim() == "lz4")),
            ..Self::default()
        };
        let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        for (name, value) in pairs {
            request.take(&name, value.as_bytes())?;
        }
        Ok(request)
    }

    /// Adds the body, once all of it has arrived.
    pub(crate) fn with_body(
        mut self,
        headers: &HeaderMap,
        body: Vec<u8>,
    ) -> Result<Self, Exception> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if let Some(boundary) = kind.and_then(multipart::boundary) {
            for (name, value) in multipart::fields(&body, boundary)? {
                self.take(&name, &value)?;
            }
            return Ok(self);
        }
        self.body = match self.decompress {
            true => crate::compression::decode(&body)?,
            false => body,
        };
        Ok(self)
    }

    /// The statement and the data behind it.
    pub(crate) fn text(&mut self) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.query);
        if !text.is_empty() && !self.body.is_empty() {
            text.push(b'\n');
        }
        text.append(&mut self.body);
        text
    }

    fn take(&mut self, name: &str, value: &[u8]) -> Result<(), Exception> {
        let text = || String::from_utf8_lossy(value).into_owned();
        let flag = || !matches!(value, b"0" | b"false" | b"");
        match name {
            "query" => self.query.extend_from_slice(value),
            "database" => self.database = Some(text()),
            "default_format" => self.default_format = Some(text()),
            "query_id" => self.query_id = Some(text()),
            "user" => self.user = Some(text()),
            "password" => self.password = Some(text()),
            "wait_end_of_query" => self.wait_end_of_query = flag(),
            "compress" => self.compress = flag(),
            "decompress" => self.decompress = flag(),
            _ if IGNORED.contains(&name) => {}
            _ if MISSING.contains(&name) => {
                let reason = format!("This server has no {name}");
                return Err(Exception::new(48, "NOT_IMPLEMENTED", &reason));
            }
            _ => match name.strip_prefix("param_") {
                Some(name) => self.parameters.push((name.to_owned(), value.to_vec())),
                None => self.settings.push((name.to_owned(), text())),
            },
        }
        Ok(())
    }

    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let mut settings = self.settings.iter().rev();
        settings.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the query is to end when its client goes away.
    pub(crate) fn ends_with_client(&self) -> bool {
        let on = |name| self.setting(name).is_some_and(|value| !matches!(value, "0" | "false"));
        on("cancel_http_readonly_queries_on_client_close") && (self.read_only || on("readonly"))
    }
}
