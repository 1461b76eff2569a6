//! TLS: certificates, and what a failed handshake means.

pub(super) mod connector;
pub(super) mod error;
mod insecure_verifier;
