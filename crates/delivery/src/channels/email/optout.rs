//! The way off a business's mails of one category. Only mails that nobody has to get offer it: news, and notices to people
//! who could turn them off in their preferences; an invoice offers none. The way is a signed link that mail readers post to in one step (RFC 8058); opening it in a browser asks
//! first, because programs open links too.

use std::{sync::Arc, time::Duration};

use axum::{extract::State, response::Html};
use kernel::{Id, Problem, id};
use people::tenants::TenantView;
use platform::{
    AuditEntry, Result,
    http::{ApiRouter, ClientInfo, Params, routes},
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Delivery,
    model::ChannelKind,
    preferences::{
        self, Category, Person,
        optouts::{self, Address},
    },
};

/// The page that a link opens; places in braces are filled in.
const PAGE: &str = include_str!("way-out.html");
/// Of a business that chose no colour.
const ACCENT_DEFAULT: &str = "#1c2430";
/// What the signed link is good for.
const PURPOSE: &str = "unsubscribe";
/// How long a link in an old mail works; the rules ask for 30 days and up.
const LINK_LIFETIME: Duration = Duration::from_secs(400 * 24 * 3600);
/// Stands between category and address; no address holds it.
const SEPARATOR: u8 = b'\n';
/// Bytes of the business in a link's payload, before the rest.
const TENANT_BYTES: usize = 16;
/// Where the link leads.
const PATH: &str = "/api/public/unsubscribe";

/// What stands in a link for the daily mail.
const DIGEST: &str = "digest";

/// What a link takes somebody off: the mails of a category, or the daily mail, which is a choice of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Category(Category),
    Digest,
}

impl List {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Category(category) => category.as_str(),
            Self::Digest => DIGEST,
        }
    }
    fn parse(word: &str) -> Option<Self> {
        if word == DIGEST { Some(Self::Digest) } else { Category::parse(word).map(Self::Category) }
    }
}

/// Whether mails of this category are a list, which everybody can leave.
pub(super) const fn is_list(category: Category) -> bool {
    matches!(category, Category::Campaigns)
}

/// The link for one recipient.
pub(super) fn link(delivery: &Delivery, tenant: Id<id::Tenant>, list: List, address: &str) -> String {
    let platform = delivery.platform();
    let mut payload = tenant.uuid().as_bytes().to_vec();
    payload.extend_from_slice(list.as_str().as_bytes());
    payload.push(SEPARATOR);
    payload.extend_from_slice(address.to_lowercase().as_bytes());
    let token = platform.crypto().sign_short(PURPOSE, &payload, platform.world().now().plus(LINK_LIFETIME));
    format!("{}{PATH}?token={token}", platform.config().client_url)
}

/// Whom a link takes off what.
struct Leaving {
    tenant: Id<id::Tenant>,
    list: List,
    address: String,
}

fn parse_link(delivery: &Delivery, token: &str) -> std::result::Result<Leaving, Problem> {
    let refused = || Problem::new(401, "INVALID_LINK", "This link was changed or is too old.");
    let payload = delivery.platform().crypto().verify_short(PURPOSE, token).map_err(|_| refused())?;
    let (tenant, rest) = payload.split_at_checked(TENANT_BYTES).ok_or_else(refused)?;
    let tenant = Uuid::from_slice(tenant).map_err(|_| refused())?;
    let rest = std::str::from_utf8(rest).map_err(|_| refused())?;
    // Links of older mails name no category: there was one list then.
    let (list, address) = match rest.split_once(char::from(SEPARATOR)) {
        Some((word, address)) => (List::parse(word).ok_or_else(refused)?, address),
        None => (List::Category(Category::Campaigns), rest),
    };
    Ok(Leaving { tenant: Id::from_uuid(tenant), list, address: address.to_owned() })
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
    let leaving = parse_link(&delivery, &query.token)?;
    let business = find_business(&delivery, leaving.tenant).await?;
    let what = what(leaving.list);
    let words =
        format!("They go to {}. What you have to get, such as an invoice, still arrives.", escape(&leaving.address));
    let form = "<form method=\"post\"><button type=\"submit\">Stop these mails</button></form>";
    Ok(page(&business, &format!("No more {what}?"), &words, form))
}

