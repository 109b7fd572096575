//! Pure decisions about customers: what makes a usable contact, and how often links are mailed.

use std::time::Duration;

use kernel::{Problem, problem::Fields, text};

use crate::{accounts::rules::check_password, tenants::rules::parse_optional_phone};

/// How long a mailed link works.
pub const SIGN_IN_LINK_LIFETIME: Duration = Duration::from_secs(3600);
/// Links mailed to one customer within [`SIGN_IN_LINK_WINDOW`]; more would only fill a stranger's mailbox.
pub const SIGN_IN_LINKS_PER_WINDOW_MAX: u64 = 5;
/// See [`SIGN_IN_LINKS_PER_WINDOW_MAX`].
pub const SIGN_IN_LINK_WINDOW: Duration = Duration::from_secs(900);

/// How to reach somebody; every part checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// As shown.
    pub name: String,
    /// In lower case.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
}

/// Reads a name with an address or a number; one of both is needed. An empty text counts as absent.
pub fn parse_contact(name: &str, email: Option<&str>, phone: Option<&str>, country: &str) -> Result<Contact, Problem> {
    parse_visitor(Fields::new(), name, email, phone, Some(country))
}

/// The same, with what could not be read. Where no business is known there is no country, and numbers are not looked at.
pub(super) fn parse_visitor(
    mut fields: Fields,
    name: &str,
    email: Option<&str>,
    phone: Option<&str>,
    country: Option<&str>,
) -> Result<Contact, Problem> {
    let email = email.filter(|text| !text.trim().is_empty());
    let phone = phone.filter(|text| !text.trim().is_empty());
    if email.is_none() && phone.is_none() {
        fields.refuse("email", "REQUIRED", "give an e-mail address or a phone number");
    }
    let name = fields.take("name", "INVALID_NAME", text::parse_line(name, text::NAME_CHARS_MAX));
    let email = email.and_then(|email| fields.take("email", "INVALID_EMAIL", text::parse_email(email)));
    let phone = phone
        .zip(country)
        .and_then(|(phone, country)| fields.take("phone", "INVALID_PHONE", text::parse_phone(phone, country)));
    fields.check()?;
    Ok(Contact { name: name.ok_or_else(Problem::internal)?, email, phone })
}

/// A sign-up with a password as it was sent.
#[derive(Debug, Clone)]
pub struct SignUpInput<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// As shown.
    pub name: &'a str,
    /// Their phone.
    pub phone: Option<&'a str>,
}

/// Checks every field of a sign-up and names all that are not right, with those that could not be read. Where no business is
/// known there is no country, and numbers are not looked at.
pub(super) fn parse_sign_up(
    mut fields: Fields,
    input: &SignUpInput<'_>,
    country: Option<&str>,
) -> Result<Contact, Problem> {
    let email = fields.take("email", "INVALID_EMAIL", text::parse_email(input.email));
    let name = fields.take("name", "INVALID_NAME", text::parse_line(input.name, text::NAME_CHARS_MAX));
    check_password(&mut fields, "password", input.password);
    let phone = input.phone.zip(country);
    let phone = phone.and_then(|(phone, country)| parse_optional_phone(&mut fields, phone, country));
    fields.check()?;
    Ok(Contact { name: name.ok_or_else(Problem::internal)?, email, phone })
}

/// What somebody changes about themselves; what is not given stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProfileChange<'a> {
    pub name: Option<&'a str>,
    /// An empty one is taken away.
    pub phone: Option<&'a str>,
    /// What could not be read.
    pub unread: Fields,
}

/// The contact after a change of one's own profile. Whoever has no address keeps a number: it is all there is.
pub(super) fn decide_profile(present: &Contact, change: ProfileChange<'_>, country: &str) -> Result<Contact, Problem> {
    let ProfileChange { name, phone, unread: mut fields } = change;
    let mut next = present.clone();
    if let Some(name) = name {
        let name = fields.take("name", "INVALID_NAME", text::parse_line(name, text::NAME_CHARS_MAX));
        next.name = name.unwrap_or_default();
    }
    match phone.map(str::trim) {
        None => {}
        Some("") if present.email.is_none() => fields.refuse("phone", "REQUIRED", "is the only way to reach you"),
        Some("") => next.phone = None,
        Some(phone) => next.phone = fields.take("phone", "INVALID_PHONE", text::parse_phone(phone, country)),
    }
    fields.check()?;
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_gives_an_address_or_a_number() {
        let by_phone = parse_contact("Ann", Some(" "), Some("0712 345678"), "KE").unwrap();
        assert_eq!((by_phone.email, by_phone.phone.as_deref()), (None, Some("+254712345678")));
        let by_email = parse_contact(" Ann ", Some("Ann@Example.com"), None, "KE").unwrap();
        assert_eq!((by_email.name.as_str(), by_email.email.as_deref()), ("Ann", Some("ann@example.com")));
        let neither = parse_contact("", None, Some(""), "KE").unwrap_err();
        let named: Vec<&str> = neither.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(named, ["email", "name"]);
        assert_eq!(parse_contact("Ann", None, Some("12"), "KE").unwrap_err().errors[0].field, "phone");
    }

    #[test]
    fn nobody_becomes_unreachable_by_editing_a_profile() {
        fn of<'a>(name: Option<&'a str>, phone: Option<&'a str>) -> ProfileChange<'a> {
            ProfileChange { name, phone, unread: Fields::new() }
        }
        let by_phone = Contact { name: "Ann".into(), email: None, phone: Some("+254712345678".into()) };
        assert_eq!(decide_profile(&by_phone, of(None, Some("")), "KE").unwrap_err().errors[0].field, "phone");
        let by_email = Contact { email: Some("ann@example.com".into()), ..by_phone.clone() };
        assert_eq!(decide_profile(&by_email, of(None, Some("")), "KE").unwrap().phone, None);
        assert_eq!(decide_profile(&by_email, of(Some("Bea"), None), "KE").unwrap().name, "Bea");
        assert_eq!(decide_profile(&by_phone, of(None, None), "KE").unwrap(), by_phone);
    }
}
