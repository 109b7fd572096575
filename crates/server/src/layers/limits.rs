//! Which request is counted against which limit. Everything under the API counts against `api`, in the name of whoever the
//! credential speaks for, or of the address when there is none or it is no good; some routes count against a limit of their
//! own beside it. It stands outside the bound on requests at once and before any body is read: whoever floods is refused
//! for the price of a look at the head. What providers call (`UNCOUNTED`) is not counted: they retry, and are checked by
//! their signatures. Accounts are named in bodies, so [`count_account`] stands further in, where bodies are bounded.

use std::borrow::Cow;

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{Method, request::Parts};
use kernel::{Caller, Problem, Sender, sender::Credential};
use people::{
    People,
    sessions::PersonKind,
    signin::{CountedAs, NamedAccount, find_counted},
};
use platform::{
    Fault,
    http::{
        BODY_BYTES_MAX,
        auth::{API_KEY, AuthPort, Identity, bearer},
        client::find_address,
    },
    limits::{Key, Limits, Policy, Verdict, write_headers},
};
use serde::Deserialize;

/// Where providers report what became of something.
const UNCOUNTED: [&str; 5] = [
    "/api/sms/status/",
    "/api/whatsapp/cloud/",
    "/api/payments/mpesa/callback",
    "/api/payments/paypal/webhook",
    "/api/payments/razorpay/webhook",
];
/// Pictures of a conversation come by signed links, many at a time: they count as those of a person.
const BY_LINK: &str = "/api/messages/attachments/";
/// Whose routes sign people in.
const AUTH: [&str; 2] = ["/api/auth/", "/api/customers/auth/"];
/// Those among them that try no password and no code.
const TRY_NOTHING: [&str; 6] =
    ["refresh", "logout", "logout-all", "switch", "passkeys/login/start", "passkeys/register/finish"];
/// Limits that one request can count against at most.
const VERDICTS_MAX: usize = 3;

/// In whose name a request is made.
enum Asker {
    Person(Caller),
    System(Sender),
    Nobody,
}

/// What the account named in a body has left, on its way out to where the fields are written.
#[derive(Clone, Copy)]
struct OfAccount(Verdict);

/// The middleware for all but accounts.
pub async fn count(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    if limits.are_off() || UNCOUNTED.iter().any(|path| request.uri().path().starts_with(path)) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let mut verdicts = Vec::with_capacity(VERDICTS_MAX);
    let refused = count_head(&limits, &mut parts, &mut verdicts).await.err();
    let mut response = match refused {
        Some(problem) => Fault::from(problem).into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    if let Some(OfAccount(account)) = response.extensions_mut().remove::<OfAccount>() {
        for verdict in verdicts.iter_mut().filter(|verdict| verdict.policy == account.policy) {
            *verdict = verdict.tighter(account);
        }
    }
    write_headers(&verdicts, response.headers_mut());
    response
}

async fn count_head(limits: &Limits, parts: &mut Parts, verdicts: &mut Vec<Verdict>) -> Result<(), Problem> {
    let address = Key::address(find_address(&parts.headers, &parts.extensions));
    let mut keep = |verdict: Option<Verdict>| {
        verdicts.extend(verdict);
        verdict.map_or(Ok(()), |verdict| verdict.check())
    };
    if tries_to_sign_in(&parts.method, parts.uri.path()) {
        return keep(limits.take(Policy::Auth, address).await);
    }
    let asker = identify(parts).await;
    let path = parts.uri.path();
    let (policy, key) = match &asker {
        Asker::Person(caller) => (Policy::Api, Key::row(caller.person())),
        Asker::System(sender) => (Policy::ApiKey, key_of(sender)),
        Asker::Nobody if path.starts_with(BY_LINK) => (Policy::Api, address),
        Asker::Nobody => (Policy::Anonymous, address),
    };
    keep(limits.take(policy, key).await)?;
    if parts.method == Method::GET || parts.method == Method::HEAD {
        return Ok(());
    }
    match path {
        "/api/messages/send" => keep(limits.take(Policy::Messages, key).await),
        "/api/events" | "/api/websocket-events.php" => {
            let sender = match asker {
                Asker::Person(caller) => Sender::from(caller),
                Asker::System(sender) => sender,
                Asker::Nobody => return Ok(()),
            };
            keep(limits.take_event_of_user(&sender).await)?;
            keep(limits.take_event(&sender).await)
        }
        _ if path.starts_with("/api/export") || path.starts_with("/api/bulk") => {
            keep(limits.take(Policy::Strict, key).await)
        }
        _ if path.starts_with("/api/team") => keep(limits.take(Policy::Team, key).await),
        _ => Ok(()),
    }
}

/// Whether a request may be somebody's guess at a password, a code or a link, or makes us write to somebody.
fn tries_to_sign_in(method: &Method, path: &str) -> bool {
    let Some(act) = AUTH.iter().find_map(|prefix| path.strip_prefix(prefix)) else {
        return method == Method::POST && path == "/api/invitations/accept";
    };
    match *method {
        Method::POST => !TRY_NOTHING.contains(&act),
        Method::PUT => act == "password",
        _ => false,
    }
}

/// Whoever is known is noted, so that the handler's own look costs nothing.
async fn identify(parts: &mut Parts) -> Asker {
    let Some(AuthPort(port)) = parts.extensions.get::<AuthPort>().cloned() else { return Asker::Nobody };
    if let Some(key) = parts.headers.get(API_KEY) {
        let Ok(text) = key.to_str() else { return Asker::Nobody };
        return port.authenticate_key(text).await.map_or(Asker::Nobody, Asker::System);
    }
    let Some(token) = bearer(parts) else { return Asker::Nobody };
    match port.identify(token).await {
        Ok(Identity::Person(caller)) => {
            parts.extensions.insert(caller.clone());
            Asker::Person(caller)
        }
        Ok(Identity::System(sender)) => Asker::System(sender),
        // Why it is no good is said where it was to open something.
        Err(_) => Asker::Nobody,
    }
}

fn key_of(sender: &Sender) -> Key {
    match &sender.credential {
        Credential::User(caller) => Key::row(caller.person()),
        Credential::Key { id, .. } | Credential::Token { key: id, .. } => Key::row(id.uuid()),
    }
}

/// The part of a body that names the account to be opened.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named<'a> {
    #[serde(borrow)]
    email: Option<Cow<'a, str>>,
    #[serde(borrow)]
    invite_code: Option<Cow<'a, str>>,
    #[serde(borrow)]
    device_token: Option<Cow<'a, str>>,
}

