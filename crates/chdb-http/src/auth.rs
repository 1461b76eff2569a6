use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::exception::Exception;
use crate::request::Request;

/// Who may use the server: one user, or whoever has the token.
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) token: Option<String>,
}

impl Credentials {
    /// Lets the request in, or says what a server would say.
    pub(crate) fn check(&self, request: &Request, headers: &HeaderMap) -> Result<(), Exception> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let authorization = text(header::AUTHORIZATION.as_str()).unwrap_or_default();
        if let Some(token) = scheme(authorization, "Bearer") {
            let known = self.token.as_deref().is_some_and(|known| same(known, token));
            return if known { Ok(()) } else { Err(refusal("the bearer of the token")) };
        }
        let basic = scheme(authorization, "Basic").and_then(|encoded| {
            let decoded = BASE64_STANDARD.decode(encoded).ok()?;
            let (user, password) = String::from_utf8(decoded).ok().map(|text| {
                let (user, password) = text.split_once(':').unwrap_or((&text, ""));
                (user.to_owned(), password.to_owned())
            })?;
            Some((user, password))
        });
        let (basic_user, basic_password) = basic.unzip();
        let owned = |name: &str| text(name).map(str::to_owned);
        let user = owned("X-ClickHouse-User")
            .or(basic_user)
            .or_else(|| request.user.clone())
            .unwrap_or_else(|| "default".into());
        let password = owned("X-ClickHouse-Key")
            .or(basic_password)
            .or_else(|| request.password.clone())
            .unwrap_or_default();
        match user == self.user && same(&self.password, &password) {
            true => Ok(()),
            false => Err(refusal(&user)),
        }
    }
}

fn scheme<'a>(authorization: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = authorization.split_once(' ')?;
    found.eq_ignore_ascii_case(name).then(|| value.trim())
}

/// Compares without telling by its duration how much is right.
fn same(known: &str, given: &str) -> bool {
    let differences = known.bytes().zip(given.bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    known.len() == given.len() && differences == 0
}

fn refusal(user: &str) -> Exception {
    let message = format!(
        "{user}: Authentication failed: password is incorrect, or there is no user with such name"
    );
    Exception::new(516, "AUTHENTICATION_FAILED", &message)
}
