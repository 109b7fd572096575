//! What became of a message after the Cloud API took it. Meta first asks whether the address is ours, with the word that was
//! entered beside it, and then posts reports signed with the app's secret: HMAC-SHA256 over the bytes of the body. Without a
//! good signature nothing is read, looked up or answered but 401. The operator's number reports to `system`, a business's
//! own to its id; a business is heard about its own deliveries only.

use axum::extract::{Path, State};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode};
use kernel::{Id, Problem, id, text::Secret};
use platform::{
    Result,
    crypto::same_secret,
    db::statement,
    http::{ApiRouter, Params, routes},
};
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use sha2::Sha256;

use super::verdict::CLOUD_API;
use crate::{
    Delivery, deliveries,
    model::{ChannelKind, DeliveryStatus},
    settings::{self, Provider},
};

/// Reports in one call that are read; Meta sends at most a thousand.
const REPORTS_MAX: usize = 1_000;
/// Longest word that is given back to whoever asks with the right one.
const CHALLENGE_CHARS_MAX: usize = 200;
/// What the operator's number reports to.
const SYSTEM: &str = "system";

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(verify_address, take_reports))
}

#[derive(Debug, Deserialize)]
struct Verification {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

/// Meta asks whether this address is ours.
#[utoipa::path(get, path = "/api/whatsapp/cloud/{account}", tag = "whatsapp",
    params(("account" = String, Path, description = "`system`, or the business whose number it is."),
        ("hub.mode" = String, Query, description = "`subscribe`."),
        ("hub.verify_token" = String, Query, description = "The word that was entered beside the address."),
        ("hub.challenge" = String, Query, description = "Given back as it came.")),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 401)))]
