//! A business writes its own texts, looks at them and goes back to the built-in ones.

use std::sync::Arc;

use http::HeaderMap;
use kernel::{Caller, Id, Problem, Right, id};
use platform::{
    AuditEntry, Fault, Result, Tx,
    http::{ClientInfo, etag},
};
use serde_json::{Value as Json, json};

use super::{
    access::{CHANNELS, is_used, parse_channel},
    body::PreviewTemplate,
    defaults,
    entity::Model,
    error, language,
    letters::{self, check_written},
    model::{OwnTemplate, Rendered, Source},
    render::render_source,
    rules::{OWN_TEMPLATES_MAX, check_says_something, check_source},
    store,
    view::{Line, TemplateView},
};
use crate::{
    Delivery,
    catalogue::{self, EventType},
    model::{ChannelKind, EventFacts},
    signals::TEXTS_CHANGED,
};

/// Which text: of a type, for a channel, in a language.
pub(super) struct Place {
    pub kind: Arc<EventType>,
    pub channel: ChannelKind,
    pub language: String,
}

/// Reads a place as it stands in an address.
pub(super) async fn find_place(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    (kind, channel): &(String, String),
    sent_language: Option<&str>,
) -> Result<Place> {
    let (name, channel) = (catalogue::normalize(kind), parse_channel(channel)?);
    let kind = match letters::find(&name) {
        Some(letter) => Some(letter).filter(|letter| letter.goes_by(channel)),
        None => catalogue::find(delivery, tenant, &name).await?,
    };
    let kind = kind.ok_or_else(Problem::not_found)?;
    let language = language::parse(sent_language.unwrap_or(language::DEFAULT));
    let language =
        language.ok_or_else(|| Problem::field("language", "INVALID_VALUE", "is a language such as en or pt-BR"))?;
    Ok(Place { kind, channel, language })
}

/// Every text there is: the built-in one of each type and channel, or the business's own instead, and those in other
/// languages.
pub(super) async fn list(
    delivery: &Delivery,
    caller: &Caller,
    kind: Option<&str>,
    channel: Option<&str>,
) -> Result<Vec<Line>> {
    caller.check(Right::Events)?;
    let channel = channel
        .map(parse_channel)
        .transpose()
        .map_err(|_| Problem::field("channel", "INVALID_VALUE", "is one of email, whatsapp, sms, inapp"))?;
    let kind = kind.map(catalogue::normalize);
    let own = store::find_all(delivery.db().read(), caller.tenant).await?;
    let types = catalogue::find_all(delivery, caller.tenant).await?;
    let mut lines = Vec::new();
    let of_accounts = letters::all().iter().map(|letter| (letter, &[ChannelKind::Email][..]));
    let all = types.iter().map(|found| (found, &CHANNELS[..])).chain(of_accounts);
    for (event_type, channels) in all.filter(|(found, _)| kind.as_ref().is_none_or(|kind| *kind == found.name)) {
        for channel in channels.iter().copied().filter(|found| channel.is_none_or(|channel| channel == *found)) {
            let of_place = own.iter().filter(|own| own.kind == event_type.name && own.channel == channel);
            let default = of_place.clone().find(|own| own.language == language::DEFAULT);
            // A text that nobody reads is not offered; one of the business's own stays where it can be taken away.
            let is_letter = letters::find(&event_type.name).is_some();
            if default.is_some() || is_letter || is_used(event_type, channel) {
                lines.push(Line::new(event_type, channel, language::DEFAULT, default));
            }
            let others = of_place.filter(|own| own.language != language::DEFAULT);
            lines.extend(others.map(|own| Line::new(event_type, channel, &own.language, Some(own))));
        }
    }
    Ok(lines)
}

/// The text of a place: the business's own, or the built-in one.
pub(super) async fn show(delivery: &Delivery, caller: &Caller, place: &Place) -> Result<TemplateView> {
    caller.check(Right::Events)?;
    let own = find_own(delivery, caller.tenant, place).await?;
    let source = own.as_ref().map_or_else(|| defaults::source(&place.kind, place.channel), |own| own.source.clone());
    Ok(TemplateView::new(&place.kind, place.channel, &place.language, own.as_ref(), source))
}

async fn find_own(delivery: &Delivery, tenant: Id<id::Tenant>, place: &Place) -> Result<Option<OwnTemplate>> {
    let found = store::find_of(delivery.db().read(), tenant, &place.kind.name, place.channel).await?;
    Ok(found.into_iter().find(|own| own.language == place.language))
}

