//! Money is a whole number of minor units and an ISO 4217 code. Decimals from clients are read digit by digit and never
//! pass through floating point.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The largest amount taken from outside, in minor units: far above any price, far below overflow when summed.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000_000;

/// The codes of ISO 4217 that money is counted in, without those of metals, funds and tests.
const LISTED: &str = "\
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD \
    HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD \
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN \
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY \
    TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// A three-letter ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Why a text is no amount or no currency.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MoneyError {
    /// Not three letters A-Z.
    #[error("a currency is three letters, for example KES")]
    Currency,
    /// Three letters that no money goes by.
    #[error("is not a currency of ISO 4217; use one such as KES or EUR")]
    Unlisted,
    /// Not a plain decimal number.
    #[error("an amount is a plain number, for example 1500 or 10.50")]
    Amount,
    /// More digits after the point than the currency has.
    #[error("the amount has more decimals than the currency")]
    Precision,
    /// Beyond [`AMOUNT_MAX`].
    #[error("the amount is too large")]
    Range,
}

impl Currency {
    /// Reads a code in any case.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| MoneyError::Currency)?;
        let upper = bytes.map(|b| b.to_ascii_uppercase());
        if upper.iter().all(u8::is_ascii_uppercase) { Ok(Self(upper)) } else { Err(MoneyError::Currency) }
    }
    /// Reads a code that people count money in.
    pub fn parse_listed(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
            .and_then(|currency| if currency.is_listed() { Ok(currency) } else { Err(MoneyError::Unlisted) })
    }
    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
    /// Whether people count money in it: the letters are a code of ISO 4217.
    pub fn is_listed(&self) -> bool {
        LISTED.split(' ').any(|code| code == self.as_str())
    }
    /// Digits after the point (ISO 4217 table A.1); two unless listed.
    pub fn decimals(self) -> u32 {
        match self.as_str() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
            | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl FromStr for Currency {
    type Err = MoneyError;
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        Self::parse(text)
    }
}
impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
impl utoipa::PartialSchema for Currency {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^[A-Z]{3}$"))
            .into()
    }
}
impl utoipa::ToSchema for Currency {}

/// An amount in minor units of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units: 150000 is KES 1,500.00.
    pub amount: i64,
    /// ISO 4217 code.
    pub currency: Currency,
}

impl Money {
    /// Reads a decimal in major units, for example `10.5` with USD = 1050 minor units.
    pub fn parse_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.ends_with('.') {
            return Err(MoneyError::Amount);
        }
        let decimals = currency.decimals() as usize;
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > decimals {
            return Err(MoneyError::Precision);
        }
        let text = format!("{whole}{fraction:0<decimals$}");
        let amount: i64 = text.parse().map_err(|_| MoneyError::Range)?;
        if amount > AMOUNT_MAX {
            return Err(MoneyError::Range);
        }
        Ok(Self { amount: sign * amount, currency })
    }

    /// The amount in major units as an exact decimal text.
    pub fn to_decimal(self) -> String {
        let decimals = self.currency.decimals();
        let unit = 10_u64.pow(decimals);
        let sign = if self.amount < 0 { "-" } else { "" };
        let amount = self.amount.unsigned_abs();
        if decimals == 0 {
            return format!("{sign}{amount}");
        }
        format!("{sign}{}.{:0width$}", amount / unit, amount % unit, width = decimals as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_read_exactly() -> Result<(), MoneyError> {
        let usd = Currency::parse("usd")?;
        assert_eq!(Money::parse_decimal("10.5", usd)?.amount, 1050);
        assert_eq!(Money::parse_decimal("1500.00", usd)?.amount, 150_000);
        assert_eq!(Money::parse_decimal("0.29", usd)?.amount, 29);
        assert_eq!(Money::parse_decimal("10.505", usd), Err(MoneyError::Precision));
        assert_eq!(Money::parse_decimal("1e3", usd), Err(MoneyError::Amount));
        assert_eq!(Money::parse_decimal("99999999999999999999", usd), Err(MoneyError::Range));
        assert_eq!(Money::parse_decimal("500", Currency::parse("JPY")?)?.amount, 500);
        Ok(())
    }

    proptest! {
        #[test]
        fn an_amount_survives_its_decimal(amount in -AMOUNT_MAX..AMOUNT_MAX, code in "KES|JPY|KWD") {
            let currency = Currency::parse(&code).map_err(|e| TestCaseError::fail(e.to_string()))?;
            let money = Money { amount, currency };
            prop_assert_eq!(Money::parse_decimal(&money.to_decimal(), currency), Ok(money));
        }
    }
}
