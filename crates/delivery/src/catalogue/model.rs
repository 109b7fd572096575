//! An event type.

use std::sync::LazyLock;

use kernel::Right;
use serde_json::{Map, Value as Json};

use super::field::{FieldSpec, find_path, put_path, texts_of};
use crate::model::ChannelKind;

/// Who keeps the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// It comes with the house.
    Builtin,
    /// The business made it.
    Tenant,
}

/// Which fields say where to write to, dotted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecipientFields {
    /// Those with e-mail addresses.
    pub email: Vec<String>,
    /// Those with phone numbers.
    pub phone: Vec<String>,
}

/// Which fields hold the ids of people of this house, dotted: they are told in the app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonFields {
    /// Those with users.
    pub users: Vec<String>,
    /// Those with customers.
    pub customers: Vec<String>,
}

/// Something that may happen.
#[derive(Debug, Clone, PartialEq)]
pub struct EventType {
    /// Dotted.
    pub name: String,
    /// For people: `Invoice sent`.
    pub title: String,
    /// For people: `Invoices`.
    pub category: String,
    /// When it happens.
    pub description: String,
    /// Its data.
    pub fields: Vec<FieldSpec>,
    /// Where its data says to write to.
    pub recipients: RecipientFields,
    /// Whom of this house its data names.
    pub people: PersonFields,
    /// By which channels it goes, where they are set up and switched on.
    pub channels: Vec<ChannelKind>,
    /// Which members of the business are told in the app: those with this right. Nobody when absent.
    pub audience: Option<Right>,
    /// Data that would be taken.
    pub example: Json,
    /// Who keeps it.
    pub owner: Owner,
    /// Whether other systems and people may state it; what only this house can know, it alone states.
    pub postable: bool,
    /// Counts the changes of an own type; 0 for a built-in one.
    pub version: i64,
}

impl EventType {
    /// Whether its events go by this channel.
    pub fn goes_by(&self, channel: ChannelKind) -> bool {
        self.channels.contains(&channel)
    }

    /// The e-mail addresses in the data, as they stand there; each once.
    pub fn emails_in<'a>(&self, data: &'a Json) -> Vec<&'a str> {
        texts_at(&self.recipients.email, data)
    }

    /// The phone numbers in the data, as they stand there; each once.
    pub fn phones_in<'a>(&self, data: &'a Json) -> Vec<&'a str> {
        texts_at(&self.recipients.phone, data)
    }

    /// Data with nothing but what must be there.
    pub(crate) fn least_example(&self) -> Json {
        example_of(self.fields.iter().filter(|field| field.required))
    }

    /// What its data may hold: its own fields, and those that every type has unless it has one of that name.
    pub fn fields_shown(&self) -> Vec<FieldSpec> {
        self.fields.iter().chain(self.shared_field()).cloned().collect()
    }

    /// The field that every type has, unless it has one of that name.
    pub(super) fn shared_field(&self) -> Option<&'static FieldSpec> {
        static SHARED: LazyLock<FieldSpec> = LazyLock::new(FieldSpec::language);
        let has_own = self.fields.iter().any(|f| f.name.split('.').next() == Some(SHARED.name.as_str()));
        (!has_own).then_some(&*SHARED)
    }

    /// The field at this place.
    pub fn field(&self, name: &str) -> Option<&FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The texts at these places, in the order of the data; each once.
fn texts_at<'a>(paths: &[String], data: &'a Json) -> Vec<&'a str> {
    let mut seen = std::collections::HashSet::new();
    let found = paths.iter().filter_map(|path| find_path(data, path)).flat_map(texts_of);
    found.map(str::trim).filter(|text| !text.is_empty() && seen.insert(*text)).collect()
}

/// Data made of every field's good value.
pub(super) fn example_of<'a>(fields: impl IntoIterator<Item = &'a FieldSpec>) -> Json {
    let mut example = Map::new();
    for field in fields {
        put_path(&mut example, &field.name, field.example.clone());
    }
    Json::Object(example)
}

#[cfg(test)]
mod tests {
    use super::super::builtin;
    use serde_json::json;

    #[test]
    fn recipients_are_found_where_the_type_says_each_once() {
        let invoice = builtin::find("invoice.sent").unwrap();
        let data =
            json!({"client_email": ["a@example.com", " b@example.com", "a@example.com", 7], "client_phone": "+1"});
        assert_eq!(invoice.emails_in(&data), ["a@example.com", "b@example.com"]);
        assert_eq!(invoice.phones_in(&data), ["+1"]);
        let booked = builtin::find("appointment.created").unwrap();
        let data = json!({"appointment": {"customer": {"email": "c@example.com", "phone": null}}});
        assert_eq!(booked.emails_in(&data), ["c@example.com"]);
        assert!(booked.phones_in(&data).is_empty());
    }
}
