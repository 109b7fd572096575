//! Whether data is what a type needs. Every field that is not right is named as `event_data.<field>`; fields that the type
//! does not know are left alone, since other systems grow.

use jiff::civil;
use kernel::{Problem, Timestamp, problem::Fields, text};
use serde_json::Value as Json;

use super::{
    amount::{Amount, AmountError, parse_price},
    field::{FieldKind, FieldSpec},
    model::{EventType, Owner},
};

/// Bytes of an event's data, written as JSON.
pub(crate) const DATA_BYTES_MAX: usize = 256 * 1024;
/// Addresses or numbers in one field.
pub(crate) const RECIPIENTS_MAX: usize = 10_000;
/// Of a list with many that are wrong, so many are named.
pub(super) const NAMED_OF_LIST_MAX: usize = 20;
/// Longest text of one field.
const TEXT_CHARS_MAX: usize = 10_000;
/// Longest id of another system.
const REFERENCE_CHARS_MAX: usize = 200;
/// Longest time as another system writes it.
const MOMENT_CHARS_MAX: usize = 60;
/// Longest phone number as people write it.
const PHONE_CHARS_MAX: usize = 40;
/// Fewest digits of one.
const PHONE_DIGITS_MIN: usize = 5;
/// Longest address of a page.
const URL_CHARS_MAX: usize = 2048;

/// A code of a field, and what to do about it.
pub(super) type Refusal = (&'static str, String);

impl EventType {
    /// The same for a sample, which its sender called `data`.
    pub fn check_sample(&self, data: &Json) -> Result<(), Problem> {
        self.check(data).map_err(|mut problem| {
            for refused in &mut problem.errors {
                if let Some(rest) = refused.field.strip_prefix("event_data") {
                    refused.field = format!("data{rest}");
                }
            }
            problem
        })
    }

    /// 422 naming each field that is missing or wrong.
    pub fn check(&self, data: &Json) -> Result<(), Problem> {
        if !data.is_object() {
            return Err(Problem::field("event_data", "INVALID_VALUE", "must be an object"));
        }
        let bytes = json_bytes(data);
        if bytes > DATA_BYTES_MAX {
            let words = format!("may have {DATA_BYTES_MAX} bytes as JSON, this has {bytes}");
            return Err(Problem::field("event_data", "TOO_LONG", words));
        }
        let mut refused = Fields::new();
        for field in self.fields.iter().chain(self.shared_field()) {
            let name = format!("event_data.{}", field.name);
            match check_field(field, data) {
                Ok(()) if self.owner == Owner::Builtin && is_below_zero(field, data) => {
                    refused.refuse(&name, "OUT_OF_RANGE", "must not be below zero");
                }
                Ok(()) => {}
                Err(_) if is_list_of_recipients(field, data) => refuse_each(&mut refused, &name, field, data),
                Err((code, words)) => refused.refuse(&name, code, words),
            }
        }
        refused.check()
    }
}

/// Whether an amount is there and owes what it should pay.
fn is_below_zero(field: &FieldSpec, data: &Json) -> bool {
    let Some(value) = field.find_in(data) else { return false };
    match field.kind {
        FieldKind::Money | FieldKind::Price if value.is_object() => parse_price(value).is_ok_and(|p| p.amount < 0),
        FieldKind::Money => Amount::parse(value).is_ok_and(|amount| amount.is_below_zero()),
        _ => false,
    }
}

fn is_list_of_recipients(field: &FieldSpec, data: &Json) -> bool {
    let list = field.find_in(data).and_then(Json::as_array);
    matches!(field.kind, FieldKind::Email | FieldKind::Phone)
        && list.is_some_and(|list| (1..=RECIPIENTS_MAX).contains(&list.len()))
}

/// Names those of a list that are not right, each by its place.
fn refuse_each(refused: &mut Fields, name: &str, field: &FieldSpec, data: &Json) {
    let list = field.find_in(data).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let wrong = list.iter().enumerate().filter_map(|(at, one)| Some((at, check_one(field.kind, one).err()?)));
    for (at, (code, words)) in wrong.take(NAMED_OF_LIST_MAX) {
        refused.refuse(&format!("{name}[{at}]"), code, words);
    }
}

/// One recipient of a list.
fn check_one(kind: FieldKind, one: &Json) -> Result<(), Refusal> {
    let Some(text) = one.as_str() else { return Err(("INVALID_VALUE", "must be a text".to_owned())) };
    if kind == FieldKind::Email { check_email(text) } else { check_phone(text) }
}

/// How long the value is as JSON, counted without writing it down.
fn json_bytes(value: &Json) -> usize {
    struct Counter(usize);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, value) {
        Ok(()) => counter.0,
        Err(_) => usize::MAX,
    }
}

fn check_field(field: &FieldSpec, data: &Json) -> Result<(), Refusal> {
    let found = field.find_in(data).filter(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()));
    match found {
        Some(value) => check_value(field.kind, value),
        None if field.required => Err(("REQUIRED", "is required".to_owned())),
        None => Ok(()),
    }
}

