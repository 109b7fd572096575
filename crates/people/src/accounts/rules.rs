//! Pure decisions about accounts: which passwords will do, and what a new user and their first business are called.

use std::{collections::HashSet, sync::LazyLock};

use kernel::{Problem, problem::Fields, text};

use super::model::NewUser;
use crate::tenants::rules::{COUNTRY_DEFAULT, Locale, parse_locale, parse_optional_phone};

/// Shortest password.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Longest password; far beyond any passphrase, and cheap to hash.
pub const PASSWORD_CHARS_MAX: usize = 256;

/// Passwords that attackers try first, in lower case, one a line; shorter ones are refused by their length already.
static COMMON_PASSWORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().filter(|line| !line.is_empty()).collect());

/// Notes why a password will not do. There is no rule about what it is made of: length and rarity are what counts.
pub fn check_password(fields: &mut Fields, field: &str, password: &str) {
    let chars = password.chars().count();
    if chars < PASSWORD_CHARS_MIN {
        fields.refuse(field, "TOO_SHORT", format!("must have at least {PASSWORD_CHARS_MIN} characters"));
    } else if chars > PASSWORD_CHARS_MAX {
        fields.refuse(field, "TOO_LONG", format!("must have at most {PASSWORD_CHARS_MAX} characters"));
    } else if COMMON_PASSWORDS.contains(password.to_lowercase().as_str()) {
        fields.refuse(field, "TOO_COMMON", "is one of the passwords that are tried first; choose a rarer one");
    }
}

/// A sign-up as it was sent.
#[derive(Debug, Clone, Default)]
pub struct RegistrationInput<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// Full name.
    pub name: Option<&'a str>,
    /// When given apart.
    pub first_name: Option<&'a str>,
    /// When given apart.
    pub last_name: Option<&'a str>,
    /// What the business is called.
    pub business_name: Option<&'a str>,
    /// Their phone.
    pub phone: Option<&'a str>,
    /// Zone of the business.
    pub timezone: Option<&'a str>,
    /// Currency of the business.
    pub currency: Option<&'a str>,
    /// Country of the business.
    pub country: Option<&'a str>,
}

/// A sign-up with every field checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub user: NewUser,
    pub business_name: String,
    pub locale: Locale,
}

/// Checks every field of a sign-up and names all that are not right, with those that could not be read.
pub(crate) fn parse_registration(mut fields: Fields, input: &RegistrationInput<'_>) -> Result<Registration, Problem> {
    let email = fields.take("email", "INVALID_EMAIL", text::parse_email(input.email));
    check_password(&mut fields, "password", input.password);
    let mut line = |field: &str, value: Option<&str>| parse_optional_line(&mut fields, field, value);
    let name = line("name", input.name);
    let (first_name, last_name) = (line("firstName", input.first_name), line("lastName", input.last_name));
    let business_name = line("businessName", input.business_name);
    let locale = parse_locale(&mut fields, input.timezone, input.currency, input.country);
    let phone = input.phone.and_then(|phone| parse_phone(&mut fields, phone, input.country));
    fields.check()?;
    let (Some(email), Some(locale)) = (email, locale) else { return Err(Problem::internal()) };
    let name = decide_name(name, first_name.as_deref(), last_name.as_deref(), &email);
    let business_name = business_name.unwrap_or_else(|| decide_business_name(&name));
    Ok(Registration { user: NewUser { email, name, first_name, last_name, phone }, business_name, locale })
}

/// A business as it was sent, by somebody who has an account.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BusinessInput<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Its zone.
    pub timezone: Option<&'a str>,
    /// Its currency.
    pub currency: Option<&'a str>,
    /// Its country.
    pub country: Option<&'a str>,
}

/// Checks every field of a new business and names all that are not right, with those that could not be read.
pub(crate) fn parse_business(mut fields: Fields, input: &BusinessInput<'_>) -> Result<(String, Locale), Problem> {
    let name = fields.take("businessName", "INVALID_NAME", text::parse_line(input.name, text::NAME_CHARS_MAX));
    let locale = parse_locale(&mut fields, input.timezone, input.currency, input.country);
    fields.check()?;
    name.zip(locale).ok_or_else(Problem::internal)
}

/// By the country of the business. Where that is none, a number within a country can be neither right nor wrong.
fn parse_phone(fields: &mut Fields, phone: &str, country: Option<&str>) -> Option<String> {
    let country = text::parse_country(country.unwrap_or(COUNTRY_DEFAULT)).ok();
    if country.is_none() && !phone.trim_start().starts_with('+') {
        return None;
    }
    parse_optional_phone(fields, phone, country.as_deref().unwrap_or(COUNTRY_DEFAULT))
}

