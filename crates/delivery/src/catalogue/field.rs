//! A field of an event's data: where it stands, what it may hold, and how it is found in the data.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = EventFieldKind)]
pub enum FieldKind {
    /// A text.
    Text,
    /// An id or number of another system: a text or a whole number.
    Reference,
    /// A whole number.
    Integer,
    /// An amount in major units: `1500.00`, as a number or as a text; or `{amount, currency}` in minor units.
    Money,
    /// `{amount, currency}` in minor units, as this house writes prices.
    Price,
    /// An address, or a list of them.
    Email,
    /// A phone number, or a list of them.
    Phone,
    /// `2026-05-15`.
    Date,
    /// RFC 3339, or the business's local time without an offset.
    Datetime,
    /// A time as the other system writes it; shown as it is when it cannot be read.
    Moment,
    /// An `https` or `http` address.
    Url,
    /// Yes or no.
    Boolean,
    /// Anything with names.
    Object,
    /// A list of anything.
    List,
}

/// A field of an event's data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EventField)]
pub struct FieldSpec {
    /// Its place in `event_data`, dotted where objects are nested.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Whether an event without it is refused.
    pub required: bool,
    /// What it means.
    pub description: String,
    /// A good value.
    #[schema(value_type = Object)]
    pub example: Json,
}

impl FieldSpec {
    /// In which language messages are written; every type has it.
    pub(crate) fn language() -> Self {
        Self {
            name: "language".to_owned(),
            kind: FieldKind::Text,
            required: false,
            description: "Language of the messages (BCP 47), such as sw or pt-BR: it chooses among the business's own \
                          texts, then its base language, then English."
                .to_owned(),
            example: Json::from("sw"),
        }
    }

    /// Its value in the data, if it is there and not null.
    pub fn find_in<'a>(&self, data: &'a Json) -> Option<&'a Json> {
        find_path(data, &self.name)
    }
}

/// The value at a dotted path, if it is there and not null.
pub(crate) fn find_path<'a>(data: &'a Json, path: &str) -> Option<&'a Json> {
    path.split('.').try_fold(data, |value, step| value.get(step)).filter(|value| !value.is_null())
}

/// The texts of a field that holds one or a list of them.
pub(crate) fn texts_of(value: &Json) -> impl Iterator<Item = &str> {
    let many = value.as_array().map(Vec::as_slice).unwrap_or_default();
    value.as_str().into_iter().chain(many.iter().filter_map(Json::as_str))
}

/// Puts a value at a dotted path, making the objects on the way.
pub(crate) fn put_path(into: &mut serde_json::Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        None => {
            into.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = into.entry(first).or_insert_with(|| Json::Object(serde_json::Map::new()));
            if let Json::Object(inner) = inner {
                put_path(inner, rest, value);
            }
        }
    }
}
