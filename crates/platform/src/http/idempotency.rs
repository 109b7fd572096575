//! `Idempotency-Key` on every POST. The first request with a key runs and its answer is kept for 24 hours; the same key and
//! body get that answer again, another body is refused, and a second request while the first runs is told so. The row is
//! marked in the same transaction as the effect ([`crate::db::IDEMPOTENCY`]), so that after a crash nobody books twice.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use kernel::{Caller, Problem, Timestamp};
use memchr::memmem;
use sea_orm::{ConnectionTrait, Value};
use sha2::{Digest, Sha256};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    auth::{API_KEY, AuthPort, Identity, bearer},
    client::RequestId,
};
use crate::{
    Fault, Result,
    crypto::Crypto,
    db::{Db, IDEMPOTENCY, PEER, statement, unique_violation},
};

/// Longest key.
pub const KEY_CHARS_MAX: usize = 255;
/// How long an answer is kept.
pub const KEPT_FOR: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
/// After this long a request that never ended is taken for dead.
pub const RUNNING_FOR_MAX: std::time::Duration = std::time::Duration::from_secs(120);
/// Largest body that is compared, a little above the largest upload.
const COMPARED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Largest answer that is kept.
const KEPT_BYTES_MAX: usize = 1024 * 1024;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// Routes whose answers carry secrets keep none of them.
fn answers_secrets(path: &str) -> bool {
    path.contains("/auth/")
        || path.starts_with("/api/api-keys")
        || path.starts_with("/api/invitations")
        || path.starts_with("/api/operator")
        || path.starts_with("/api/webhooks")
        || path.starts_with("/auth/")
}

/// Where answers are kept. They are sealed: the answer to a first booking, for one, signs its customer in.
#[derive(Clone)]
pub struct Keeper {
    /// The database.
    pub db: Db,
    /// Seals what is kept.
    pub crypto: Crypto,
}

/// The middleware.
pub async fn idempotency(State(keeper): State<Keeper>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST
        || !request.headers().contains_key(&HEADER)
        || answers_secrets(request.uri().path())
    {
        return next.run(request).await;
    }
    match keeper.once(request, next).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    }
}

struct Key {
    scope: String,
    body_hash: Vec<u8>,
}

impl Keeper {
    async fn once(&self, request: Request, next: Next) -> Result<Response> {
        let (parts, body) = request.into_parts();
        let sent = parts.headers.get(&HEADER).and_then(|v| v.to_str().ok()).unwrap_or("");
        if sent.is_empty() || sent.len() > KEY_CHARS_MAX {
            return Err(Problem::field(
                "Idempotency-Key",
                "INVALID_VALUE",
                format!("must be 1 to {KEY_CHARS_MAX} visible characters"),
            )
            .into());
        }
        let principal = principal(&parts).await?;
        let bytes = to_bytes(body, COMPARED_BYTES_MAX).await.map_err(|_| {
            Problem::new(413, "PAYLOAD_TOO_LARGE", "The body was cut off, or is too large to be compared.")
        })?;
        let body_hash = digest(parts.headers.get(header::CONTENT_TYPE), &bytes);
        let who = principal.unwrap_or_else(|| format!("anonymous:{}", hex::encode(&body_hash)));
        let key = Key { scope: format!("{who} {} {sent}", parts.uri.path()), body_hash };
        // On its own, so that a client that hangs up does not leave the key claimed for good: when it asks again with the
        // same key, which is what keys are for, the answer is there.
        let keeper = self.clone();
        let path = parts.uri.path().to_owned();
        let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
        let request = Request::from_parts(parts, Body::from(bytes));
        let once = async move {
            let id = match keeper.claim(&key).await? {
                Claim::Ours(id) => id,
                Claim::Known(response) => return Ok(response),
            };
            let response = IDEMPOTENCY.scope(id, next.run(request)).await;
            keeper.keep(id, super::edge::explained(response, &path, &request_id)).await
        };
        // What is known of the request goes along.
        let peer = PEER.try_with(|peer| *peer).ok();
        let once = async move {
            match peer {
                Some(peer) => PEER.scope(peer, once).await,
                None => once.await,
            }
        };
        let ended = tokio::spawn(once.in_current_span()).await;
        ended.map_err(|e| Fault::internal("answering a request that must run once", e))?
    }
}

