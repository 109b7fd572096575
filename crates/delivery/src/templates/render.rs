//! Writing an event out for a channel.

use kernel::{Id, Problem, id};
use people::tenants::{TenantView, find_tenant};
use platform::{Fault, Result};
use serde_json::Value as Json;

use super::{
    access::{choose, own_texts, text_channel},
    defaults,
    engine::{Compiled, Page, in_layout},
    error, language, letters,
    locale::Locale,
    model::{Rendered, Source},
    values::{Business, context},
};
use crate::{
    Delivery,
    catalogue::{self, EventType},
    model::{ChannelKind, EventFacts},
    notifications,
};

/// The colour of mails from businesses that chose none.
const ACCENT: &str = "#2f5bea";
/// What the link of a notice by mail says.
const OPEN: &str = "See it in Frontdesk";

/// What an event says on a channel, in this language or, when none is wanted, in the `language` that its data names; or in
/// one that the business or the house has instead. A text that cannot
/// be written with this data is a [`Fault::Problem`]: trying again will not help. Not to be called inside a transaction.
pub async fn render(
    delivery: &Delivery,
    event: &EventFacts,
    channel: ChannelKind,
    language: Option<&str>,
) -> Result<Rendered> {
    write_for(delivery, event, channel, language, None).await
}

/// A mail for somebody of the business whom the event does not name: greets them by their own name.
pub async fn render_for_staff(
    delivery: &Delivery,
    event: &EventFacts,
    language: Option<&str>,
    reader: &str,
) -> Result<Rendered> {
    write_for(delivery, event, ChannelKind::Email, language, Some(reader)).await
}

async fn write_for(
    delivery: &Delivery,
    event: &EventFacts,
    channel: ChannelKind,
    language: Option<&str>,
    reader: Option<&str>,
) -> Result<Rendered> {
    let channel = text_channel(channel).ok_or_else(|| Fault::internal("writing a text", "the channel carries none"))?;
    let kind = match letters::find(&event.kind) {
        Some(letter) => Some(letter),
        None => catalogue::find(delivery, event.tenant, &event.kind).await?,
    };
    let kind = kind.ok_or_else(|| error::type_gone(&event.kind))?;
    render_type(delivery, &kind, event, channel, language, reader).await
}

/// The same for whoever has the type at hand.
pub(super) async fn render_type(
    delivery: &Delivery,
    kind: &EventType,
    event: &EventFacts,
    channel: ChannelKind,
    language: Option<&str>,
    reader: Option<&str>,
) -> Result<Rendered> {
    let texts = own_texts(delivery, event.tenant, &kind.name, channel).await?;
    let tenant = tenant_of(delivery, event.tenant).await?;
    let paper = Paper { delivery, tenant: &tenant, kind, event, reader };
    let language = language.or_else(|| event.data.get("language").and_then(Json::as_str));
    if let Some((own, tag)) = choose(&texts, language) {
        let compiled = own.compiled.as_ref().ok_or_else(|| error::unreadable(&kind.name, channel))?;
        return Ok(paper.write(compiled, tag).map_err(|e| error::not_writable(&kind.name, channel, &e))?);
    }
    let written = match defaults::compiled(&kind.name, channel) {
        Some(built_in) => paper.write(built_in, language::DEFAULT),
        None => Compiled::new(&defaults::source(kind, channel)).and_then(|made| paper.write(&made, language::DEFAULT)),
    };
    Ok(written.map_err(|e| error::not_writable(&kind.name, channel, &e))?)
}

/// What an event says in the app, as a mail: for those who are told of it because they work here, and whom the event's own
/// mail does not mean. It greets its reader and leads to where the notice leads.
pub async fn render_notice(
    delivery: &Delivery,
    event: &EventFacts,
    language: Option<&str>,
    reader: &str,
) -> Result<Rendered> {
    let Rendered { subject, text, .. } = render(delivery, event, ChannelKind::Inapp, language).await?;
    let kind = catalogue::find(delivery, event.tenant, &event.kind).await?;
    let kind = kind.ok_or_else(|| error::type_gone(&event.kind))?;
    let tenant = tenant_of(delivery, event.tenant).await?;
    let tag = language.and_then(language::parse).unwrap_or_else(|| language::DEFAULT.to_owned());
    let paper = Paper { delivery, tenant: &tenant, kind: &kind, event, reader: Some(reader) };
    let text = format!("{}\n\n{text}", greeting(reader));
    let url = format!("{}{}", delivery.platform().config().client_url, notifications::page_of(&event.data));
    let framed = paper.frame(subject.as_deref(), &text, &url, &tag);
    let html = framed.map_err(|e| error::not_writable(&kind.name, ChannelKind::Email, &e))?;
    let text = format!("{text}\n\n{OPEN}: {url}\n\n{}", tenant.name);
    Ok(Rendered { subject, text, html: Some(html) })
}

/// The same with a text that is not stored; for looking at it before it is.
pub(super) async fn render_source(
    delivery: &Delivery,
    kind: &EventType,
    event: &EventFacts,
    channel: ChannelKind,
    tag: &str,
    source: &Source,
) -> Result<Rendered> {
    let tenant = tenant_of(delivery, event.tenant).await?;
    let paper = Paper { delivery, tenant: &tenant, kind, event, reader: None };
    let written = Compiled::new(source).and_then(|compiled| paper.write(&compiled, tag));
    Ok(written.map_err(|e| error::not_writable(&kind.name, channel, &e))?)
}

async fn tenant_of(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<std::sync::Arc<TenantView>> {
    let found = find_tenant(delivery.people(), tenant).await?;
    found.ok_or_else(|| Fault::from(Problem::not_found()))
}

fn greeting(name: &str) -> String {
    if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") }
}

fn escape(line: &str) -> String {
    minijinja::HtmlEscape(line).to_string()
}

/// Everything that a text is written with.
struct Paper<'a> {
    delivery: &'a Delivery,
    tenant: &'a TenantView,
    kind: &'a EventType,
    event: &'a EventFacts,
    /// Who reads it, where the event does not name them.
    reader: Option<&'a str>,
}

impl Paper<'_> {
    /// A text that was written already, within the house's layout.
    fn frame(
        &self,
        subject: Option<&str>,
        text: &str,
        url: &str,
        tag: &str,
    ) -> std::result::Result<String, minijinja::Error> {
        let client_url = &self.delivery.platform().config().client_url;
        let business = Business::new(self.tenant, client_url, Locale::new(tag, self.tenant));
        let values = context(self.kind, self.event, business, self.reader);
        let lines: Vec<String> = text.lines().map(escape).collect();
        let link = format!("<p style=\"margin:0 0 16px\"><a href=\"{}\">{OPEN}</a></p>\n", escape(url));
        let content = format!("<p style=\"margin:0 0 16px\">{}</p>\n{link}", lines.join("<br>\n"));
        let accent = self.tenant.brand_color.as_deref().unwrap_or(ACCENT);
        in_layout(
            content,
            subject,
            &values,
            &Page { language: tag, is_right_to_left: language::is_right_to_left(tag), accent },
        )
    }

    fn write(&self, compiled: &Compiled, tag: &str) -> std::result::Result<Rendered, minijinja::Error> {
        let client_url = &self.delivery.platform().config().client_url;
        let business = Business::new(self.tenant, client_url, Locale::new(tag, self.tenant));
        let values = context(self.kind, self.event, business, self.reader);
        let accent = self.tenant.brand_color.as_deref().unwrap_or(ACCENT);
        let page = Page { language: tag, is_right_to_left: language::is_right_to_left(tag), accent };
        compiled.render(&values, &page)
    }
}
