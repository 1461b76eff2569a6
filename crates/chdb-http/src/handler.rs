use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{Method, Response, StatusCode};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::answer::Style;
use crate::auth::Credentials;
use crate::engine::Engine;
use crate::exception::Exception;
use crate::kill::KillOnDrop;
use crate::processes::Processes;
use crate::request::Request;
use crate::run::{Job, Outlet, run};
use crate::sql::{Plan, plan};

/// Pieces of an answer that may wait between the engine and the client.
const BUFFERED: usize = 2;

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) engine: Arc<Engine>,
    pub(crate) processes: Arc<Processes>,
    pub(crate) credentials: Credentials,
    pub(crate) closing: watch::Receiver<bool>,
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
        Ok(Prepared { job, guard }) => {
            let (events, receiver) = mpsc::channel(BUFFERED);
            let closing = shared.closing.clone();
            let outlet = Outlet { runtime: Handle::current(), events, closing };
            tokio::task::spawn_blocking(move || run(job, outlet));
            style.answer(receiver, guard).await
        }
        Err(exception) => style.exception(&exception),
    }
}

struct Prepared {
    job: Job,
    guard: Option<KillOnDrop>,
}

/// Checks who asks, takes in all of the body, and takes a place among the running queries.
async fn prepare(
    shared: &Arc<Shared>,
    style: &mut Style,
    request: HttpRequest,
) -> Result<Prepared, Exception> {
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
        Plan::Query { format: Some(format) } | Plan::Statement { format: Some(format) } => {
            format.clone()
        }
        _ => default_format.clone(),
    };
    let process = shared.processes.begin(&style.query_id)?;
    let guard = request.ends_with_client().then(|| KillOnDrop {
        engine: Arc::clone(&shared.engine),
        processes: Arc::clone(&shared.processes),
        query_id: process.query_id.clone(),
        number: process.number,
    });
    let engine = Arc::clone(&shared.engine);
    Ok(Prepared { job: Job { engine, process, request, text, plan, default_format }, guard })
}

/// All of the body; a client that breaks off gets nothing done.
async fn read(body: Body) -> Result<Bytes, Exception> {
    axum::body::to_bytes(body, usize::MAX).await.map_err(|error| {
        let message = format!("The request's body did not arrive whole: {error}");
        Exception::new(210, "NETWORK_ERROR", &message)
    })
}
