use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{Method, Response, StatusCode};
use tokio::sync::oneshot;

use crate::answer::Style;
use crate::auth::Credentials;
use crate::engine::Engine;
use crate::exception::Exception;
use crate::kill::KillOnDrop;
use crate::pipe;
use crate::processes::Processes;
use crate::request::Request;
use crate::rows::Rows;
use crate::run::{Job, run};
use crate::sql::{Plan, plan};

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) engine: Arc<Engine>,
    pub(crate) processes: Arc<Processes>,
    pub(crate) credentials: Credentials,
}

/// Answers a request.
pub(crate) async fn handle(
    State(shared): State<Arc<Shared>>,
    request: HttpRequest,
) -> Response<Body> {
    let has_query = request.uri().query().is_some_and(|query| !query.is_empty());
    match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/ping") => text(StatusCode::OK, "Ok.\n"),
        (&Method::GET | &Method::HEAD, "/") if !has_query => text(StatusCode::OK, "Ok.\n"),
        (&Method::GET | &Method::POST, "/") => query(&shared, request).await,
        (_, "/" | "/ping") => text(StatusCode::NOT_IMPLEMENTED, "Use GET or POST.\n"),
        _ => text(StatusCode::NOT_FOUND, "There is nothing here but / and /ping.\n"),
    }
}

fn text(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
}

async fn query(shared: &Arc<Shared>, request: HttpRequest) -> Response<Body> {
    let mut style = Style {
        engine: Arc::clone(&shared.engine),
        query_id: uuid::Uuid::new_v4().to_string(),
        format: "TabSeparated".into(),
        native: false,
        lz4: false,
        whole: false,
    };
    match prepare(shared, &mut style, request).await {
        Ok((job, rows)) => {
            tokio::task::spawn_blocking(job);
            style.answer(rows).await
        }
        Err(exception) => style.exception(&exception),
    }
}

/// Checks who asks, takes in all of the body, and takes a place among the running queries.
async fn prepare(
    shared: &Arc<Shared>,
    style: &mut Style,
    request: HttpRequest,
) -> Result<(impl FnOnce() + Send + use<>, Rows), Exception> {
    let (head, body) = request.into_parts();
    let request = Request::of_head(&head.method, &head.uri, &head.headers)?;
    if let Some(id) = request.query_id.as_ref().filter(|id| !id.is_empty()) {
        style.query_id.clone_from(id);
    }
    shared.credentials.check(&request, &head.headers)?;
    style.native = request.compress;
    let body = read(body).await?;
    let mut request = request.with_body(&head.headers, body.into())?;
    if let Some(id) = request.query_id.as_ref().filter(|id| !id.is_empty()) {
        style.query_id.clone_from(id);
    }
    style.whole = request.wait_end_of_query;
    style.lz4 = request.accepts_lz4
        && !matches!(request.setting("enable_http_compression"), Some("0" | "false"));
    let text = request.text();
    let plan = plan(&text);
    let default_format = request.default_format.clone().unwrap_or_else(|| style.format.clone());
    style.format = match &plan {
        Plan::Query { format: Some(format), .. } | Plan::Statement { format: Some(format) } => {
            format.clone()
        }
        _ => default_format.clone(),
    };
    let process = shared.processes.begin(&style.query_id)?;
    let kill = KillOnDrop {
        engine: Arc::clone(&shared.engine),
        processes: Arc::clone(&shared.processes),
        query_id: process.query_id.clone(),
        number: process.number,
    };
    let (inlet, receiver) = match plan {
        Plan::Query { .. } => Some(pipe::open().map_err(no_pipe)?),
        _ => None,
    }
    .unzip();
    let (sender, done) = oneshot::channel();
    let rows = Rows::new(receiver, done, kill, request.ends_with_client());
    let engine = Arc::clone(&shared.engine);
    let job = Job { engine, process, request, text, plan, default_format, inlet };
    Ok((move || run(job, sender), rows))
}

fn no_pipe(error: std::io::Error) -> Exception {
    let message = format!("There is no pipe for the answer: {error}");
    Exception::new(76, "CANNOT_OPEN_FILE", &message)
}

/// All of the body; a client that breaks off gets nothing done.
async fn read(body: Body) -> Result<Bytes, Exception> {
    axum::body::to_bytes(body, usize::MAX).await.map_err(|error| {
        let message = format!("The request's body did not arrive whole: {error}");
        Exception::new(210, "NETWORK_ERROR", &message)
    })
}
