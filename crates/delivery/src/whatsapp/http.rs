//! The three paths of the older system, as it knows them: keys in snake case, and ids of a business in the path.

use axum::extract::{Path, State};
use kernel::Timestamp;
use platform::{
    Result,
    http::{Answer, ApiRouter, Body, ClientInfo, Params, SenderAuth, routes},
};
use serde::{Deserialize, Serialize};

use super::{actions, state::SessionStatus};
use crate::Delivery;

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(show_code)).routes(routes!(show_status)).routes(routes!(log_out))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CodeQuery {
    /// Asks for a code to type into the phone with this number, beside the one to scan.
    phone: Option<String>,
    /// Free text of the other system; accepted and not looked at.
    #[allow(dead_code, reason = "named so that the description shows it")]
    user_id: Option<String>,
    /// Free text of the other system; accepted and not looked at.
    #[allow(dead_code, reason = "named so that the description shows it")]
    session_id: Option<String>,
}

/// What the older system says of itself; nothing of it is needed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
struct LogOut {
    /// Free text; accepted and not looked at.
    #[allow(dead_code, reason = "named so that the description shows it")]
    user_id: Option<serde_json::Value>,
    /// Free text; accepted and not looked at.
    #[allow(dead_code, reason = "named so that the description shows it")]
    session_id: Option<serde_json::Value>,
}

/// A code to pair a phone with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Code {
    /// A PNG as data URL; null while a phone is paired.
    qr_code: Option<String>,
    /// To be typed into the phone instead, when a number was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pairing_code: Option<String>,
    status: SessionStatus,
}

/// Where a session stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Status {
    status: SessionStatus,
    /// When that began; null before the first session.
    last_updated: Option<Timestamp>,
    /// Why, after something went wrong or was ended.
    reason: Option<String>,
}

/// What was done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Done {
    message: &'static str,
}

/// Starts the WhatsApp session of a business and gives the code to scan. WhatsApp's own terms do not know such sessions: a
/// number may be banned for them.
#[utoipa::path(get, path = "/whatsapp/qr/{customerId}", tag = "whatsapp",
    security(("bearer" = []), ("apiKey" = [])),
    params(("customerId" = String, Path, description = "The business, `biz_…`."), CodeQuery),
    responses((status = 200, body = Answer<Code>), (status = 401), (status = 403), (status = 404), (status = 422),
        (status = 503, description = "Switched off, or WhatsApp gave no code.")))]
async fn show_code(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    client: ClientInfo,
    Path(customer): Path<String>,
    Params(query): Params<CodeQuery>,
) -> Result<Answer<Code>> {
    let offered = actions::offer(&delivery, &sender, &client, &customer, query.phone.as_deref()).await?;
    let actions::Offered { qr_code, pairing_code, status } = offered;
    Ok(Answer::new(Code { qr_code, pairing_code, status }))
}

/// Where the WhatsApp session of a business stands.
#[utoipa::path(get, path = "/whatsapp/status/{customerId}", tag = "whatsapp",
    security(("bearer" = []), ("apiKey" = [])),
    params(("customerId" = String, Path, description = "The business, `biz_…`.")),
    responses((status = 200, body = Answer<Status>), (status = 401), (status = 403), (status = 404)))]
async fn show_status(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    Path(customer): Path<String>,
) -> Result<Answer<Status>> {
    let actions::Standing { status, reason, last_updated } = actions::look(&delivery, &sender, &customer).await?;
    Ok(Answer::new(Status { status, last_updated, reason }))
}

/// Ends the WhatsApp session of a business, here and at WhatsApp.
#[utoipa::path(post, path = "/whatsapp/logout/{customerId}", tag = "whatsapp",
    security(("bearer" = []), ("apiKey" = [])),
    params(("customerId" = String, Path, description = "The business, `biz_…`.")),
    request_body = Option<LogOut>,
    responses((status = 200, body = Answer<Done>), (status = 400), (status = 401), (status = 403), (status = 404)))]
async fn log_out(
    State(delivery): State<Delivery>,
    SenderAuth(sender): SenderAuth,
    client: ClientInfo,
    Path(customer): Path<String>,
    // Looked at only for whether it can be read.
    Body(_asked): Body<Option<LogOut>>,
) -> Result<Answer<Done>> {
    let ended = actions::log_out(&delivery, &sender, &client, &customer).await?;
    Ok(Answer::new(Done { message: if ended { "Logged out." } else { "No phone is paired." } }))
}
