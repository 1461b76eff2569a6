//! What a connection is set to for an operation.

use db_port::Identifier;
use db_port::adapter::Setting;

/// What a connection is set to for an operation. One of the same setup may follow on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setup {
    /// What names without a database mean.
    pub(crate) database: Identifier,
    /// Later ones override earlier ones.
    pub(crate) settings: Vec<Setting>,
    /// The names of the parameters, in order: the next operation gives all of them a value of its own.
    pub(crate) parameters: Vec<String>,
}