async fn verify_address(
    State(delivery): State<Delivery>,
    Path(account): Path<String>,
    Params(asked): Params<Verification>,
) -> Result<String> {
    let account = find(&delivery, &account).await?.ok_or_else(Problem::unauthorized)?;
    let (Some(word), Some(token), Some(challenge)) = (account.verify_token, asked.verify_token, asked.challenge) else {
        return Err(Problem::unauthorized().into());
    };
    let is_good = asked.mode.as_deref() == Some("subscribe") && same_secret(word.0.as_bytes(), token.as_bytes());
    let is_plain = challenge.len() <= CHALLENGE_CHARS_MAX && challenge.bytes().all(|b| b.is_ascii_alphanumeric());
    if is_good && is_plain { Ok(challenge) } else { Err(Problem::unauthorized().into()) }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Posted {
    entry: Vec<Entry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Entry {
    changes: Vec<Changed>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Changed {
    value: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Value {
    statuses: Vec<Report>,
}

#[derive(Debug, Deserialize)]
struct Report {
    id: String,
    status: String,
    #[serde(default)]
    errors: Vec<ReportedError>,
    biz_opaque_callback_data: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ReportedError {
    code: Option<u32>,
    title: Option<String>,
}

/// Meta tells what became of messages. Signed with the app's secret in `X-Hub-Signature-256`.
#[utoipa::path(post, path = "/api/whatsapp/cloud/{account}", tag = "whatsapp",
    params(("account" = String, Path, description = "`system`, or the business whose number it is.")),
    request_body(content = String, content_type = "application/json"),
    responses((status = 200, description = "Taken."), (status = 401)))]
async fn take_reports(
    State(delivery): State<Delivery>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode> {
    let account = find(&delivery, &account).await?.ok_or_else(Problem::unauthorized)?;
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    let secret = account.app_secret.ok_or_else(Problem::unauthorized)?;
    if !is_signed(&secret, &body, signature.unwrap_or_default()) {
        return Err(Problem::unauthorized().into());
    }
    // Signed, so it is Meta's: what we do not understand is nothing to be sent again.
    let posted: Posted = serde_json::from_slice(&body).unwrap_or_default();
    let changes = posted.entry.into_iter().flat_map(|entry| entry.changes);
    for report in changes.flat_map(|change| change.value.statuses).take(REPORTS_MAX) {
        take(&delivery, account.tenant, &report).await?;
    }
    Ok(StatusCode::OK)
}

async fn take(delivery: &Delivery, tenant: Option<Id<id::Tenant>>, report: &Report) -> Result<()> {
    let (status, failure) = match report.status.as_str() {
        "delivered" | "read" => (DeliveryStatus::Delivered, None),
        "failed" => {
            let error = report.errors.first();
            let words = error.and_then(|error| error.title.as_deref()).unwrap_or_default();
            (DeliveryStatus::Dead, Some(CLOUD_API.explain(error.and_then(|error| error.code), words)))
        }
        // Sent: we know that much.
        _ => return Ok(()),
    };
    let Some(id) = report.biz_opaque_callback_data.as_deref().and_then(|id| Id::parse(id).ok()) else { return Ok(()) };
    match find_delivery(delivery, id, tenant).await? {
        // Faster than our own note that the message left: whoever asks again is heard.
        Some((status, _)) if status == DeliveryStatus::Sending.as_str() => {
            Err(Problem::unavailable("A delivery is still under way; please say it again.").into())
        }
        Some((_, Some(message))) if message == report.id => {
            deliveries::report(delivery, ChannelKind::Whatsapp, &report.id, status, failure).await
        }
        _ => Ok(()),
    }
}

/// Where a delivery stands and what its message is called, when it is this business's.
async fn find_delivery(
    delivery: &Delivery,
    id: Id<id::Delivery>,
    tenant: Option<Id<id::Tenant>>,
) -> Result<Option<(String, Option<String>)>> {
    let db = delivery.platform().db();
    let sql = "SELECT tenant_id, status, message_id FROM deliveries WHERE id = ? AND channel = 'whatsapp'";
    let Some(row) = db.read().query_one_raw(statement(db.dialect(), sql, vec![id.into()])).await? else {
        return Ok(None);
    };
    let of: Id<id::Tenant> = row.try_get_by_index(0)?;
    let is_own = tenant.is_none_or(|tenant| tenant == of);
    Ok(if is_own { Some((row.try_get_by_index(1)?, row.try_get_by_index(2)?)) } else { None })
}

/// A number that reports here.
struct Account {
    /// Whose; none for the operator's.
    tenant: Option<Id<id::Tenant>>,
    app_secret: Option<Secret>,
    verify_token: Option<Secret>,
}

async fn find(delivery: &Delivery, account: &str) -> Result<Option<Account>> {
    if account == SYSTEM {
        let number = delivery.platform().config().whatsapp.cloud.clone();
        return Ok(number.map(|n| Account { tenant: None, app_secret: n.app_secret, verify_token: n.verify_token }));
    }
    let Ok(tenant) = Id::<id::Tenant>::parse(account) else { return Ok(None) };
    let settings = settings::of(delivery, tenant).await?;
    Ok(match settings.whatsapp_cloud() {
        Some(Provider::Own(own)) => Some(Account {
            tenant: Some(tenant),
            app_secret: own.app_secret.clone(),
            verify_token: own.verify_token.clone(),
        }),
        _ => None,
    })
}

fn is_signed(secret: &Secret, body: &[u8], signature: &str) -> bool {
    let Some(signature) = signature.strip_prefix("sha256=").and_then(|text| hex::decode(text).ok()) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.0.as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_of_the_bytes_as_they_came() {
        let secret = Secret("app secret".to_owned());
        let mut mac = Hmac::<Sha256>::new_from_slice(b"app secret").unwrap();
        mac.update(b"{\"entry\":[]}");
        let good = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
        assert!(is_signed(&secret, b"{\"entry\":[]}", &good));
        assert!(!is_signed(&secret, b"{\"entry\": []}", &good));
        assert!(!is_signed(&Secret("another".to_owned()), b"{\"entry\":[]}", &good));
        assert!(!is_signed(&secret, b"{\"entry\":[]}", &good[7..]));
        assert!(!is_signed(&secret, b"{\"entry\":[]}", ""));
    }
}