/// The middleware for accounts: so many tries for one account, from however many addresses.
pub async fn count_account(State((limits, people)): State<(Limits, People)>, request: Request, next: Next) -> Response {
    if limits.are_off() || !tries_to_sign_in(request.method(), request.uri().path()) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let bytes = match to_bytes(body, BODY_BYTES_MAX).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::debug!(%error, "a body could not be read");
            let words = "The body is too large or was cut off.";
            return Fault::from(Problem::new(413, "PAYLOAD_TOO_LARGE", words)).into_response();
        }
    };
    let key = match find_account(&people, &mut parts, &bytes).await {
        Ok(Some(key)) => key,
        Ok(None) => return next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(fault) => return fault.into_response(),
    };
    let verdict = limits.take(Policy::Auth, key).await;
    let mut response = match verdict.map_or(Ok(()), |verdict| verdict.check()) {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(problem) => Fault::from(problem).into_response(),
    };
    if let Some(verdict) = verdict {
        response.extensions_mut().insert(OfAccount(verdict));
    }
    response
}

/// By the account that was named, whether it exists or not; else by whoever is signed in and tries a code.
async fn find_account(people: &People, parts: &mut Parts, body: &[u8]) -> Result<Option<Key>, Fault> {
    // A body that cannot be read names nobody; the route behind says what is wrong with it.
    let named = serde_json::from_slice::<Named>(body).ok();
    if let Some((named, email)) = named.as_ref().and_then(|named| Some((named, named.email.as_deref()?))) {
        let of_customers = parts.uri.path().starts_with(AUTH[1]);
        let account = NamedAccount {
            kind: if of_customers { PersonKind::Customer } else { PersonKind::User },
            business: named.invite_code.as_deref(),
            email,
            device_token: named.device_token.as_deref(),
        };
        return Ok(Some(match find_counted(people, account, &parts.headers).await? {
            CountedAs::KnownDevice(device) => Key::row(device),
            CountedAs::Account(account) => Key::text("account", &account),
        }));
    }
    Ok(match identify(parts).await {
        Asker::Person(caller) => Some(Key::row(caller.person())),
        Asker::System(_) | Asker::Nobody => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_tries_a_password_or_a_code_counts() {
        for path in [
            "/api/auth/login",
            "/api/auth/register",
            "/api/auth/forgot-password",
            "/api/auth/2fa/verify",
            "/api/customers/auth/login",
            "/api/customers/auth/link/verify",
            "/api/customers/auth/reset-password",
            "/api/invitations/accept",
        ] {
            assert!(tries_to_sign_in(&Method::POST, path), "{path}");
        }
        for path in ["/api/auth/refresh", "/api/customers/auth/refresh", "/api/auth/logout", "/api/events"] {
            assert!(!tries_to_sign_in(&Method::POST, path), "{path}");
        }
        assert!(tries_to_sign_in(&Method::PUT, "/api/auth/password"));
        assert!(!tries_to_sign_in(&Method::GET, "/api/auth/me"));
    }
}
