//! What somebody wants to be told, by which channel and when.

use std::collections::BTreeMap;

use kernel::{Caller, Id, Timestamp, id};
use people::contacts::Contact;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::ChannelKind;

/// Where a person finds an event in their preferences; every type belongs to exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = NoticeCategory)]
pub enum Category {
    /// What is sold.
    Orders,
    /// Money and invoices.
    Payments,
    /// Booked times, and who comes.
    Appointments,
    /// Conversations.
    Messages,
    /// Telephone and video.
    Calls,
    /// News and offers: mails that one can leave.
    Campaigns,
    /// The business itself, and whatever fits nowhere else.
    Team,
    /// The safety of the account.
    Security,
}

impl Category {
    /// All of them, as they are shown.
    pub const ALL: [Self; 8] = [
        Self::Orders,
        Self::Payments,
        Self::Appointments,
        Self::Messages,
        Self::Calls,
        Self::Campaigns,
        Self::Team,
        Self::Security,
    ];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Payments => "payments",
            Self::Appointments => "appointments",
            Self::Messages => "messages",
            Self::Calls => "calls",
            Self::Campaigns => "campaigns",
            Self::Team => "team",
            Self::Security => "security",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == text)
    }
    /// What types call it, in lower case. Those of [`Self::Team`] are all others.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Orders => &["orders", "order", "shop", "stock"],
            Self::Payments => &["payments", "payment", "invoices", "invoice", "refunds", "billing"],
            Self::Appointments => &["appointments", "appointment", "bookings", "booking", "customers", "customer"],
            Self::Messages => &["messages", "message"],
            Self::Calls => &["calls", "call"],
            Self::Campaigns => &["campaigns", "marketing", "news", "newsletter", "newsletters", "promotions"],
            Self::Team => &[],
            Self::Security => &["security"],
        }
    }
    /// Where the events of a type belong, by what the type calls its category.
    pub fn of(words: &str) -> Self {
        let lower = words.trim().to_lowercase();
        Self::ALL.into_iter().find(|category| category.words().contains(&lower.as_str())).unwrap_or(Self::Team)
    }
}

/// The channels that a person may choose. Webhooks are another system's.
pub const CHANNELS: [ChannelKind; 5] =
    [ChannelKind::Inapp, ChannelKind::Email, ChannelKind::Sms, ChannelKind::Push, ChannelKind::Whatsapp];

/// A person of one business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Person {
    /// Of which business.
    pub tenant: Id<id::Tenant>,
    /// Who.
    pub id: Uuid,
    /// A customer, or else a member.
    pub is_customer: bool,
}

impl Person {
    /// Whoever asks.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self { tenant: caller.tenant, id: caller.person(), is_customer: !caller.is_business() }
    }
    /// Somebody that was looked up.
    pub(crate) fn from_contact(tenant: Id<id::Tenant>, contact: &Contact) -> Self {
        Self { tenant, id: contact.person, is_customer: contact.is_customer }
    }
}

/// When nobody wants to be disturbed, in the person's own zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// Whether there are any.
    pub enabled: bool,
    /// `22:00`
    #[schema(example = "22:00")]
    pub from: String,
    /// `07:00`, of the next day when it is not after `from`.
    #[schema(example = "07:00")]
    pub to: String,
}

impl Default for QuietHours {
    fn default() -> Self {
        Self { enabled: false, from: "22:00".to_owned(), to: "07:00".to_owned() }
    }
}

/// One mail a day with what waits to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NoticeDigest)]
pub struct Digest {
    /// Whether it is wanted.
    pub enabled: bool,
    /// `08:00` in the person's own zone.
    #[schema(example = "08:00")]
    pub at: String,
}

impl Default for Digest {
    fn default() -> Self {
        Self { enabled: false, at: "08:00".to_owned() }
    }
}

