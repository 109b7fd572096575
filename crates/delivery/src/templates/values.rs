//! What a text may name: every field that its type declares, and what all texts share: `business`, `event` and, unless the
//! type has a field of that name, `customer`. A field that is declared and absent is empty, so `{% if due_date %}` works;
//! anything else is unknown, which is refused when the text is saved.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Currency, Money};
use minijinja::value::{Enumerator, Object, Value};
use people::tenants::TenantView;
use serde_json::Value as Json;

use super::locale::Locale;
use crate::{
    catalogue::{
        EventType, FieldKind, FieldSpec,
        amount::{Amount, parse_price},
        is_web_address, texts_of,
    },
    model::EventFacts,
};

/// What every text may say about the business.
pub(super) const BUSINESS: &[&str] = &["name", "url", "phone", "address", "currency", "timezone"];
/// What every text may say about the event.
pub(super) const EVENT: &[&str] = &["id", "type", "title", "at"];
/// What every text may say about whom it is for.
pub(super) const CUSTOMER: &[&str] = &["name"];
/// Where the name of whom a text is for stands, best first.
const NAME_FIELDS: &[&str] = &[
    "client_name",
    "recipient_name",
    "manager_name",
    "customer_name",
    "employee_name",
    "appointment.customer.name",
    "recipient.name",
    "name",
];

/// The business in a text, and what the filters need to know of it.
pub(super) struct Business {
    values: BTreeMap<&'static str, Value>,
    pub locale: Locale,
    pub currency: Currency,
}

impl Business {
    pub(super) fn new(tenant: &TenantView, client_url: &str, locale: Locale) -> Self {
        let text = |text: &Option<String>| Value::from(text.clone().unwrap_or_default());
        let values = BTreeMap::from([
            ("name", Value::from(&tenant.name)),
            ("url", Value::from(format!("{}/s/{}", client_url.trim_end_matches('/'), tenant.slug))),
            ("phone", text(&tenant.phone)),
            ("address", text(&tenant.address)),
            ("currency", Value::from(tenant.currency.as_str())),
            ("timezone", Value::from(&tenant.timezone)),
        ]);
        Self { values, locale, currency: tenant.currency }
    }
}

impl std::fmt::Debug for Business {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("business")
    }
}

impl Object for Business {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.values.get(key.as_str()?).cloned()
    }
    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(BUSINESS)
    }
}

/// Whether `customer` is ours to say.
pub(super) fn shares_customer(kind: &EventType) -> bool {
    !kind.fields.iter().any(|field| field.name == "customer" || field.name.starts_with("customer."))
}

/// Everything that a text of this type may name. A reader whom the data does not mean, such as one who works here, is called
/// by their own name.
pub(super) fn context(kind: &EventType, event: &EventFacts, business: Business, reader: Option<&str>) -> Value {
    let mut root = Group::default();
    let currency = currency_of(kind, &event.data).unwrap_or(business.currency);
    for field in &kind.fields {
        root.put(&field.name, value_of(field, field.find_in(&event.data), currency));
    }
    if shares_customer(kind) {
        root.put("customer.name", Value::from(reader.unwrap_or_else(|| name_in(kind, &event.data))));
    }
    root.put("event.id", Value::from(event.id.to_string()));
    root.put("event.type", Value::from(&kind.name));
    root.put("event.title", Value::from(&kind.title));
    root.put("event.at", Value::from(event.at.to_string()));
    root.put("business", Value::from_object(business));
    root.into_value()
}

/// The currency that the data is in, when its type has a field for it.
fn currency_of(kind: &EventType, data: &Json) -> Option<Currency> {
    let stated = kind.field("currency")?.find_in(data)?.as_str()?;
    Currency::parse(stated.trim()).ok()
}

/// The name of whom a text is for; empty when the data does not tell. Only the best field that the type has counts: where
/// the manager's name is left out, the employee's is somebody else's.
fn name_in<'a>(kind: &EventType, data: &'a Json) -> &'a str {
    // Of a missed call the data names who called: nobody whom a text of it is for.
    if kind.recipients.email.is_empty() && kind.recipients.phone.is_empty() {
        return "";
    }
    let field = NAME_FIELDS.iter().find_map(|name| kind.field(name));
    field.and_then(|field| field.find_in(data)?.as_str()).map_or("", str::trim)
}

/// Names with values or with more names below them.
#[derive(Default)]
struct Group(BTreeMap<String, Node>);

enum Node {
    Leaf(Value),
    Inner(Group),
}

impl Group {
    fn put(&mut self, path: &str, value: Value) {
        match path.split_once('.') {
            None => {
                self.0.insert(path.to_owned(), Node::Leaf(value));
            }
            Some((first, rest)) => {
                let inner = self.0.entry(first.to_owned()).or_insert_with(|| Node::Inner(Self::default()));
                if let Node::Inner(inner) = inner {
                    inner.put(rest, value);
                }
            }
        }
    }

    fn into_value(self) -> Value {
        Value::from_pairs(self.0.into_iter().map(|(name, node)| match node {
            Node::Leaf(value) => (name, value),
            Node::Inner(group) => (name, group.into_value()),
        }))
    }
}

/// What a field holds, as texts see it.
fn value_of(field: &FieldSpec, found: Option<&Json>, currency: Currency) -> Value {
    let Some(found) = found else {
        return match field.kind {
            FieldKind::Boolean => Value::from(false),
            FieldKind::Object => Value::from(BTreeMap::<String, Value>::new()),
            FieldKind::List => Value::from(Vec::<Value>::new()),
            _ => Value::from(""),
        };
    };
    match field.kind {
        FieldKind::Money if found.is_object() => match parse_price(found) {
            // As if it had been written as a decimal: a text reads the same whichever way the data came.
            Ok(price) if price.currency == currency => Value::from(price.to_decimal()),
            _ => price_of(found),
        },
        FieldKind::Money => match Amount::parse(found) {
            Ok(amount) => Value::from(amount.in_currency(currency).to_decimal()),
            Err(_) => plain(found),
        },
        FieldKind::Price => price_of(found),
        // It may stand in a link, and a link leads nowhere but to a page.
        FieldKind::Url => {
            Value::from(found.as_str().map(str::trim).filter(|url| is_web_address(url)).unwrap_or_default())
        }
        // A list is for several people, and none of them shall read the others' addresses.
        FieldKind::Email | FieldKind::Phone => {
            let mut texts = texts_of(found);
            let first = texts.next().unwrap_or_default();
            Value::from(if texts.next().is_some() { "" } else { first })
        }
        _ => plain(found),
    }
}

fn price_of(found: &Json) -> Value {
    parse_price(found).map_or_else(|_| Value::from(""), |price| Value::from_object(Price(price)))
}

/// JSON as it is; a number with a fraction in its shortest form.
fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::from(""),
        Json::Bool(yes) => Value::from(*yes),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.to_string()),
        },
        Json::String(text) => Value::from(text),
        Json::Array(list) => Value::from(list.iter().map(plain).collect::<Vec<_>>()),
        Json::Object(map) => Value::from_pairs(map.iter().map(|(name, value)| (name.clone(), plain(value)))),
    }
}

/// A price; printed as an exact decimal with its currency, and as people write it by `|money`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Price(pub Money);

impl Object for Price {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "amount" => Some(Value::from(self.0.to_decimal())),
            "currency" => Some(Value::from(self.0.currency.as_str())),
            _ => None,
        }
    }
    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&["amount", "currency"])
    }
    fn render(self: &Arc<Self>, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.0.currency, self.0.to_decimal())
    }
}
