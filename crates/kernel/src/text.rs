//! Text from people: trimmed where blanks mean nothing, stored as sent where they might, and bounded always.

use std::fmt;

/// Longest e-mail address (RFC 5321 §4.5.3.1.3).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Longest name of a person, service or business.
pub const NAME_CHARS_MAX: usize = 120;
/// Longest message, in Unicode scalars.
pub const MESSAGE_CHARS_MAX: usize = 5000;
/// Digits of a phone number with its country code: the shortest in use, and the longest that E.164 allows.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 9..=15;
/// Longest address label of a business.
pub const SLUG_CHARS_MAX: usize = 60;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but blanks.
    #[error("must not be empty")]
    Empty,
    /// Over the limit.
    #[error("must be at most {0} characters")]
    TooLong(usize),
    /// Holds NUL or another control character that no person types.
    #[error("must not contain control characters")]
    Control,
    /// No e-mail address.
    #[error("is not an e-mail address")]
    Email,
    /// No phone number that could be called.
    #[error("is not a phone number; write it with its country code, for example +254 712 345678")]
    Phone,
    /// Not usable in an address.
    #[error("may hold lower-case letters, digits and single hyphens, 3 to 60 of them")]
    Slug,
    /// No IANA zone.
    #[error("is not a time zone; use a name such as Africa/Nairobi")]
    Zone,
    /// No ISO 3166 country.
    #[error("is not a country; use two letters such as KE")]
    Country,
}

fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Shows nothing and takes no ink: blanks, controls, and the marks that only steer other characters or fill a place. A text
/// of such alone says nothing.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_empty(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// A short line such as a name: trimmed, inner line breaks refused.
pub fn parse_line(text: &str, chars_max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if is_empty(text) && !has_control(text) {
        return Err(TextError::Empty);
    }
    if text.chars().count() > chars_max {
        return Err(TextError::TooLong(chars_max));
    }
    if text.chars().any(char::is_control) {
        return Err(TextError::Control);
    }
    Ok(text.to_owned())
}

/// A longer text such as notes: trimmed, may be empty, line breaks kept.
pub fn parse_prose(text: &str, chars_max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.chars().count() > chars_max {
        return Err(TextError::TooLong(chars_max));
    }
    if has_control(text) {
        return Err(TextError::Control);
    }
    Ok(text.to_owned())
}

/// A message exactly as sent: 1 to 5,000 scalars, some of them to be seen; NUL cannot be stored and is refused.
pub fn check_message(text: &str, may_be_empty: bool) -> Result<(), TextError> {
    // Bytes bound scalars from above, so most messages never count.
    if text.len() > MESSAGE_CHARS_MAX && text.chars().count() > MESSAGE_CHARS_MAX {
        return Err(TextError::TooLong(MESSAGE_CHARS_MAX));
    }
    if text.as_bytes().contains(&0) {
        return Err(TextError::Control);
    }
    if is_empty(text) && !(may_be_empty && text.is_empty()) {
        return Err(TextError::Empty);
    }
    Ok(())
}

/// An e-mail address, trimmed and in lower case: one `@`, a dotted domain, nothing a header could be broken with.
pub fn parse_email(text: &str) -> Result<String, TextError> {
    let text = text.trim().to_lowercase();
    if text.len() > EMAIL_CHARS_MAX {
        return Err(TextError::TooLong(EMAIL_CHARS_MAX));
    }
    let (local, domain) = text.split_once('@').ok_or(TextError::Email)?;
    let local_ok = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
    let label_ok = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let domain_ok = domain.contains('.') && domain.split('.').all(label_ok);
    if local_ok && domain_ok { Ok(text) } else { Err(TextError::Email) }
}

/// A phone number as E.164, read with the tenant's country (ISO 3166 alpha-2) when it has no country code.
pub fn parse_phone(text: &str, country: &str) -> Result<String, TextError> {
    let country = country.parse::<phonenumber::country::Id>().ok();
    let text = text.trim();
    // As it is dialled in most of the world; no plan has numbers of its own that begin so.
    let dialled = text.strip_prefix("00").map(|rest| format!("+{rest}"));
    let text = dialled.as_deref().unwrap_or(text);
    let number = phonenumber::parse(country, text).map_err(|_| TextError::Phone)?;
    let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
    // Numbering plans change faster than a bundled copy of them: what is written with a country code counts as a number
    // when its length can be one. What has none is read by the plan of the tenant's country, or it would name anybody.
    let digits = e164.bytes().filter(u8::is_ascii_digit).count();
    let is_full = text.starts_with('+') && PHONE_DIGITS.contains(&digits);
    if is_full || phonenumber::is_valid(&number) { Ok(e164) } else { Err(TextError::Phone) }
}

/// An address label: `demo-salon`.
pub fn parse_slug(text: &str) -> Result<String, TextError> {
    let text = text.trim().to_lowercase();
    let chars_ok = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let hyphens_ok = !text.starts_with('-') && !text.ends_with('-') && !text.contains("--");
    if (3..=SLUG_CHARS_MAX).contains(&text.len()) && chars_ok && hyphens_ok { Ok(text) } else { Err(TextError::Slug) }
}

