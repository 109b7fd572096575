//! A type as clients see it.

use serde::Serialize;
use serde_json::Value as Json;

use super::{
    field::FieldSpec,
    model::{EventType, Owner},
};
use crate::model::ChannelKind;

/// Which fields say where to write to, by channel.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = EventRecipients)]
pub(super) struct RecipientsView {
    /// Fields with e-mail addresses.
    pub email: Vec<String>,
    /// Fields with phone numbers, for WhatsApp.
    pub whatsapp: Vec<String>,
    /// Fields with phone numbers, for SMS.
    pub sms: Vec<String>,
}

/// An event type.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EventType)]
pub(super) struct EventTypeView {
    /// Dotted.
    pub name: String,
    /// The same with colons, as it may also be sent.
    pub alias: String,
    /// For people.
    pub title: String,
    /// For people.
    pub category: String,
    /// When it happens.
    pub description: String,
    /// Whether it comes with the house.
    pub builtin: bool,
    /// Whether it may be stated by `POST /api/events` and over the socket; `false`: only Frontdesk itself states it.
    pub postable: bool,
    /// Its data.
    pub fields: Vec<FieldSpec>,
    /// The names of those that must be there.
    pub required: Vec<String>,
    /// Which field is the recipient of which channel.
    pub recipients: RecipientsView,
    /// By which channels it goes, where they are set up and switched on.
    pub channels: Vec<ChannelKind>,
    /// The least role of the members who are told in the app.
    #[schema(value_type = Option<String>)]
    pub audience: Option<&'static str>,
    /// Data that would be taken.
    #[schema(value_type = Object)]
    pub example: Json,
    /// JSON Schema (2020-12) of its data.
    #[schema(value_type = Object)]
    pub schema: Json,
    /// Counts the changes of an own type.
    pub version: i64,
}

impl From<&EventType> for EventTypeView {
    fn from(kind: &EventType) -> Self {
        let phone = kind.recipients.phone.clone();
        Self {
            name: kind.name.clone(),
            alias: kind.name.replace('.', ":"),
            title: kind.title.clone(),
            category: kind.category.clone(),
            description: kind.description.clone(),
            builtin: kind.owner == Owner::Builtin,
            postable: kind.postable,
            required: kind.fields.iter().filter(|f| f.required).map(|f| f.name.clone()).collect(),
            fields: kind.fields_shown(),
            recipients: RecipientsView { email: kind.recipients.email.clone(), whatsapp: phone.clone(), sms: phone },
            channels: kind.channels.clone(),
            audience: kind.audience.map(|right| right.least_role().as_str()),
            example: kind.example.clone(),
            schema: kind.json_schema(),
            version: kind.version,
        }
    }
}
