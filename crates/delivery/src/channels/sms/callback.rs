//! What became of a text message after Twilio took it. Twilio posts a form to the address that came with the message and
//! signs it with the account's token: HMAC-SHA1 over that address and the form's fields in order. Without a good signature
//! nothing is read, looked up or answered but 401, whether there is such a delivery or not.

use axum::extract::{Path, State};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode};
use kernel::{Id, Problem, id};
use platform::{
    Result,
    config::TwilioAccount,
    db::statement,
    http::{ApiRouter, routes},
};
use sea_orm::ConnectionTrait;
use sha1::Sha1;
use url::form_urlencoded;

use super::verdict::TWILIO;
use crate::{
    Delivery, deliveries,
    model::{ChannelKind, DeliveryStatus},
    settings::{self, Provider},
};

/// Bytes of a form that are read; a real one has less than two thousand.
const FORM_BYTES_MAX: usize = 16 * 1024;
/// Fields of a form that are read; a real one has about twenty.
const FIELDS_MAX: usize = 100;
/// Where Twilio calls back, before the delivery's id.
const PATH: &str = "/api/sms/status";

/// The address for one delivery.
pub(super) fn address(delivery: &Delivery, id: Id<id::Delivery>) -> String {
    format!("{}{PATH}/{id}", delivery.platform().config().client_url)
}

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(take_status))
}

/// Twilio tells what became of a text message. Signed with the account's token in `X-Twilio-Signature`.
#[utoipa::path(post, path = "/api/sms/status/{id}", tag = "deliveries",
    params(("id" = String, Path, description = "The delivery.")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204, description = "Taken."), (status = 401)))]
async fn take_status(
    State(delivery): State<Delivery>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode> {
    let id = Id::<id::Delivery>::parse(&id).map_err(|_| Problem::unauthorized())?;
    let fields = parse_form(&body).ok_or_else(Problem::unauthorized)?;
    check_signature(&delivery, id, &headers, &fields).await?;
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let status = field("MessageStatus").or_else(|| field("SmsStatus")).unwrap_or_default();
    let Some(message_id) = field("MessageSid").or_else(|| field("SmsSid")) else { return Ok(StatusCode::NO_CONTENT) };
    let code = field("ErrorCode").and_then(|code| code.parse().ok());
    let (status, failure) = match status {
        "delivered" | "read" => (DeliveryStatus::Delivered, None),
        "undelivered" | "failed" | "canceled" => (DeliveryStatus::Dead, Some(TWILIO.explain(code, ""))),
        // Queued, sending, sent: we know that much.
        _ => return Ok(StatusCode::NO_CONTENT),
    };
    deliveries::report(&delivery, ChannelKind::Sms, message_id, status, failure).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse_form(body: &[u8]) -> Option<Vec<(String, String)>> {
    if body.len() > FORM_BYTES_MAX {
        return None;
    }
    let fields: Vec<(String, String)> =
        form_urlencoded::parse(body).take(FIELDS_MAX + 1).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
    (fields.len() <= FIELDS_MAX).then_some(fields)
}

/// Tried with the account that the form names, among those that this delivery may have gone out by: the business may have
/// changed from the operator's to its own meanwhile.
async fn check_signature(
    delivery: &Delivery,
    id: Id<id::Delivery>,
    headers: &HeaderMap,
    fields: &[(String, String)],
) -> Result<()> {
    let signature = headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let signature = signature.and_then(|text| STANDARD.decode(text).ok()).ok_or_else(Problem::unauthorized)?;
    let sid = fields.iter().find(|(key, _)| key == "AccountSid").map(|(_, value)| value.as_str()).unwrap_or_default();
    let url = address(delivery, id);
    let mut accounts: Vec<TwilioAccount> = delivery.platform().config().sms.account.iter().cloned().collect();
    let found = find(delivery, id).await?;
    if let Some((tenant, _)) = &found
        && let Provider::Own(own) = settings::of(delivery, *tenant).await?.sms_provider()
    {
        accounts.push(own.clone());
    }
    let good =
        accounts.iter().any(|account| account.account_sid == sid && is_signed(account, &url, fields, &signature));
    match found {
        // Faster than our own note that the message left: whoever asks again is heard.
        Some((_, status)) if good && status == DeliveryStatus::Sending.as_str() => {
            Err(Problem::unavailable("The delivery is still under way; please say it again in a moment.").into())
        }
        Some(_) if good => Ok(()),
        _ => Err(Problem::unauthorized().into()),
    }
}

/// Whose delivery it is, and where it stands.
async fn find(delivery: &Delivery, id: Id<id::Delivery>) -> Result<Option<(Id<id::Tenant>, String)>> {
    let db = delivery.platform().db();
    let sql = "SELECT tenant_id, status FROM deliveries WHERE id = ? AND channel = 'sms'";
    let row = db.read().query_one_raw(statement(db.dialect(), sql, vec![id.into()])).await?;
    Ok(row
        .map(|row| Ok::<_, sea_orm::DbErr>((row.try_get("", "tenant_id")?, row.try_get("", "status")?)))
        .transpose()?)
}

fn is_signed(account: &TwilioAccount, url: &str, fields: &[(String, String)], signature: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(account.auth_token.0.as_bytes()) else { return false };
    mac.update(url.as_bytes());
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort();
    for (key, value) in sorted {
        mac.update(key.as_bytes());
        mac.update(value.as_bytes());
    }
    mac.verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::text::Secret;

    #[test]
    fn a_signature_is_that_of_twilios_own_example() {
        let account =
            TwilioAccount { account_sid: "AC".into(), auth_token: Secret("12345".into()), from: String::new() };
        let fields: Vec<(String, String)> = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .into();
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let signature = STANDARD.decode("RSOYDt4T1cUTdK1PDd93/VVr8B8=").unwrap();
        let mut shuffled = fields.clone();
        shuffled.reverse();
        assert!(is_signed(&account, url, &shuffled, &signature));
        assert!(!is_signed(&account, "https://mycompany.com/myapp.php?foo=1", &fields, &signature));
        assert!(!is_signed(&account, url, &fields[1..], &signature));
        assert!(!is_signed(&account, url, &fields, &signature[..10]));
    }

    #[test]
    fn a_form_that_is_no_status_is_not_read() {
        assert_eq!(parse_form(b"a=1&b=%20").map(|f| f.len()), Some(2));
        assert_eq!(parse_form(&vec![b'a'; FORM_BYTES_MAX + 1]), None);
        assert_eq!(parse_form("a=1&".repeat(FIELDS_MAX + 1).as_bytes()), None);
    }
}