pub(super) fn check_value(kind: FieldKind, value: &Json) -> Result<(), Refusal> {
    let wrong = |words: &str| -> Refusal { ("INVALID_VALUE", words.to_owned()) };
    let is = |right: bool, words: &str| if right { Ok(()) } else { Err(wrong(words)) };
    match kind {
        FieldKind::Text => check_text(value, TEXT_CHARS_MAX),
        FieldKind::Reference if value.is_i64() || value.is_u64() => Ok(()),
        FieldKind::Reference => check_text(value, REFERENCE_CHARS_MAX)
            .map_err(|(code, words)| (code, words.replace("a text", "a text or a whole number"))),
        FieldKind::Integer => is(value.is_i64() || value.is_u64(), "must be a whole number"),
        FieldKind::Money => check_money(value),
        FieldKind::Price => is(parse_price(value).is_ok(), "must be an amount in minor units with its currency"),
        FieldKind::Email => check_each(value, check_email),
        FieldKind::Phone => check_each(value, check_phone),
        FieldKind::Date => is(as_text(value, civil_date), "must be a date such as 2026-05-15"),
        FieldKind::Datetime => is(as_text(value, instant_or_local), "must be a time such as 2026-05-15T10:00:00+03:00"),
        FieldKind::Moment if value.is_i64() || value.is_u64() => Ok(()),
        FieldKind::Moment => check_text(value, MOMENT_CHARS_MAX),
        FieldKind::Url => is(as_text(value, is_web_address), "must be an address that begins with https:// or http://"),
        FieldKind::Boolean => is(value.is_boolean(), "must be true or false"),
        FieldKind::Object => is(value.is_object(), "must be an object"),
        FieldKind::List => is(value.is_array(), "must be a list"),
    }
}

fn check_text(value: &Json, chars_max: usize) -> Result<(), Refusal> {
    let Some(text) = value.as_str() else { return Err(("INVALID_VALUE", "must be a text".to_owned())) };
    if text.len() > chars_max && text.chars().count() > chars_max {
        return Err(("TOO_LONG", format!("must be at most {chars_max} characters")));
    }
    if text.contains('\0') {
        return Err(("INVALID_TEXT", "must not contain control characters".to_owned()));
    }
    Ok(())
}

fn check_money(value: &Json) -> Result<(), Refusal> {
    let read = if value.is_object() { parse_price(value).map(|_| ()) } else { Amount::parse(value).map(|_| ()) };
    read.map_err(|error| match error {
        AmountError::Shape => {
            let words = "must be an amount in major units, for example 1500.00, or in minor units with its currency: \
                         {\"amount\": 150000, \"currency\": \"KES\"}";
            ("INVALID_VALUE", words.to_owned())
        }
        AmountError::Range => ("OUT_OF_RANGE", "has more digits than any amount".to_owned()),
    })
}

/// One text, or a list of at least one.
fn check_each(value: &Json, check: fn(&str) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let words = || ("INVALID_VALUE", "must be a text or a list of texts".to_owned());
    match value {
        Json::String(text) => check(text),
        Json::Array(list) if list.is_empty() => Err(("REQUIRED", "must name at least one".to_owned())),
        Json::Array(list) if list.len() > RECIPIENTS_MAX => {
            Err(("TOO_MANY", format!("may name {RECIPIENTS_MAX}, this names {}", list.len())))
        }
        Json::Array(list) => list.iter().try_for_each(|one| check(one.as_str().ok_or_else(words)?)),
        _ => Err(words()),
    }
}

fn check_email(written: &str) -> Result<(), Refusal> {
    text::parse_email(written).map(|_| ()).map_err(|_| ("INVALID_EMAIL", "is not an e-mail address".to_owned()))
}

/// Looks like a phone number. Whether it can be called is decided with the business's country, when it is written to.
fn check_phone(written: &str) -> Result<(), Refusal> {
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    let is_phone = written.len() <= PHONE_CHARS_MAX
        && digits >= PHONE_DIGITS_MIN
        && written.chars().all(|c| c.is_ascii_digit() || " +-()./\u{a0}".contains(c));
    if is_phone { Ok(()) } else { Err(("INVALID_PHONE", text::TextError::Phone.to_string())) }
}

fn as_text(value: &Json, is_right: fn(&str) -> bool) -> bool {
    value.as_str().is_some_and(is_right)
}

fn civil_date(text: &str) -> bool {
    text.trim().parse::<civil::Date>().is_ok()
}

fn instant_or_local(text: &str) -> bool {
    Timestamp::parse(text.trim()).is_some() || text.trim().parse::<civil::DateTime>().is_ok()
}

/// Whether it is the address of a page.
pub(crate) fn is_web_address(text: &str) -> bool {
    let is_web = |url: url::Url| matches!(url.scheme(), "https" | "http") && url.has_host();
    text.len() <= URL_CHARS_MAX && url::Url::parse(text.trim()).is_ok_and(is_web)
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
