//! What only shows with the business at hand: phone numbers are read with its country, amounts with a currency that there is.
//! Whoever states an event is told; what could not be written to would otherwise be left out without a word.

use kernel::{Currency, Problem, problem::Fields, text};
use serde_json::Value as Json;

use super::{
    amount::{Amount, parse_price},
    check::NAMED_OF_LIST_MAX,
    field::FieldKind,
    model::EventType,
};

/// Numbers that are read before others get their turn: reading one takes microseconds, and a list may be long.
const PHONES_AT_ONCE: usize = 200;
/// About a code that stands for none.
const NO_CURRENCY: &str = "is no currency of ISO 4217";
/// Digits after the point from which on an amount is taken for a sum made with floating point, which is rounded.
const NOISY_DIGITS: usize = 9;

impl EventType {
    /// Whether [`EventType::check_fits`] has anything to look at.
    pub(crate) fn has_phones_or_money(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, FieldKind::Phone | FieldKind::Money))
    }

    /// 422 naming each field whose numbers nobody can call, or whose amount its currency does not have.
    pub(crate) async fn check_fits(&self, data: &Json, country: &str, currency: Currency) -> Result<(), Problem> {
        let mut refused = Fields::new();
        let currency = match self.check_currency(data) {
            Ok(stated) => stated.unwrap_or(currency),
            Err(words) => {
                refused.refuse("event_data.currency", "INVALID_CURRENCY", words);
                return refused.check();
            }
        };
        for field in &self.fields {
            let Some(found) = field.find_in(data) else { continue };
            let name = format!("event_data.{}", field.name);
            match field.kind {
                FieldKind::Phone => {
                    for at in find_no_phones(found, country).await {
                        let place = at.map(|at| format!("[{at}]")).unwrap_or_default();
                        refused.refuse(&format!("{name}{place}"), "INVALID_PHONE", text::TextError::Phone.to_string());
                    }
                }
                FieldKind::Money if !is_known_currency(found) => {
                    refused.refuse(&name, "INVALID_CURRENCY", NO_CURRENCY);
                }
                FieldKind::Money if !is_whole(found, currency) => {
                    let decimals = currency.decimals();
                    let words = format!("has more than the {decimals} decimals of {currency}");
                    refused.refuse(&name, "OUT_OF_RANGE", words);
                }
                _ => {}
            }
        }
        refused.check()
    }

    /// The currency that the data is in, when its type has a field for it and the data says so.
    fn check_currency(&self, data: &Json) -> Result<Option<Currency>, String> {
        let stated = self.field("currency").and_then(|field| field.find_in(data)?.as_str()).map(str::trim);
        let Some(stated) = stated.filter(|text| !text.is_empty()) else { return Ok(None) };
        let found = Currency::parse(stated).ok().filter(Currency::is_listed);
        found.map(Some).ok_or_else(|| NO_CURRENCY.to_owned())
    }
}

/// Those that nobody can call: their places in a list, or nothing for one that stands alone.
async fn find_no_phones(found: &Json, country: &str) -> Vec<Option<usize>> {
    let is_list = found.is_array();
    let mut wrong = Vec::new();
    let all = found.as_array().map_or_else(|| std::slice::from_ref(found), Vec::as_slice);
    for (place, written) in all.iter().enumerate() {
        let written = written.as_str().filter(|text| !text.trim().is_empty());
        if written.is_some_and(|text| text::parse_phone(text, country).is_err()) {
            wrong.push(is_list.then_some(place));
        }
        if wrong.len() == NAMED_OF_LIST_MAX {
            break;
        }
        if place % PHONES_AT_ONCE == PHONES_AT_ONCE - 1 {
            tokio::task::yield_now().await;
        }
    }
    wrong
}

/// Whether the currency that an amount brings along is one that there is; most bring none.
fn is_known_currency(found: &Json) -> bool {
    parse_price(found).map_or(true, |price| price.currency.is_listed())
}

/// Whether the amount is one of whole minor units.
fn is_whole(found: &Json, currency: Currency) -> bool {
    let Ok(amount) = Amount::parse(found) else { return true };
    let digits = amount.fraction_digits();
    digits <= currency.decimals() as usize || digits >= NOISY_DIGITS
}
