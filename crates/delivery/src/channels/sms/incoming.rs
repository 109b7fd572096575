//! What phones answer. `STOP` and its sisters take a number off everything that is sent to it by text message, `START` puts
//! it back; anything else is not for us. A business's own account posts to the address with its id; the operator's number is
//! shared, so a `STOP` to it counts for everybody who sends by it. Signed as Twilio signs everything; without a good
//! signature nothing is read and nothing told.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, header::CONTENT_TYPE};
use kernel::{Id, Problem, id, text};
use platform::{
    AuditEntry, Result,
    config::TwilioAccount,
    http::{ApiRouter, ClientInfo, routes},
};
use serde_json::json;

use super::callback::{is_signed, parse_form};
use crate::{
    Delivery,
    model::ChannelKind,
    preferences::optouts::{self, Address},
    settings::{self, Provider},
};

/// Where Twilio posts what comes to a number.
const PATH: &str = "/api/sms/incoming";
/// Words that carriers and Twilio take for no more.
const STOP_WORDS: [&str; 8] = ["stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"];
/// Words that take it back.
const START_WORDS: [&str; 3] = ["start", "unstop", "yes"];
/// Nothing to say: Twilio answers these words itself.
const NO_ANSWER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(take_incoming)).routes(routes!(take_incoming_of_business))
}

/// A phone answered to the operator's number. Signed with the account's token in `X-Twilio-Signature`.
#[utoipa::path(post, path = "/api/sms/incoming", tag = "deliveries",
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Taken.", content_type = "text/xml"), (status = 401)))]
async fn take_incoming(
    State(delivery): State<Delivery>,
    client: ClientInfo,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let account = delivery.platform().config().sms.account.clone().ok_or_else(Problem::unauthorized)?;
    let url = format!("{}{PATH}", delivery.platform().config().client_url);
    let answer = read(&account, &url, &headers, &body)?;
    note(&delivery, &client, optouts::everybody(), answer).await
}

/// A phone answered to a business's own number. Signed with the account's token in `X-Twilio-Signature`.
#[utoipa::path(post, path = "/api/sms/incoming/{tenant}", tag = "deliveries",
    params(("tenant" = String, Path, description = "The business.")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Taken.", content_type = "text/xml"), (status = 401)))]
async fn take_incoming_of_business(
    State(delivery): State<Delivery>,
    Path(tenant): Path<String>,
    client: ClientInfo,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let id = Id::<id::Tenant>::parse(&tenant).map_err(|_| Problem::unauthorized())?;
    let settings = settings::of(&delivery, id).await?;
    let Provider::Own(account) = settings.sms_provider() else { return Err(Problem::unauthorized().into()) };
    let url = format!("{}{PATH}/{tenant}", delivery.platform().config().client_url);
    let answer = read(account, &url, &headers, &body)?;
    note(&delivery, &client, id, answer).await
}

/// What a number wants.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    Stop(String),
    Start(String),
    Other,
}

fn read(account: &TwilioAccount, url: &str, headers: &HeaderMap, body: &[u8]) -> std::result::Result<Answer, Problem> {
    let signature = headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let signature = signature.and_then(|text| STANDARD.decode(text).ok()).ok_or_else(Problem::unauthorized)?;
    let fields = parse_form(body).ok_or_else(Problem::unauthorized)?;
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    if field("AccountSid") != Some(&account.account_sid) || !is_signed(account, url, &fields, &signature) {
        return Err(Problem::unauthorized());
    }
    let from = field("From").and_then(|number| text::parse_phone(number, "").ok());
    Ok(decide(field("OptOutType"), field("Body").unwrap_or_default(), from))
}

/// `OptOutType` is there when the account's own handling of these words is set up; it may know words of other languages.
fn decide(kind: Option<&str>, body: &str, from: Option<String>) -> Answer {
    let Some(from) = from else { return Answer::Other };
    let word = kind.unwrap_or(body).trim().trim_end_matches(['.', '!']).to_lowercase();
    if STOP_WORDS.contains(&word.as_str()) {
        Answer::Stop(from)
    } else if START_WORDS.contains(&word.as_str()) {
        Answer::Start(from)
    } else {
        Answer::Other
    }
}

async fn note(delivery: &Delivery, client: &ClientInfo, tenant: Id<id::Tenant>, answer: Answer) -> Result<Response> {
    let (number, is_stop) = match &answer {
        Answer::Stop(number) => (number, true),
        Answer::Start(number) => (number, false),
        Answer::Other => return Ok(no_answer()),
    };
    let to = Address { channel: ChannelKind::Sms, address: number };
    let mut tx = delivery.db().begin().await?;
    let is_new = if is_stop {
        optouts::add(&tx, tenant, to, None, tx.now()).await?
    } else {
        optouts::remove(&tx, tenant, to, None).await? > 0
    };
    if is_new {
        tx.audit(&AuditEntry {
            tenant: Some(tenant).filter(|tenant| *tenant != optouts::everybody()),
            actor: "recipient".to_owned(),
            action: if is_stop { "sms.stopped" } else { "sms.started" },
            object: number.clone(),
            details: json!({}),
            ip: Some(client.ip.to_string()),
        })
        .await?;
    }
    tx.commit().await?;
    Ok(no_answer())
}

fn no_answer() -> Response {
    ([(CONTENT_TYPE, "text/xml")], NO_ANSWER).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_carriers_are_understood_however_they_are_written() {
        let number = || Some("+254712345678".to_owned());
        for body in ["STOP", " stop ", "Unsubscribe.", "QUIT!", "cancel"] {
            assert_eq!(decide(None, body, number()), Answer::Stop("+254712345678".to_owned()), "{body}");
        }
        for body in ["start", "UNSTOP", "yes"] {
            assert_eq!(decide(None, body, number()), Answer::Start("+254712345678".to_owned()), "{body}");
        }
        for body in ["", "please stop", "stop it", "startup", "see you at nine"] {
            assert_eq!(decide(None, body, number()), Answer::Other, "{body}");
        }
        assert_eq!(decide(Some("STOP"), "ARRÊT", number()), Answer::Stop("+254712345678".to_owned()));
        assert_eq!(decide(None, "STOP", None), Answer::Other);
    }
}