/// Takes the recipient off a business's list, at once and for good; a second time changes nothing.
#[utoipa::path(post, path = "/api/public/unsubscribe", tag = "mail", params(LinkQuery),
    responses((status = 200, description = "Done.", content_type = "text/html"), (status = 401)))]
async fn leave_list(
    State(delivery): State<Delivery>,
    client: ClientInfo,
    Params(query): Params<LinkQuery>,
) -> Result<Html<String>> {
    let leaving = parse_link(&delivery, &query.token)?;
    let business = find_business(&delivery, leaving.tenant).await?;
    leave(&delivery, &client, &leaving).await?;
    let (what, name) = (what(leaving.list), escape(&business.name));
    let words = format!("{} gets no more {what} of {name}. You can close this page.", escape(&leaving.address));
    Ok(page(&business, "These mails have stopped", &words, ""))
}

/// What the mails are called on the page.
const fn what(list: List) -> &'static str {
    let List::Category(category) = list else { return "daily mails" };
    match category {
        Category::Orders => "mails about orders",
        Category::Payments => "mails about payments",
        Category::Appointments => "mails about appointments",
        Category::Messages => "mails about messages",
        Category::Calls => "mails about calls",
        Category::Campaigns => "news",
        Category::Team => "mails about the business",
        Category::Security => "mails about security",
    }
}

async fn leave(delivery: &Delivery, client: &ClientInfo, leaving: &Leaving) -> Result<()> {
    let to = Address { channel: ChannelKind::Email, address: &leaving.address };
    let behind = preferences::find_behind(delivery, leaving.tenant, to).await?;
    let people = behind.iter().map(|contact| Person::from_contact(leaving.tenant, contact));
    let category = match leaving.list {
        List::Category(category) => category,
        List::Digest => {
            for person in people {
                preferences::turn_off_digest(delivery, person, &written_down(client, leaving)).await?;
            }
            return Ok(());
        }
    };
    let mut tx = delivery.platform().db().begin().await?;
    if optouts::add(&tx, leaving.tenant, to, Some(category), tx.now()).await? {
        tx.audit(&written_down(client, leaving)).await?;
    }
    tx.commit().await?;
    // Whoever has an account finds it in their preferences too.
    for person in people {
        preferences::turn_off(delivery, person, category, ChannelKind::Email).await?;
    }
    Ok(())
}

/// What the log says of it.
fn written_down(client: &ClientInfo, leaving: &Leaving) -> AuditEntry {
    AuditEntry {
        tenant: Some(leaving.tenant),
        actor: "recipient".to_owned(),
        action: "mail.unsubscribed",
        object: leaving.address.clone(),
        details: json!({ "category": leaving.list.as_str() }),
        ip: Some(client.ip.to_string()),
    }
}

async fn find_business(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Arc<TenantView>> {
    let found = people::tenants::find_tenant(delivery.people(), tenant).await?;
    Ok(found.ok_or_else(Problem::not_found)?)
}

/// In the colour of the business, as its mails are. `words` and `form` are HTML.
fn page(business: &TenantView, title: &str, words: &str, form: &str) -> Html<String> {
    let accent = business.brand_color.as_deref().unwrap_or(ACCENT_DEFAULT);
    let name = escape(&business.name);
    let parts = [("{accent}", accent), ("{title}", title), ("{words}", words), ("{form}", form), ("{business}", &name)];
    // What is put in last is the name, so that nothing in it is taken for a place.
    Html(parts.iter().fold(PAGE.to_owned(), |page, (place, part)| page.replace(place, part)))
}

/// The same way out for who reads a mail as a page: a line below it.
pub(super) fn line_in(html: &str, url: &str) -> String {
    let line = format!(
        "<p style=\"margin:0;padding:0 24px 24px;text-align:center;font:13px/1.5 system-ui,sans-serif\">\
         <a href=\"{}\" style=\"color:#667085\">No more mails of this kind</a></p>",
        escape(url)
    );
    match html.rfind("</body>") {
        Some(end) => format!("{}{line}\n{}", &html[..end], &html[end..]),
        None => format!("{html}\n{line}"),
    }
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