/// What tells bodies apart. The line that separates the parts of a form is drawn anew each time a client sends it, so it does
/// not count.
fn digest(content_type: Option<&HeaderValue>, body: &[u8]) -> Vec<u8> {
    let boundary = content_type.and_then(|kind| multer::parse_boundary(kind.to_str().ok()?).ok());
    let Some(boundary) = boundary.filter(|line| !line.is_empty()) else { return Sha256::digest(body).to_vec() };
    let (mut hash, mut rest) = (Sha256::new(), 0);
    for place in memmem::find_iter(body, &boundary) {
        // Each piece with its length, so that no two ways to cut look alike.
        hash.update((place - rest).to_le_bytes());
        hash.update(&body[rest..place]);
        rest = place + boundary.len();
    }
    hash.update(&body[rest..]);
    hash.finalize().to_vec()
}

/// In whose name a request is made, as far as its answers must be kept apart from others'. Whether an API key is good is
/// found out where it opens something; here it only names its holder, together with what came beside it.
async fn principal(parts: &http::request::Parts) -> Result<Option<String>> {
    if let Some(key) = parts.headers.get(API_KEY) {
        let mut credentials = Sha256::new_with_prefix(key.as_bytes());
        credentials.update([0]);
        credentials.update(parts.headers.get(header::AUTHORIZATION).map_or(&[][..], HeaderValue::as_bytes));
        return Ok(Some(format!("key:{}", hex::encode(credentials.finalize()))));
    }
    if let Some(caller) = parts.extensions.get::<Caller>() {
        return Ok(Some(format!("{}:{}", caller.tenant, caller.person_id())));
    }
    let (Some(port), Some(token)) = (parts.extensions.get::<AuthPort>(), bearer(parts)) else { return Ok(None) };
    Ok(Some(match port.0.identify(token).await? {
        Identity::Person(caller) => format!("{}:{}", caller.tenant, caller.person_id()),
        Identity::System(sender) => format!("{}:{}", sender.tenant, sender.actor()),
    }))
}

enum Claim {
    Ours(Uuid),
    Known(Response),
}

impl Keeper {
    async fn claim(&self, key: &Key) -> Result<Claim> {
        let db = &self.db;
        let now = db.world().now();
        let id = db.world().uuid();
        let insert =
            "INSERT INTO idempotency_keys (id, scope, body_hash, committed, created_at) VALUES (?, ?, ?, 0, ?)";
        let values: Vec<Value> = vec![id.into(), key.scope.clone().into(), key.body_hash.clone().into(), now.into()];
        let tx = db.begin().await?;
        match tx.conn().execute_raw(statement(db.dialect(), insert, values.clone())).await {
            Ok(_) => {
                tx.commit().await?;
                return Ok(Claim::Ours(id));
            }
            Err(e) if unique_violation(&e) => drop(tx),
            Err(e) => return Err(e.into()),
        }
        let select = "SELECT id, body_hash, status, content_type, answer, committed, created_at FROM idempotency_keys WHERE scope = ?";
        let row = db.writer().query_one_raw(statement(db.dialect(), select, vec![key.scope.clone().into()])).await?;
        let Some(row) = row else { return Err(in_progress()) };
        let created: Timestamp = row.try_get("", "created_at")?;
        let old: Uuid = row.try_get("", "id")?;
        if now.since(created) >= KEPT_FOR {
            return take_over(db, old, id, key, now).await;
        }
        if row.try_get::<Vec<u8>>("", "body_hash")? != key.body_hash {
            let text = "This Idempotency-Key was used with another body.";
            return Err(Problem::new(422, "IDEMPOTENCY_MISMATCH", text).into());
        }
        if let Some(status) = row.try_get::<Option<i32>>("", "status")? {
            let kind: Option<String> = row.try_get("", "content_type")?;
            let answer: Option<Vec<u8>> = row.try_get("", "answer")?;
            let answer = self.open(old, &answer.unwrap_or_default())?;
            return Ok(Claim::Known(replay(status, kind, answer)));
        }
        if now.since(created) < RUNNING_FOR_MAX {
            return Err(in_progress());
        }
        if row.try_get::<i32>("", "committed")? != 0 {
            let text = "This request was carried out, but its answer was lost in a crash. Look before you repeat it.";
            return Err(Problem::conflict("IDEMPOTENCY_ANSWER_LOST", text).into());
        }
        take_over(db, old, id, key, now).await
    }
}

