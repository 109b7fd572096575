//! What texts can do with a value. These few are all there are: none of them marks a value as safe, and each gives at most
//! about as much as it takes.

use jiff::civil;
use kernel::{Currency, Money, Timestamp};
use minijinja::{Environment, Error, ErrorKind, State, value::Value};
use std::sync::Arc;

use super::values::{Business, Price};
use crate::catalogue::amount::Amount;

/// Every filter by name.
pub(super) const NAMES: &[&str] =
    &["money", "date", "time", "datetime", "upper", "lower", "capitalize", "trim", "default", "join", "length"];
/// Every test by name (`{% if note is defined %}`).
pub(super) const TESTS: &[&str] = &["defined", "undefined"];
/// Characters that `join` gives at most.
const JOINED_BYTES_MAX: usize = 64 * 1024;
/// Seconds since 1970 with more digits than this are milliseconds.
const SECONDS_MAX: i64 = 100_000_000_000;

pub(super) fn register(env: &mut Environment<'static>) {
    env.add_filter("money", money);
    env.add_filter("date", date);
    env.add_filter("time", time);
    env.add_filter("datetime", datetime);
    env.add_filter("upper", |value: Value| with_text(&value, str::to_uppercase));
    env.add_filter("lower", |value: Value| with_text(&value, str::to_lowercase));
    env.add_filter("capitalize", |value: Value| with_text(&value, capitalize));
    env.add_filter("trim", |value: Value| with_text(&value, |text| text.trim().to_owned()));
    env.add_filter("default", |value: Value, other: Value| if value.is_true() { value } else { other });
    env.add_filter("join", join);
    env.add_filter("length", length);
    env.add_test("defined", |value: Value| !value.is_undefined());
    env.add_test("undefined", |value: Value| value.is_undefined());
}

fn refused(words: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, words.to_owned())
}

fn with_text(value: &Value, change: fn(&str) -> String) -> String {
    match value.as_str() {
        Some(text) => change(text),
        None => change(&value.to_string()),
    }
}

fn capitalize(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn business(state: &State) -> Result<Arc<Business>, Error> {
    let value = state.lookup("business").and_then(|value| value.downcast_object::<Business>());
    value.ok_or_else(|| refused("the business is not known here"))
}

/// `KES 1,500.00`. In the currency that is named, else in that of the data, else in the business's own.
fn money(state: &State, value: Value, currency: Option<String>) -> Result<String, Error> {
    let business = business(state)?;
    if let Some(price) = value.downcast_object_ref::<Price>() {
        return Ok(business.locale.money(price.0));
    }
    let text = value.to_string();
    let Ok(amount) = Amount::parse_text(text.trim()) else { return Ok(text) };
    let stated = || state.lookup("currency").and_then(|value| Currency::parse(value.as_str()?.trim()).ok());
    let currency = match currency {
        Some(code) => Some(Currency::parse(code.trim()).map_err(|e| refused(&e.to_string()))?),
        None => stated(),
    };
    let money: Money = amount.in_currency(currency.unwrap_or(business.currency));
    Ok(business.locale.money(money))
}

/// A time as it can be read.
enum Read {
    Both(civil::DateTime),
    Date(civil::Date),
    Time(civil::Time),
}

/// RFC 3339 on the business's clock, a local date or time, or seconds or milliseconds since 1970.
fn read(business: &Business, value: &Value) -> Option<Read> {
    if let Some(count) = value.as_i64() {
        let millis = if count.abs() > SECONDS_MAX { count } else { count * 1000 };
        return business.locale.local(Timestamp::from_millis(millis)).map(Read::Both);
    }
    let text = value.as_str()?.trim();
    if let Some(instant) = Timestamp::parse(text) {
        return business.locale.local(instant).map(Read::Both);
    }
    // A bare date also reads as its first moment, and nobody said that.
    if let Ok(date) = text.parse::<civil::Date>()
        && !text.contains(':')
    {
        return Some(Read::Date(date));
    }
    let both = text.parse::<civil::DateTime>().ok().map(Read::Both);
    both.or_else(|| text.parse::<civil::Time>().ok().map(Read::Time))
}

/// `15 May 2026`; what cannot be read stays as it is.
fn date(state: &State, value: Value) -> Result<String, Error> {
    let business = business(state)?;
    Ok(match read(&business, &value) {
        Some(Read::Both(at)) => business.locale.date(at.date()),
        Some(Read::Date(date)) => business.locale.date(date),
        Some(Read::Time(_)) | None => value.to_string(),
    })
}

/// `10:00`; what cannot be read stays as it is.
fn time(state: &State, value: Value) -> Result<String, Error> {
    let business = business(state)?;
    Ok(match read(&business, &value) {
        Some(Read::Both(at)) => business.locale.time(at.time()),
        Some(Read::Time(time)) => business.locale.time(time),
        Some(Read::Date(_)) | None => value.to_string(),
    })
}

/// `Friday, 15 May 2026, 10:00`; what cannot be read stays as it is.
fn datetime(state: &State, value: Value) -> Result<String, Error> {
    let business = business(state)?;
    Ok(match read(&business, &value) {
        Some(Read::Both(at)) => business.locale.date_time(at),
        Some(Read::Date(date)) => business.locale.date(date),
        Some(Read::Time(time)) => business.locale.time(time),
        None => value.to_string(),
    })
}

fn join(value: Value, between: Option<String>) -> Result<String, Error> {
    let between = between.unwrap_or_else(|| ", ".to_owned());
    let mut joined = String::new();
    for (index, item) in value.try_iter()?.enumerate() {
        if index > 0 {
            joined.push_str(&between);
        }
        joined.push_str(&item.to_string());
        if joined.len() > JOINED_BYTES_MAX {
            return Err(refused("the list is too long to be joined"));
        }
    }
    Ok(joined)
}

fn length(value: Value) -> Result<usize, Error> {
    value.len().ok_or_else(|| refused("only texts and lists have a length"))
}