/// What somebody chose, and nothing else: what they never touched follows the house's defaults, also when those change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Choices {
    /// By `category.channel`.
    pub cells: BTreeMap<String, bool>,
    /// When not to disturb.
    pub quiet: QuietHours,
    /// IANA zone; the business's when absent.
    pub timezone: Option<String>,
    /// Language tag; the text's own default when absent.
    pub language: Option<String>,
    /// The daily mail.
    pub digest: Digest,
}

impl Choices {
    /// The name of a cell.
    pub(crate) fn cell(category: Category, channel: ChannelKind) -> String {
        format!("{}.{}", category.as_str(), channel.as_str())
    }

    /// What was chosen, if anything was.
    pub(crate) fn chosen(&self, category: Category, channel: ChannelKind) -> Option<bool> {
        self.cells.get(&Self::cell(category, channel)).copied()
    }

    /// Whether this may reach them.
    pub fn wants(&self, is_customer: bool, category: Category, channel: ChannelKind) -> bool {
        let chosen = || self.chosen(category, channel).unwrap_or_else(|| default_of(is_customer, category, channel));
        always_arrives(category, channel) || chosen()
    }

    /// Whether what an event sends to their address may. A member is only asked for what they chose themselves, since the
    /// event means them as whoever it names and not as one who works here.
    pub(crate) fn lets_in(&self, is_customer: bool, category: Category, channel: ChannelKind) -> bool {
        if is_customer { self.wants(true, category, channel) } else { self.chosen(category, channel) != Some(false) }
    }
}

/// Mail about the safety of an account comes whatever its owner chose.
pub(crate) const fn always_arrives(category: Category, channel: ChannelKind) -> bool {
    matches!((category, channel), (Category::Security, ChannelKind::Email))
}

/// Customers hear of their own affairs by whatever channel the business has. Those who work here see everything in the app;
/// mails about each order would only teach them to ignore mails.
const fn default_of(is_customer: bool, category: Category, channel: ChannelKind) -> bool {
    match channel {
        ChannelKind::Inapp | ChannelKind::Push | ChannelKind::Webhook => true,
        ChannelKind::Email => is_customer || matches!(category, Category::Messages | Category::Security),
        ChannelKind::Sms | ChannelKind::Whatsapp => is_customer,
    }
}

/// Choices as they are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// What was chosen.
    pub choices: Choices,
    /// When the next daily mail is due.
    pub digest_due: Option<Timestamp>,
    /// Up to when notices stood in a daily mail.
    pub digest_at: Option<Timestamp>,
    /// Counts the changes; 0 when nothing was ever chosen.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_its_place() {
        assert_eq!(Category::of("Appointments"), Category::Appointments);
        assert_eq!(Category::of(" invoices "), Category::Payments);
        assert_eq!(Category::of("Customers"), Category::Appointments);
        assert_eq!(Category::of("Newsletter"), Category::Campaigns);
        for other in ["Documents", "Time", ""] {
            assert_eq!(Category::of(other), Category::Team, "{other}");
        }
    }

    #[test]
    fn mail_about_security_cannot_be_turned_off_and_everything_else_can() {
        let mut choices = Choices::default();
        for category in Category::ALL {
            for channel in CHANNELS {
                choices.cells.insert(Choices::cell(category, channel), false);
                let always = category == Category::Security && channel == ChannelKind::Email;
                assert_eq!(choices.wants(true, category, channel), always, "{category:?} {channel:?}");
            }
        }
    }

    #[test]
    fn what_nobody_touched_follows_the_side() {
        let untouched = Choices::default();
        assert!(untouched.wants(true, Category::Orders, ChannelKind::Email));
        assert!(!untouched.wants(false, Category::Orders, ChannelKind::Email));
        assert!(untouched.wants(false, Category::Messages, ChannelKind::Email));
        assert!(!untouched.wants(false, Category::Messages, ChannelKind::Sms));
        assert!(untouched.wants(false, Category::Orders, ChannelKind::Push));
    }
}
