//! The caller's browsers over HTTP, for users and customers alike.

use axum::extract::State;
use kernel::{Caller, Id, Timestamp, id};
use platform::{
    Result,
    http::{ApiRouter, Auth, Body, ClientInfo, Created, Data, PathId, routes},
};
use serde::{Deserialize, Serialize};

use super::{
    access::{self, NewSubscription},
    entity::Model,
    send::{Payload, Urgency, send},
    vapid,
};
use crate::{Delivery, channels::Outcome};

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new()
        .routes(routes!(show_key))
        .routes(routes!(list_subscriptions, register))
        .routes(routes!(remove))
        .routes(routes!(try_out))
}

/// What a browser registers with.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PushKey {
    /// `applicationServerKey`, base64url.
    public_key: String,
}

/// A browser that shows notices.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct PushSubscription {
    /// The registration.
    id: Id<id::PushSubscription>,
    /// As shown.
    device_name: String,
    /// When it was registered.
    created_at: Timestamp,
    /// When its push service last took something.
    last_used_at: Option<Timestamp>,
    /// Registered by the session that asks.
    is_current: bool,
}

impl PushSubscription {
    fn new(row: Model, caller: &Caller) -> Self {
        Self {
            id: row.id,
            device_name: row.device_name,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            is_current: row.session_id == caller.session,
        }
    }
}

/// The caller's browsers.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PushSubscriptions {
    /// Oldest first.
    subscriptions: Vec<PushSubscription>,
}

/// The browser's keys, base64url.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PushKeys {
    /// Its public key.
    p256dh: String,
    /// What it shares with whoever may write to it.
    auth: String,
}

/// `PushSubscription.toJSON()` of the browser, and what the device is called.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RegisterPush {
    /// Where its push service takes messages.
    endpoint: String,
    /// Its keys.
    keys: PushKeys,
    /// `Chrome on Android`; a plain word when absent.
    device_name: Option<String>,
    /// As the browser says it; push services end registrations by themselves.
    #[serde(default)]
    #[allow(dead_code, reason = "browsers send it along")]
    expiration_time: Option<f64>,
}

/// What came of a test.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PushTested {
    /// Browsers whose push service took it.
    sent: u32,
    /// Browsers that it did not reach.
    failed: u32,
}

/// The key that a browser registers with.
#[utoipa::path(get, path = "/api/push/key", tag = "push", security(("bearer" = [])),
    responses((status = 200, body = Data<PushKey>), (status = 401)))]
async fn show_key(State(delivery): State<Delivery>, Auth(_caller): Auth) -> Result<Data<PushKey>> {
    Ok(Data::new(PushKey { public_key: vapid::key(&delivery).await?.public.clone() }))
}

/// The caller's browsers.
#[utoipa::path(get, path = "/api/push/subscriptions", tag = "push", security(("bearer" = [])),
    responses((status = 200, body = Data<PushSubscriptions>), (status = 401)))]
async fn list_subscriptions(State(delivery): State<Delivery>, Auth(caller): Auth) -> Result<Data<PushSubscriptions>> {
    let rows = access::list(&delivery, &caller).await?;
    let subscriptions = rows.into_iter().map(|row| PushSubscription::new(row, &caller)).collect();
    Ok(Data::new(PushSubscriptions { subscriptions }))
}

/// Registers the browser that the caller sits at; doing it again changes nothing.
#[utoipa::path(post, path = "/api/push/subscriptions", tag = "push", security(("bearer" = [])),
    request_body = RegisterPush,
    responses((status = 201, body = Data<PushSubscription>), (status = 401), (status = 422)))]
async fn register(
    State(delivery): State<Delivery>,
    Auth(caller): Auth,
    client: ClientInfo,
    Body(body): Body<RegisterPush>,
) -> Result<Created<Data<PushSubscription>>> {
    let new = NewSubscription {
        endpoint: body.endpoint,
        p256dh: body.keys.p256dh,
        auth: body.keys.auth,
        device_name: body.device_name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "Browser".to_owned()),
    };
    let row = access::register(&delivery, &caller, &client, new).await?;
    Ok(Created(Data::new(PushSubscription::new(row, &caller))))
}

/// Forgets a browser of the caller.
#[utoipa::path(delete, path = "/api/push/subscriptions/{id}", tag = "push",
    params(("id" = Id<id::PushSubscription>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<Option<String>>), (status = 401), (status = 404)))]
async fn remove(
    State(delivery): State<Delivery>,
    Auth(caller): Auth,
    client: ClientInfo,
    PathId(subscription): PathId<id::PushSubscription>,
) -> Result<Data<Option<String>>> {
    access::remove(&delivery, &caller, &client, subscription).await?;
    Ok(Data::new(None).message("This browser shows no more notices."))
}

/// Shows a notice on every browser of the caller, now.
#[utoipa::path(post, path = "/api/push/test", tag = "push", security(("bearer" = [])),
    responses((status = 200, body = Data<PushTested>), (status = 401)))]
async fn try_out(State(delivery): State<Delivery>, Auth(caller): Auth) -> Result<Data<PushTested>> {
    let payload = Payload {
        title: "Notices work".to_owned(),
        body: "This is how we tell you when something happens.".to_owned(),
        url: if caller.is_business() { "/dashboard".to_owned() } else { "/client".to_owned() },
        tag: "test".to_owned(),
        category: "team",
        badge: None,
    };
    let mut tested = PushTested { sent: 0, failed: 0 };
    for row in access::list(&delivery, &caller).await? {
        let attempted = send(&delivery, &row, &payload, Urgency::High).await.unwrap_or_else(|ended| ended);
        match attempted.outcome {
            Outcome::Sent { .. } | Outcome::Delivered { .. } => tested.sent += 1,
            _ => tested.failed += 1,
        }
    }
    Ok(Data::new(tested))
}