/// A label made from a name; `None` when nothing usable is left.
pub fn slug_from(name: &str) -> Option<String> {
    let mut slug = String::new();
    for c in deunicode::deunicode(name).to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.len() >= SLUG_CHARS_MAX - 8 {
            break;
        }
    }
    parse_slug(slug.trim_end_matches('-')).ok()
}

/// An IANA zone known to the bundled database.
pub fn parse_zone(text: &str) -> Result<jiff::tz::TimeZone, TextError> {
    jiff::tz::TimeZone::get(text.trim()).map_err(|_| TextError::Zone)
}

/// A country as two upper-case letters.
pub fn parse_country(text: &str) -> Result<String, TextError> {
    let text = text.trim().to_uppercase();
    text.parse::<phonenumber::country::Id>().map_err(|_| TextError::Country)?;
    Ok(text)
}

/// The first `chars` characters, for previews.
pub fn preview(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

/// The beginning of a text in at most so many characters, cut after a word; an ellipsis says that there is more.
pub fn excerpt(text: &str, chars: usize) -> String {
    let whole = preview(text, chars);
    if whole.len() == text.len() {
        return text.to_owned();
    }
    let room = preview(text, chars.saturating_sub(1));
    // A word that ends right at the edge is whole. One longer than half of the room is cut, so that something is shown.
    let ends_there = text[room.len()..].starts_with(char::is_whitespace);
    let word_end = if ends_there { None } else { room.rfind(char::is_whitespace).filter(|at| *at * 2 > room.len()) };
    format!("{}…", room[..word_end.unwrap_or(room.len())].trim_end())
}

/// Hides a secret in `Debug` output.
#[derive(Clone)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_excerpt_ends_with_a_word_and_says_that_there_is_more() {
        assert_eq!(excerpt("short", 5), "short");
        assert_eq!(excerpt("please read this line through", 20), "please read this…");
        assert_eq!(excerpt("please read this one", 17), "please read this…");
        assert_eq!(excerpt(&"é".repeat(30), 10), format!("{}…", "é".repeat(9)));
    }

    #[test]
    fn a_message_is_bounded_in_scalars_not_bytes() {
        let long: String = "é".repeat(MESSAGE_CHARS_MAX);
        assert_eq!(check_message(&long, false), Ok(()));
        assert_eq!(check_message(&format!("{long}x"), false), Err(TextError::TooLong(MESSAGE_CHARS_MAX)));
        assert_eq!(check_message(" \n\t", false), Err(TextError::Empty));
        assert_eq!(check_message("", true), Ok(()));
        assert_eq!(check_message("a\0b", false), Err(TextError::Control));
    }

    #[test]
    fn what_nobody_can_see_is_empty() {
        for nothing in ["\u{200B}", "\u{FEFF} \u{2060}", "\u{3164}", "\u{1}", "\u{AD}\u{E0020}", "\u{2800}"] {
            assert_eq!(check_message(nothing, false), Err(TextError::Empty), "{nothing:?}");
            assert!(parse_line(nothing, 9).is_err(), "{nothing:?}");
        }
        // Letters that are joined or turned by such marks, and pictures made of several, stay whole.
        for shown in ["👩‍👩‍👧", "❤️", "می‌خواهم", "\u{202E}abc", "x\u{200B}"] {
            assert_eq!(check_message(shown, false), Ok(()), "{shown:?}");
            assert_eq!(parse_line(shown, 20).as_deref(), Ok(shown));
        }
    }

    #[test]
    fn phones_become_e164_with_the_tenants_country() {
        assert_eq!(parse_phone("0712 345678", "KE").as_deref(), Ok("+254712345678"));
        assert_eq!(parse_phone("+44 20 7946 0958", "KE").as_deref(), Ok("+442079460958"));
        assert_eq!(parse_phone("+1234567890", "KE").as_deref(), Ok("+1234567890"), "document A's own");
        for bad in ["12", "+12", "+2547123", "1234567890", "+999123456789", "+1234567890123456", "+", "phone"] {
            assert_eq!(parse_phone(bad, "KE"), Err(TextError::Phone), "{bad}");
        }
    }

    #[test]
    fn addresses_that_could_break_a_header_are_refused() {
        assert_eq!(parse_email(" Ann@Example.COM ").as_deref(), Ok("ann@example.com"));
        for bad in ["a@b", "a b@c.de", "a@b..de", "a@b.de\nBcc: x@y.z", "@c.de", "a@@c.de", "a@-c.de"] {
            assert!(parse_email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn slugs_come_from_names() {
        assert_eq!(slug_from("Demo Salon & Spa!").as_deref(), Some("demo-salon-spa"));
        assert_eq!(slug_from("Ñoño & Söhne").as_deref(), Some("nono-sohne"), "marks fall off their letters");
        assert_eq!(slug_from("Łódź Ærø").as_deref(), Some("lodz-aero"));
        assert_eq!(slug_from("美容").as_deref(), Some("mei-rong"), "other scripts are spelled out");
        assert_eq!(slug_from("!?"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,300}") {
            let readers: [bool; 4] = [
                parse_email(&text).is_ok(), parse_phone(&text, "KE").is_ok(),
                parse_slug(&text).is_ok(), parse_line(&text, 10).is_ok(),
            ];
            prop_assert!(readers.len() == 4);
            prop_assert!(preview(&text, 50).chars().count() <= 50);
        }
    }
}
