//! The text that counts: the business's own in the wanted language or one it falls back to, else the built-in one.

use std::sync::Arc;

use kernel::{Id, Problem, events, id};
use platform::{Result, cache::FreshCache};

use super::{engine::Compiled, language, store};
use crate::{Delivery, catalogue::EventType, model::ChannelKind};

/// Own texts remembered, by type and channel.
pub(crate) const CACHED_MAX: u64 = 10_000;
/// Own texts of one type and channel, remembered. Where there are none, that is remembered too.
pub(crate) type Known = FreshCache<(Id<id::Tenant>, String, ChannelKind), Vec<OwnText>>;

/// The channels that carry a text. A browser's push says what the notice in the app says.
pub(super) const CHANNELS: [ChannelKind; 4] =
    [ChannelKind::Email, ChannelKind::Whatsapp, ChannelKind::Sms, ChannelKind::Inapp];

/// A business's own text, ready to be written out.
#[derive(Debug)]
pub(crate) struct OwnText {
    language: String,
    /// `None` when it can no longer be read, which is the business's to mend.
    pub(super) compiled: Option<Compiled>,
}

/// Whether a text of this type is ever read by way of this channel. A phone gets the event's own words where its data names
/// one, else what the app says; mail also goes to those who work here and are told in the app, as they chose.
pub(super) fn is_used(kind: &EventType, channel: ChannelKind) -> bool {
    let is_told_to_staff = kind.audience.is_some() || !kind.people.users.is_empty();
    match channel {
        ChannelKind::Email => {
            !kind.recipients.email.is_empty() || (is_told_to_staff && kind.name != events::ACCOUNT_SECURITY)
        }
        ChannelKind::Whatsapp | ChannelKind::Sms => !kind.recipients.phone.is_empty(),
        ChannelKind::Inapp => kind.goes_by(ChannelKind::Inapp),
        ChannelKind::Push | ChannelKind::Webhook => false,
    }
}

/// The channel whose texts are used, if it carries any.
pub(super) fn text_channel(channel: ChannelKind) -> Option<ChannelKind> {
    match channel {
        ChannelKind::Push => Some(ChannelKind::Inapp),
        ChannelKind::Webhook => None,
        other => Some(other),
    }
}

/// The channel of this name, or the 404 that any other address gives.
pub(super) fn parse_channel(sent: &str) -> std::result::Result<ChannelKind, Problem> {
    ChannelKind::parse(sent).filter(|channel| CHANNELS.contains(channel)).ok_or_else(Problem::not_found)
}

/// The business's own texts of a type and channel.
pub(super) async fn own_texts(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    kind: &str,
    channel: ChannelKind,
) -> Result<Arc<Vec<OwnText>>> {
    let (cache, key) = (delivery.templates(), (tenant, kind.to_owned(), channel));
    if let Some(known) = cache.find(&key) {
        return Ok(known);
    }
    let mark = cache.mark();
    let found = store::find_of(delivery.db().read(), tenant, kind, channel).await?;
    let texts = found.into_iter().map(|own| {
        let compiled = Compiled::new(&own.source);
        if let Err(error) = &compiled {
            tracing::warn!(template = %own.id, %error, "a stored text cannot be read");
        }
        OwnText { language: own.language, compiled: compiled.ok() }
    });
    let texts = Arc::new(texts.collect::<Vec<_>>());
    cache.keep(mark, key, texts.clone());
    Ok(texts)
}

/// The one whose language comes first among the wanted one and those it falls back to.
pub(super) fn choose<'a>(texts: &'a [OwnText], wanted: Option<&str>) -> Option<(&'a OwnText, &'a str)> {
    let tags = language::fallbacks(wanted);
    tags.iter().find_map(|tag| texts.iter().find(|text| text.language == *tag)).map(|own| (own, own.language.as_str()))
}