/// A line that may be left out or empty.
fn parse_optional_line(fields: &mut Fields, field: &str, value: Option<&str>) -> Option<String> {
    let value = value.filter(|text| !text.trim().is_empty())?;
    fields.take(field, "INVALID_NAME", text::parse_line(value, text::NAME_CHARS_MAX))
}

/// The full name, or its parts together, or what stands before the `@`.
fn decide_name(name: Option<String>, first: Option<&str>, last: Option<&str>, email: &str) -> String {
    let parts: Vec<&str> = first.into_iter().chain(last).collect();
    let joined = Some(parts.join(" ")).filter(|text| !text.is_empty());
    let from_email = || email.split('@').next().unwrap_or(email).to_owned();
    let name = name.or(joined).unwrap_or_else(from_email);
    text::preview(&name, text::NAME_CHARS_MAX).to_owned()
}

fn decide_business_name(owner: &str) -> String {
    const SUFFIX: &str = "'s business";
    format!("{}{SUFFIX}", text::preview(owner, text::NAME_CHARS_MAX - SUFFIX.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> RegistrationInput<'static> {
        RegistrationInput { email: "Ann@Example.com", password: "correct horse", ..RegistrationInput::default() }
    }

    fn codes(password: &str) -> Vec<String> {
        let mut fields = Fields::new();
        check_password(&mut fields, "password", password);
        fields.check().err().map(|p| p.errors.iter().map(|e| e.code.to_string()).collect()).unwrap_or_default()
    }

    #[test]
    fn passwords_are_judged_by_length_and_rarity_only() {
        assert_eq!(codes("short7!"), ["TOO_SHORT"]);
        assert_eq!(codes("Password123"), ["TOO_COMMON"]);
        assert_eq!(codes(&"x".repeat(257)), ["TOO_LONG"]);
        assert!(codes("aaaa bbbb").is_empty() && codes("пароль-очень").is_empty());
        assert_eq!(codes("пароль"), ["TOO_SHORT"], "characters count, not bytes");
    }

    #[test]
    fn the_list_holds_nothing_useless() {
        for line in include_str!("common_passwords.txt").lines() {
            assert!(line.chars().count() >= PASSWORD_CHARS_MIN && line == line.to_lowercase(), "{line}");
        }
        assert_eq!(COMMON_PASSWORDS.len(), include_str!("common_passwords.txt").lines().count(), "each is listed once");
    }

    #[test]
    fn names_come_from_what_was_given() {
        let plain = parse_registration(Fields::new(), &input()).unwrap();
        assert_eq!((plain.user.name.as_str(), plain.business_name.as_str()), ("ann", "ann's business"));
        assert_eq!(plain.user.email, "ann@example.com");
        let apart = RegistrationInput { first_name: Some("Ann"), last_name: Some("Lee"), name: Some(" "), ..input() };
        assert_eq!(parse_registration(Fields::new(), &apart).unwrap().user.name, "Ann Lee");
        let full = RegistrationInput { name: Some("A. Lee"), business_name: Some("Shop"), ..apart };
        let full = parse_registration(Fields::new(), &full).unwrap();
        assert_eq!((full.user.name.as_str(), full.business_name.as_str()), ("A. Lee", "Shop"));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let bad = RegistrationInput {
            email: "nobody",
            password: "x",
            timezone: Some("Mars/Base"),
            currency: Some("shilling"),
            phone: Some("12"),
            ..RegistrationInput::default()
        };
        let named = |bad: &RegistrationInput<'_>| -> Vec<String> {
            let problem = parse_registration(Fields::new(), bad).unwrap_err();
            problem.errors.into_iter().map(|e| e.field).collect()
        };
        assert_eq!(named(&bad), ["email", "password", "timezone", "currency", "phone"]);
        let nowhere = RegistrationInput { country: Some("Atlantis"), phone: Some("+12"), ..bad.clone() };
        assert_eq!(named(&nowhere), ["email", "password", "country", "timezone", "currency", "phone"]);
        let national = RegistrationInput { country: Some("Atlantis"), phone: Some("0712 345678"), ..input() };
        assert_eq!(named(&national), ["country"], "without a country nobody knows whether the number is right");
        let zone = RegistrationInput { timezone: Some("Mars/Base"), phone: Some("0712 345678"), ..input() };
        assert_eq!(named(&zone), ["timezone"]);
    }
}
