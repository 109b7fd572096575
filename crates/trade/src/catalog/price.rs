//! Prices as they come in: a decimal number (`50`, `10.5`), the same as text, or minor units with their currency. The
//! digits are read from the text of the request, so no price ever passes through floating point.

use kernel::{Currency, Money, money::AMOUNT_MAX};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A price exactly as it was sent.
#[derive(Debug, Clone)]
pub struct PriceInput(String);

/// Why a price was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// None of the three forms.
    #[error("must be a number such as 50 or 10.5, the same as text, or {{\"amount\",\"currency\"}} in minor units")]
    Form,
    /// In another currency than it may be.
    #[error("must be in {0}")]
    Currency(Currencies),
    /// Below zero.
    #[error("must not be negative")]
    Negative,
    /// The digits do not make an amount.
    #[error(transparent)]
    Amount(#[from] kernel::money::MoneyError),
}

/// Currencies to choose from, as a sentence names them.
#[derive(Debug, PartialEq, Eq)]
pub struct Currencies(Vec<Currency>);

impl std::fmt::Display for Currencies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self.0.iter().map(Currency::to_string).collect();
        f.write_str(&words.join(" or "))
    }
}

impl<'de> Deserialize<'de> for PriceInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(raw.get().to_owned()))
    }
}

impl utoipa::PartialSchema for PriceInput {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{ObjectBuilder, OneOfBuilder, schema::Type};
        OneOfBuilder::new()
            .item(ObjectBuilder::new().schema_type(Type::Number))
            .item(ObjectBuilder::new().schema_type(Type::String))
            .item(Money::schema())
            .into()
    }
}
impl utoipa::ToSchema for PriceInput {}

impl PriceInput {
    /// Reads the price. It may name one of these currencies; without a name it is in the first.
    pub fn parse(&self, currencies: &[Currency]) -> Result<Money, PriceError> {
        let refuse = || PriceError::Currency(Currencies(currencies.to_vec()));
        let usual = *currencies.first().ok_or_else(refuse)?;
        let text = self.0.trim();
        let money = match text.as_bytes().first() {
            Some(b'{') => serde_json::from_str::<Money>(text).map_err(|_| PriceError::Form)?,
            Some(b'"') => {
                let inner: String = serde_json::from_str(text).map_err(|_| PriceError::Form)?;
                Money::parse_decimal(inner.trim(), usual)?
            }
            Some(b'-' | b'0'..=b'9') => Money::parse_decimal(text, usual)?,
            _ => return Err(PriceError::Form),
        };
        if !currencies.contains(&money.currency) {
            return Err(refuse());
        }
        if money.amount < 0 {
            return Err(PriceError::Negative);
        }
        if money.amount > AMOUNT_MAX {
            return Err(kernel::money::MoneyError::Range.into());
        }
        Ok(money)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        price: PriceInput,
    }

    fn read(price: &str) -> Result<i64, PriceError> {
        let body = format!("{{\"price\":{price}}}");
        let sample: Sample = platform::http::body::parse_json(body.as_bytes()).unwrap();
        sample.price.parse(&[Currency::parse("KES").unwrap()]).map(|money| money.amount)
    }

    #[test]
    fn a_price_is_read_digit_by_digit_in_every_form() {
        assert_eq!(read("50"), Ok(5000));
        assert_eq!(read("10.5"), Ok(1050));
        assert_eq!(read("0.29"), Ok(29));
        assert_eq!(read("4503599627370.97"), Ok(450_359_962_737_097));
        assert_eq!(read("\"1500.00\""), Ok(150_000));
        assert_eq!(read("{\"amount\":150000,\"currency\":\"KES\"}"), Ok(150_000));
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for bad in ["null", "true", "[]", "{}", "\"\"", "1e3", "10.505", "-1", "{\"amount\":1.5,\"currency\":\"KES\"}"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
        let kes = Currency::parse("KES").unwrap();
        assert_eq!(read("{\"amount\":1,\"currency\":\"USD\"}"), Err(PriceError::Currency(Currencies(vec![kes]))));
        assert_eq!(read("-0.01"), Err(PriceError::Negative));
    }
}
