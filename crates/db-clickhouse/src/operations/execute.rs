//! Statements without rows.

use clickhouse::Client;
use db_port::{Phase, Result, Statement};

use crate::call::{self, CallSpec, Exchange};
use crate::policy::failure::{Failure, FailureClass};
use crate::policy::idempotency::Idempotency;
use crate::session::Session;
use crate::telemetry;
use crate::wire::classify::{acknowledged, classify};
use crate::wire::request::Request;
use crate::wire::request_kind::RequestKind;
use crate::wire::settings::check_statement;

pub(crate) async fn run(session: &Session, statement: &Statement) -> Result<()> {
    let kind = RequestKind::Statement;
    check_statement(&kind, statement)?;
    let operation = telemetry::operation(statement.sql());
    let idempotency = Idempotency::of_statement(statement);
    let deadline = session.deadline(statement.timeout());
    let call = CallSpec::new(session, kind, operation, idempotency, deadline);
    let result = call::run(call, &Execution(statement)).await.map(drop);
    // It may have changed a table.
    session.tables.clear();
    result
}

struct Execution<'a>(&'a Statement);

impl Exchange for Execution<'_> {
    type Answer = ();

    async fn exchange(&self, client: Client, request: Request) -> Result<(), Failure> {
        let query = request.prepare(&client, self.0);
        match request.deadline.hold(Phase::Request, query.execute()).await {
            Ok(answer) => {
                answer.map_err(|error| classify(error, &request, None))?;
                acknowledged(&request, 0)
            }
            Err(late) => {
                let source = Some(late.error.into());
                let error = request.unanswered("no answer in time", source, None);
                Err(Failure::new(FailureClass::Ambiguous, error))
            }
        }
    }
}
