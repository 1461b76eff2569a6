//! What one attempt does.

use std::future::Future;

use clickhouse::Client;

use crate::policy::failure::Failure;
use crate::wire::request::Request;

/// Sends a request and reads as much of the answer as the attempt needs to have succeeded.
pub(crate) trait Exchange: Sync {
    type Answer: Send;

    fn exchange(
        &self,
        client: Client,
        request: Request,
    ) -> impl Future<Output = Result<Self::Answer, Failure>> + Send;
}
