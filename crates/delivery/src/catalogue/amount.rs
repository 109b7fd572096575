//! An amount of money as other systems write it, in major units: `1500.00`, as a JSON number or as a text; or as this house
//! writes it, `{"amount": 150000, "currency": "KES"}` in minor units. A decimal is read digit by digit. A JSON number has gone through a double before it comes here; with at most [`WHOLE_DIGITS_MAX`] digits before the
//! point and three after it, its shortest form is exactly what was written.

use kernel::{Currency, Money};
use serde_json::Value as Json;

/// Digits before the point.
const WHOLE_DIGITS_MAX: usize = 12;
/// Digits after it; sums made with floating point elsewhere have many, and are rounded to what the currency has.
const FRACTION_DIGITS_MAX: usize = 20;

/// A decimal number, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amount {
    is_negative: bool,
    whole: String,
    fraction: String,
}

/// Most that an amount of minor units may be: what a decimal may be, in a currency with three decimals.
const MINOR_MAX: u64 = 10_u64.pow(15);

/// Reads `{"amount": 150000, "currency": "KES"}`.
pub(crate) fn parse_price(value: &Json) -> Result<Money, AmountError> {
    let amount = value.get("amount").and_then(Json::as_i64).ok_or(AmountError::Shape)?;
    let currency = value.get("currency").and_then(Json::as_str).ok_or(AmountError::Shape)?;
    let currency = Currency::parse(currency).map_err(|_| AmountError::Shape)?;
    if amount.unsigned_abs() >= MINOR_MAX {
        return Err(AmountError::Range);
    }
    Ok(Money { amount, currency })
}

/// Why a value is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmountError {
    /// Not a plain decimal number.
    Shape,
    /// Too many digits.
    Range,
}

impl Amount {
    /// Reads a number, or a text that is one.
    pub(crate) fn parse(value: &Json) -> Result<Self, AmountError> {
        match value {
            Json::Number(number) => Self::parse_text(&number.to_string()),
            Json::String(text) => Self::parse_text(text.trim()),
            _ => Err(AmountError::Shape),
        }
    }

    /// Reads `-1500.00`. A number so large or small that it is written with an exponent is out of range.
    pub(crate) fn parse_text(text: &str) -> Result<Self, AmountError> {
        let (is_negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let has_exponent = digits.parse::<f64>().is_ok() && digits.contains(['e', 'E']);
        if has_exponent {
            return Err(AmountError::Range);
        }
        if whole.is_empty() || digits.ends_with('.') || !is_number(whole) || !is_number(fraction) {
            return Err(AmountError::Shape);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > WHOLE_DIGITS_MAX || fraction.len() > FRACTION_DIGITS_MAX {
            return Err(AmountError::Range);
        }
        Ok(Self { is_negative, whole: whole.to_owned(), fraction: fraction.to_owned() })
    }

    /// Whether there is anything, and that is owed.
    pub(crate) fn is_below_zero(&self) -> bool {
        self.is_negative && (!self.whole.is_empty() || self.fraction_digits() > 0)
    }

    /// Digits after the point, without zeros at the end.
    pub(crate) fn fraction_digits(&self) -> usize {
        self.fraction.trim_end_matches('0').len()
    }

    /// In this currency, rounded half away from zero to what it has.
    pub(crate) fn in_currency(&self, currency: Currency) -> Money {
        let decimals = currency.decimals() as usize;
        let digits = self.whole.bytes().chain(self.fraction.bytes().chain(std::iter::repeat(b'0')).take(decimals));
        let minor = digits.fold(0_i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        let rounds_up = self.fraction.as_bytes().get(decimals).is_some_and(|digit| *digit >= b'5');
        let minor = minor + i64::from(rounds_up);
        Money { amount: if self.is_negative { -minor } else { minor }, currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn minor(text: &str, currency: &str) -> i64 {
        Amount::parse_text(text).unwrap().in_currency(Currency::parse(currency).unwrap()).amount
    }

    #[test]
    fn amounts_are_read_digit_by_digit_and_rounded_half_away_from_zero() {
        assert_eq!(minor("1500.00", "KES"), 150_000);
        assert_eq!(minor("0.29", "USD"), 29);
        assert_eq!(minor("1.005", "USD"), 101);
        assert_eq!(minor("-1.005", "USD"), -101);
        assert_eq!(minor("1.0049999", "USD"), 100);
        assert_eq!(minor("1500.5", "JPY"), 1501);
        assert_eq!(minor("1.2345", "KWD"), 1235);
        assert_eq!(minor("0.30000000000000004", "USD"), 30);
        assert_eq!(minor("999999999999.99", "USD"), 99_999_999_999_999);
    }

    #[test]
    fn what_is_no_plain_number_is_refused() {
        for bad in ["", "-", ".5", "5.", "1,500", "1 500", "KES 5", "0x10", "١٥", "1.2.3", "NaN", "--1"] {
            assert_eq!(Amount::parse_text(bad), Err(AmountError::Shape), "{bad}");
        }
        for large in ["1e21", "1234567890123", "1E-9"] {
            assert_eq!(Amount::parse_text(large), Err(AmountError::Range), "{large}");
        }
        for no_amount in [json!(null), json!(true), json!([1]), json!({"amount": 1})] {
            assert_eq!(Amount::parse(&no_amount), Err(AmountError::Shape));
        }
    }

    #[test]
    fn a_price_names_its_currency_and_counts_minor_units() {
        let price = parse_price(&json!({"amount": 150_000, "currency": "KES"})).unwrap();
        assert_eq!((price.amount, price.currency.as_str()), (150_000, "KES"));
        for bad in [
            json!({"amount": 1}),
            json!({"amount": 1.5, "currency": "KES"}),
            json!({"amount": "1", "currency": "KES"}),
            json!({"amount": 1, "currency": "shillings"}),
            json!(1),
            json!([1, "KES"]),
        ] {
            assert_eq!(parse_price(&bad), Err(AmountError::Shape), "{bad}");
        }
        assert_eq!(parse_price(&json!({"amount": i64::MIN, "currency": "KES"})), Err(AmountError::Range));
    }

    proptest! {
        #[test]
        fn a_json_number_keeps_every_digit(whole in 0_u64..1_000_000_000_000, cents in 0_u64..100, is_negative: bool) {
            let text = format!("{}{whole}.{cents:02}", if is_negative { "-" } else { "" });
            let number: Json = serde_json::from_str(&text).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let usd = Currency::parse("USD").map_err(|e| TestCaseError::fail(e.to_string()))?;
            let read = Amount::parse(&number).map_err(|e| TestCaseError::fail(format!("{e:?}")))?.in_currency(usd);
            let expected = i64::try_from(whole * 100 + cents).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(read.amount, if is_negative { -expected } else { expected });
        }
    }
}