fn in_progress() -> Fault {
    let text = "The first request with this Idempotency-Key is still running.";
    Problem::conflict("IDEMPOTENCY_IN_PROGRESS", text).retry_after(std::time::Duration::from_secs(1)).into()
}

async fn take_over(db: &Db, old: Uuid, new: Uuid, key: &Key, now: Timestamp) -> Result<Claim> {
    let tx = db.begin().await?;
    let sql = "UPDATE idempotency_keys SET id = ?, body_hash = ?, status = NULL, answer = NULL, committed = 0, created_at = ? WHERE id = ?";
    let taken = tx.execute(sql, vec![new.into(), key.body_hash.clone().into(), now.into(), old.into()]).await?;
    tx.commit().await?;
    if taken == 1 { Ok(Claim::Ours(new)) } else { Err(in_progress()) }
}

fn replay(status: i32, kind: Option<String>, answer: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(answer));
    *response.status_mut() = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok()).unwrap_or_default();
    if let Some(value) = kind.and_then(|k| HeaderValue::from_str(&k).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    response
}

impl Keeper {
    /// Keeps the answer, or gives the key up when the answer is one that may change.
    async fn keep(&self, id: Uuid, response: Response) -> Result<Response> {
        let db = &self.db;
        let status = response.status();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, KEPT_BYTES_MAX).await.map_err(|e| Fault::internal("keeping an answer", e))?;
        let tx = db.begin().await?;
        if status.is_server_error() || matches!(status.as_u16(), 401 | 429) {
            tx.execute("DELETE FROM idempotency_keys WHERE id = ?", vec![id.into()]).await?;
        } else {
            let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).map(str::to_owned);
            tx.execute(
                "UPDATE idempotency_keys SET status = ?, content_type = ?, answer = ? WHERE id = ?",
                vec![i32::from(status.as_u16()).into(), kind.into(), self.seal(id, &bytes)?.into(), id.into()],
            )
            .await?;
        }
        tx.commit().await?;
        Ok(Response::from_parts(parts, Body::from(bytes)))
    }

    fn seal(&self, id: Uuid, answer: &[u8]) -> Result<Vec<u8>> {
        self.crypto.sealer().seal(answer, id.as_bytes()).map_err(|e| Fault::internal("sealing an answer", e))
    }

    fn open(&self, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
        self.crypto.sealer().open(sealed, id.as_bytes()).map_err(|e| Fault::internal("opening a kept answer", e))
    }
}

/// Removes keys past their time; run from a periodic job.
pub async fn forget_old(db: &Db) -> Result<u64> {
    let tx = db.begin().await?;
    let before = tx.now().minus(KEPT_FOR);
    let gone = tx.execute("DELETE FROM idempotency_keys WHERE created_at < ?", vec![before.into()]).await?;
    tx.commit().await?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart_by_what_they_hold() {
        let form = |boundary: &str, text: &str| {
            let kind = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}")).unwrap();
            let body =
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n{text}\r\n--{boundary}--");
            digest(Some(&kind), body.as_bytes())
        };
        assert_eq!(form("one", "x"), form("two", "x"));
        assert_ne!(form("one", "x"), form("one", "y"));
        let plain = HeaderValue::from_static("application/json");
        assert_eq!(digest(Some(&plain), b"{}"), digest(None, b"{}"));
        assert_ne!(digest(Some(&plain), b"{}"), digest(None, b"{ }"));
    }
}