/// Stores the business's own text. It must also write the type's example, and that with nothing but what is required.
pub(super) async fn write(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    place: &Place,
    source: Source,
) -> Result<TemplateView> {
    caller.check(Right::SettingsEdit)?;
    let source = check_source(source, &place.kind, place.channel)?;
    let write = async |data: Json| {
        let event = sample(delivery, caller.tenant, &place.kind, data);
        let written = render_source(delivery, &place.kind, &event, place.channel, &place.language, &source).await?;
        check_written(&place.kind.name, &written, &event.data)?;
        Ok::<_, Fault>(written)
    };
    check_says_something(&write(place.kind.example.clone()).await?)?;
    write(place.kind.least_example()).await?;
    let mut tx = delivery.db().begin().await?;
    let found = store::find_locked(&tx, caller.tenant, &place.kind.name, place.channel, &place.language).await?;
    etag::check_if_match(headers, found.as_ref().map_or(0, |row| row.version))?;
    if found.is_none() && store::count(tx.conn(), caller.tenant).await? >= OWN_TEMPLATES_MAX {
        return Err(error::too_many().into());
    }
    let is_new = found.is_none();
    let before = found.clone().map(OwnTemplate::try_from).transpose()?.map(|own| own.source);
    let row = Model {
        id: found.as_ref().map_or_else(|| delivery.platform().world().id(), |row| row.id),
        tenant_id: caller.tenant,
        kind: place.kind.name.clone(),
        channel: place.channel.as_str().to_owned(),
        language: place.language.clone(),
        subject: source.subject.clone(),
        text: source.text.clone(),
        html: source.html.clone(),
        version: found.map_or(0, |row| row.version) + 1,
        updated_by: caller.person_id(),
        updated_at: tx.now(),
    };
    let own = OwnTemplate::try_from(row.clone())?;
    if !is_new {
        store::update(&tx, row).await?;
    } else if !store::try_insert(&tx, row).await? {
        return Err(error::changed_meanwhile().into());
    }
    audit(&mut tx, caller, client, "template.changed", &own, (before.as_ref(), Some(&own.source))).await?;
    forget(&mut tx, caller.tenant, &place.kind.name, &[place.channel]);
    tx.commit().await?;
    Ok(TemplateView::new(&place.kind, place.channel, &place.language, Some(&own), source))
}

/// Goes back to the built-in text.
pub(super) async fn reset(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    place: &Place,
) -> Result<TemplateView> {
    caller.check(Right::SettingsEdit)?;
    let mut tx = delivery.db().begin().await?;
    let found = store::find_locked(&tx, caller.tenant, &place.kind.name, place.channel, &place.language).await?;
    let own = OwnTemplate::try_from(found.ok_or_else(Problem::not_found)?)?;
    etag::check_if_match(headers, own.version)?;
    store::delete(&tx, caller.tenant, own.id).await?;
    audit(&mut tx, caller, client, "template.reset", &own, (Some(&own.source), None)).await?;
    forget(&mut tx, caller.tenant, &place.kind.name, &[place.channel]);
    tx.commit().await?;
    let source = defaults::source(&place.kind, place.channel);
    Ok(TemplateView::new(&place.kind, place.channel, &place.language, None, source))
}

/// Writes a text out without storing or sending it.
pub(super) async fn preview(
    delivery: &Delivery,
    caller: &Caller,
    place: &Place,
    body: PreviewTemplate,
) -> Result<Rendered> {
    caller.check(Right::Events)?;
    let data = body.data.unwrap_or_else(|| place.kind.example.clone());
    place.kind.check_sample(&data)?;
    let source = match body.text {
        Some(text) => {
            let sent = Source { subject: body.subject, text, html: body.html };
            check_source(sent, &place.kind, place.channel)?
        }
        None => {
            let own = find_own(delivery, caller.tenant, place).await?;
            own.map_or_else(|| defaults::source(&place.kind, place.channel), |own| own.source)
        }
    };
    let event = sample(delivery, caller.tenant, &place.kind, data);
    render_source(delivery, &place.kind, &event, place.channel, &place.language, &source).await
}

/// Every own text of a type, when the type goes.
pub(crate) async fn forget_type(tx: &mut Tx, tenant: Id<id::Tenant>, kind: &str) -> Result<()> {
    store::delete_of_type(tx, tenant, kind).await?;
    forget(tx, tenant, kind, &CHANNELS);
    Ok(())
}

fn forget(tx: &mut Tx, tenant: Id<id::Tenant>, kind: &str, channels: &[ChannelKind]) {
    let channels = channels.iter().map(|channel| channel.as_str().to_owned()).collect();
    tx.signal(&TEXTS_CHANGED, &(tenant, kind.to_owned(), channels));
}

/// An event that never happened, to look at a text with.
fn sample(delivery: &Delivery, tenant: Id<id::Tenant>, kind: &EventType, data: Json) -> EventFacts {
    let world = delivery.platform().world();
    EventFacts { id: world.id(), tenant, kind: kind.name.as_str().into(), data: Arc::new(data), at: world.now() }
}

async fn audit(
    tx: &mut Tx,
    caller: &Caller,
    client: &ClientInfo,
    action: &'static str,
    own: &OwnTemplate,
    (before, after): (Option<&Source>, Option<&Source>),
) -> Result<()> {
    let shown = |source: &Source| json!({ "subject": source.subject, "text": source.text, "html": source.html });
    let details = json!({ "type": own.kind, "channel": own.channel.as_str(), "language": own.language,
        "before": before.map(shown), "after": after.map(shown) });
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action,
        object: own.id.to_string(),
        details,
        ip: Some(client.ip.to_string()),
    })
    .await
}
