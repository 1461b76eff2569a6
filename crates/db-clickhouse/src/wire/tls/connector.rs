//! Connections with TLS.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use db_port::Result;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use rustls::client::WantsClientCert;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};

use super::insecure_verifier::DangerouslyAcceptAnyCertificate;
use crate::config::{ClickHouseConfig, TlsConfig, invalid, read_file};

/// Connects with TLS as `config` says, over `tcp`. Reads the certificates.
pub(crate) fn with_tls<T>(config: &ClickHouseConfig, tcp: T) -> Result<HttpsConnector<T>> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid("secure", format!("no TLS: {error}")))?;
    let client = with_identity(with_verifier(builder, provider, &config.tls)?, &config.tls)?;
    Ok(HttpsConnectorBuilder::new()
        .with_tls_config(client)
        .https_only()
        .enable_http1()
        .wrap_connector(tcp))
}

/// Which authorities may have signed the server's certificate.
fn with_verifier(
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    provider: Arc<CryptoProvider>,
    tls: &TlsConfig,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>> {
    if !tls.verify {
        let anyone = Arc::new(DangerouslyAcceptAnyCertificate::new(provider));
        return Ok(builder.dangerous().with_custom_certificate_verifier(anyone));
    }
    let Some(path) = &tls.ca_file else {
        return builder.with_native_roots().map_err(|error| {
            invalid(
                "secure",
                format!(
                    "the system's trusted certificates cannot be read: {error}; name a file with \
                     ca_file"
                ),
            )
        });
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates("ca_file", path)? {
        roots.add(certificate).map_err(|error| unusable("ca_file", path, error))?;
    }
    Ok(builder.with_root_certificates(roots))
}

/// The certificate that the client presents.
fn with_identity(
    builder: ConfigBuilder<ClientConfig, WantsClientCert>,
    tls: &TlsConfig,
) -> Result<ClientConfig> {
    let (Some(cert_file), Some(key_file)) = (&tls.client_cert_file, &tls.client_key_file) else {
        return Ok(builder.with_no_client_auth());
    };
    let chain = certificates("client_cert_file", cert_file)?;
    let key = PrivateKeyDer::from_pem_slice(&read_file("client_key_file", key_file)?);
    let key = key.map_err(|error| match error {
        pem::Error::NoItemsFound => invalid(
            "client_key_file",
            format!("{} holds no private key in PEM form without encryption", key_file.display()),
        ),
        error => unusable("client_key_file", key_file, error),
    })?;
    builder.with_client_auth_cert(chain, key).map_err(|error| {
        invalid(
            "client_key_file",
            format!(
                "{} and the certificate in {} do not work together: {error}",
                key_file.display(),
                cert_file.display()
            ),
        )
    })
}

/// The file's certificates, at least one.
fn certificates(key: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let content = read_file(key, path)?;
    let found: Vec<_> = CertificateDer::pem_slice_iter(&content)
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(key, path, error))?;
    if found.is_empty() {
        return Err(invalid(key, format!("{} holds no certificate in PEM form", path.display())));
    }
    Ok(found)
}

fn unusable(key: &str, path: &Path, error: impl fmt::Display) -> db_port::DbError {
    invalid(key, format!("{} cannot be used: {error}", path.display()))
}
