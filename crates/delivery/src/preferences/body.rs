//! What clients send and see.

use kernel::Caller;
use serde::{Deserialize, Serialize};

use super::model::{Category, Choices, Digest, QuietHours};
use crate::model::ChannelKind;

/// By which channels a category may reach somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = NoticeChannels)]
pub(super) struct ChannelsView {
    /// In the app's notice centre.
    pub inapp: bool,
    /// By mail.
    pub email: bool,
    /// By text message.
    pub sms: bool,
    /// By the browser, also when the app is closed.
    pub push: bool,
    /// By WhatsApp.
    pub whatsapp: bool,
}

/// Every category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = NoticeCategories)]
pub(super) struct CategoriesView {
    /// What is sold.
    pub orders: ChannelsView,
    /// Money and invoices.
    pub payments: ChannelsView,
    /// Booked times.
    pub appointments: ChannelsView,
    /// Conversations.
    pub messages: ChannelsView,
    /// Telephone and video.
    pub calls: ChannelsView,
    /// News and offers.
    pub campaigns: ChannelsView,
    /// The business itself, and the rest.
    pub team: ChannelsView,
    /// The safety of the account; `email` is always on.
    pub security: ChannelsView,
}

/// What somebody wants to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NoticePreferences)]
pub(super) struct PreferencesView {
    /// By category and channel.
    pub categories: CategoriesView,
    /// When not to disturb.
    pub quiet_hours: QuietHours,
    /// IANA zone in which hours are meant.
    pub timezone: String,
    /// Language tag.
    pub language: String,
    /// One mail a day with what waits to be read.
    pub digest: Digest,
}

/// What a person chose, as a whole picture. `left` are categories whose mails their address left by a link; `silent` says
/// that their number answered `STOP`.
pub(super) struct Picture<'a> {
    pub caller: &'a Caller,
    pub choices: &'a Choices,
    pub left: &'a [Category],
    pub silent: bool,
    pub timezone: String,
}

impl Picture<'_> {
    fn channels(&self, category: Category) -> ChannelsView {
        let wants = |channel| self.choices.wants(!self.caller.is_business(), category, channel);
        let always = category == Category::Security;
        ChannelsView {
            inapp: wants(ChannelKind::Inapp),
            email: always || wants(ChannelKind::Email) && !self.left.contains(&category),
            sms: wants(ChannelKind::Sms) && !self.silent,
            push: wants(ChannelKind::Push),
            whatsapp: wants(ChannelKind::Whatsapp),
        }
    }

    pub fn view(self) -> PreferencesView {
        let categories = CategoriesView {
            orders: self.channels(Category::Orders),
            payments: self.channels(Category::Payments),
            appointments: self.channels(Category::Appointments),
            messages: self.channels(Category::Messages),
            calls: self.channels(Category::Calls),
            campaigns: self.channels(Category::Campaigns),
            team: self.channels(Category::Team),
            security: self.channels(Category::Security),
        };
        PreferencesView {
            categories,
            quiet_hours: self.choices.quiet.clone(),
            timezone: self.timezone,
            language: self.choices.language.clone().unwrap_or_else(|| "en".to_owned()),
            digest: self.choices.digest.clone(),
        }
    }
}

/// Channels to change; what is absent stays.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeNoticeChannels)]
pub(super) struct ChannelsPatch {
    inapp: Option<bool>,
    email: Option<bool>,
    sms: Option<bool>,
    push: Option<bool>,
    whatsapp: Option<bool>,
}

/// Categories to change; what is absent stays.
#[derive(Debug, Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeNoticeCategories)]
pub(super) struct CategoriesPatch {
    orders: Option<ChannelsPatch>,
    payments: Option<ChannelsPatch>,
    appointments: Option<ChannelsPatch>,
    messages: Option<ChannelsPatch>,
    calls: Option<ChannelsPatch>,
    campaigns: Option<ChannelsPatch>,
    team: Option<ChannelsPatch>,
    security: Option<ChannelsPatch>,
}

impl CategoriesPatch {
    /// Every cell that was sent.
    pub fn cells(&self) -> Vec<(Category, ChannelKind, bool)> {
        let categories = [
            (Category::Orders, self.orders),
            (Category::Payments, self.payments),
            (Category::Appointments, self.appointments),
            (Category::Messages, self.messages),
            (Category::Calls, self.calls),
            (Category::Campaigns, self.campaigns),
            (Category::Team, self.team),
            (Category::Security, self.security),
        ];
        let mut cells = Vec::new();
        for (category, channels) in categories {
            let Some(sent) = channels else { continue };
            let channels = [
                (ChannelKind::Inapp, sent.inapp),
                (ChannelKind::Email, sent.email),
                (ChannelKind::Sms, sent.sms),
                (ChannelKind::Push, sent.push),
                (ChannelKind::Whatsapp, sent.whatsapp),
            ];
            cells.extend(channels.into_iter().filter_map(|(channel, on)| Some((category, channel, on?))));
        }
        cells
    }
}

/// What to change; what is absent stays as it is.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ChangePreferences {
    /// By category and channel.
    pub categories: Option<CategoriesPatch>,
    /// When not to disturb.
    pub quiet_hours: Option<QuietHours>,
    /// IANA zone.
    pub timezone: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// One mail a day with what waits to be read.
    pub digest: Option<Digest>,
}
