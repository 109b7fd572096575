//! Texts as clients see them.

use kernel::{Id, Timestamp, id};
use serde::Serialize;

use super::{
    filters,
    model::{OwnTemplate, Rendered, Source},
    values::{BUSINESS, CUSTOMER, EVENT, shares_customer},
};
use crate::{
    catalogue::{EventType, Owner},
    model::ChannelKind,
};

/// A text in the list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TemplateLine)]
pub(super) struct Line {
    /// Of which type, dotted.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the type is called.
    pub title: String,
    /// Where the type belongs.
    pub category: String,
    /// Whether the type comes with the house.
    pub builtin: bool,
    /// For which channel.
    pub channel: ChannelKind,
    /// In which language.
    pub language: String,
    /// Whether the business wrote it.
    pub custom: bool,
    /// Counts the changes; 0 for the built-in text.
    pub version: i64,
    /// When the business last changed it.
    pub updated_at: Option<Timestamp>,
}

impl Line {
    pub(super) fn new(kind: &EventType, channel: ChannelKind, language: &str, own: Option<&OwnTemplate>) -> Self {
        Self {
            kind: kind.name.clone(),
            title: kind.title.clone(),
            category: kind.category.clone(),
            builtin: kind.owner == Owner::Builtin,
            channel,
            language: language.to_owned(),
            custom: own.is_some(),
            version: own.map_or(0, |own| own.version),
            updated_at: own.map(|own| own.updated_at),
        }
    }
}

/// Something that a text may name.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = TemplateVariable)]
pub(super) struct Variable {
    /// As it is written: `{{ name }}`.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    pub kind: serde_json::Value,
    /// Whether every event of this type has it.
    pub required: bool,
    /// What it means.
    pub description: String,
}

/// A text with all that its editor needs.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Template)]
pub(super) struct TemplateView {
    #[serde(flatten)]
    pub line: Line,
    /// Of a mail; the title of a notice.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// Of a mail.
    pub html: Option<String>,
    /// Who wrote it last.
    pub updated_by: Option<String>,
    /// What it may name.
    pub variables: Vec<Variable>,
    /// What it may do with a value: `{{ amount|money }}`.
    #[schema(value_type = Vec<String>)]
    pub filters: &'static [&'static str],
}

impl TemplateView {
    pub(super) fn new(
        kind: &EventType,
        channel: ChannelKind,
        language: &str,
        own: Option<&OwnTemplate>,
        source: Source,
    ) -> Self {
        Self {
            line: Line::new(kind, channel, language, own),
            subject: source.subject,
            text: source.text,
            html: source.html,
            updated_by: own.map(|own| own.updated_by.clone()),
            variables: variables_of(kind),
            filters: filters::NAMES,
        }
    }
}

fn variables_of(kind: &EventType) -> Vec<Variable> {
    let own = kind.fields.iter().map(|field| Variable {
        name: field.name.clone(),
        kind: serde_json::json!(field.kind),
        required: field.required,
        description: field.description.clone(),
    });
    let customer = if shares_customer(kind) { CUSTOMER } else { &[] };
    let shared = [
        ("business", BUSINESS, "About your business."),
        ("customer", customer, "Whom the message is for."),
        ("event", EVENT, "What happened."),
    ];
    let shared = shared.into_iter().flat_map(|(root, names, description)| {
        names.iter().map(move |name| Variable {
            name: format!("{root}.{name}"),
            kind: serde_json::json!("text"),
            required: root != "customer",
            description: description.to_owned(),
        })
    });
    own.chain(shared).collect()
}

/// What was written.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = TemplatePreview)]
pub(super) struct PreviewView {
    /// Of a mail; the title of a notice.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// The whole page of a mail.
    pub html: Option<String>,
}

impl From<Rendered> for PreviewView {
    fn from(rendered: Rendered) -> Self {
        Self { subject: rendered.subject, text: rendered.text, html: rendered.html }
    }
}

/// The event that a test became.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TemplateTest)]
pub(super) struct TestView {
    /// To be looked up under `/api/events/{id}`.
    pub event_id: Id<id::Event>,
}
