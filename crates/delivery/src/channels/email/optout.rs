//! Who wants no more news of a business. Only mails that nobody has to get offer the way out and respect it: an invoice
//! still comes. The way is a signed link that mail readers post to in one step (RFC 8058); opening it in a browser asks
//! first, because programs open links too.

use std::time::Duration;

use axum::{extract::State, response::Html};
use kernel::{Id, Problem, id};
use platform::{
    AuditEntry, Result,
    http::{ApiRouter, ClientInfo, Params, routes},
};
use sea_orm::{ActiveValue::Set, EntityTrait, TryInsertResult, sea_query::OnConflict};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::Delivery;

/// Categories of events whose mails are a list that one can leave.
const LISTS: [&str; 6] = ["campaigns", "marketing", "news", "newsletter", "newsletters", "promotions"];
/// What the signed link is good for.
const PURPOSE: &str = "unsubscribe";
/// How long a link in an old mail works; the rules ask for 30 days and up.
const LINK_LIFETIME: Duration = Duration::from_secs(400 * 24 * 3600);
/// Bytes of the business in a link's payload, before the address.
const TENANT_BYTES: usize = 16;
/// Where the link leads.
const PATH: &str = "/api/public/unsubscribe";

mod entity {
    //! The row of somebody who is out.

    use kernel::{Id, Timestamp, id};
    use sea_orm::entity::prelude::*;

    /// One address that wants no more news of one business.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail_optouts")]
    pub struct Model {
        /// Of whom.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Id<id::Tenant>,
        /// Who, in lower case.
        #[sea_orm(primary_key, auto_increment = false)]
        pub address: String,
        /// Since when.
        pub created_at: Timestamp,
    }

    /// None.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Whether mails about events of this category can be left.
pub(super) fn is_list(category: &str) -> bool {
    LISTS.iter().any(|list| category.eq_ignore_ascii_case(list))
}

/// The link for one recipient.
pub(super) fn link(delivery: &Delivery, tenant: Id<id::Tenant>, address: &str) -> String {
    let platform = delivery.platform();
    let mut payload = tenant.uuid().as_bytes().to_vec();
    payload.extend_from_slice(address.to_lowercase().as_bytes());
    let token = platform.crypto().sign_short(PURPOSE, &payload, platform.world().now().plus(LINK_LIFETIME));
    format!("{}{PATH}?token={token}", platform.config().client_url)
}

/// Whether this address wants no more news of this business.
pub(super) async fn is_out(delivery: &Delivery, tenant: Id<id::Tenant>, address: &str) -> Result<bool> {
    let key = (tenant, address.to_lowercase());
    Ok(entity::Entity::find_by_id(key).one(delivery.platform().db().read()).await?.is_some())
}

/// Whom a link takes off whose list.
fn parse_link(delivery: &Delivery, token: &str) -> std::result::Result<(Id<id::Tenant>, String), Problem> {
    let refused = || Problem::new(401, "INVALID_LINK", "This link was changed or is too old.");
    let payload = delivery.platform().crypto().verify_short(PURPOSE, token).map_err(|_| refused())?;
    let (tenant, address) = payload.split_at_checked(TENANT_BYTES).ok_or_else(refused)?;
    let tenant = Uuid::from_slice(tenant).map_err(|_| refused())?;
    let address = std::str::from_utf8(address).map_err(|_| refused())?;
    Ok((Id::from_uuid(tenant), address.to_owned()))
}

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(show_way_out, leave_list))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct LinkQuery {
    /// From the mail.
    token: String,
}

/// Asks whether one really wants to leave a business's list.
#[utoipa::path(get, path = "/api/public/unsubscribe", tag = "mail", params(LinkQuery),
    responses((status = 200, description = "A page with a button.", content_type = "text/html"), (status = 401)))]
async fn show_way_out(State(delivery): State<Delivery>, Params(query): Params<LinkQuery>) -> Result<Html<String>> {
    let (tenant, address) = parse_link(&delivery, &query.token)?;
    let name = business_name(&delivery, tenant).await?;
    let words = format!("No more news of {} to {}?", escape(&name), escape(&address));
    let form = "<form method=\"post\"><button type=\"submit\">Stop these mails</button></form>";
    Ok(page(&words, form))
}

/// Takes the recipient off a business's list, at once and for good; a second time changes nothing.
#[utoipa::path(post, path = "/api/public/unsubscribe", tag = "mail", params(LinkQuery),
    responses((status = 200, description = "Done.", content_type = "text/html"), (status = 401)))]
async fn leave_list(
    State(delivery): State<Delivery>,
    client: ClientInfo,
    Params(query): Params<LinkQuery>,
) -> Result<Html<String>> {
    let (tenant, address) = parse_link(&delivery, &query.token)?;
    let name = business_name(&delivery, tenant).await?;
    leave(&delivery, &client, tenant, &address).await?;
    Ok(page(&format!("{} gets no more news of {}.", escape(&address), escape(&name)), ""))
}

async fn leave(delivery: &Delivery, client: &ClientInfo, tenant: Id<id::Tenant>, address: &str) -> Result<()> {
    let mut tx = delivery.platform().db().begin().await?;
    let row =
        entity::ActiveModel { tenant_id: Set(tenant), address: Set(address.to_owned()), created_at: Set(tx.now()) };
    let insert = entity::Entity::insert(row).on_conflict(OnConflict::new().do_nothing().to_owned()).try_insert();
    if let TryInsertResult::Inserted(1..) = insert.exec_without_returning(tx.conn()).await? {
        tx.audit(&AuditEntry {
            tenant: Some(tenant),
            actor: "recipient".to_owned(),
            action: "mail.unsubscribed",
            object: address.to_owned(),
            details: json!({}),
            ip: Some(client.ip.to_string()),
        })
        .await?;
    }
    tx.commit().await
}

async fn business_name(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<String> {
    let found = people::tenants::find_tenant(delivery.people(), tenant).await?;
    Ok(found.ok_or_else(Problem::not_found)?.name.clone())
}

fn page(words: &str, form: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"robots\" content=\"noindex\"><title>Mails</title><main><p>{words}</p>{form}</main></html>"
    ))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
