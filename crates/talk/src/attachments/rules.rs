//! Pure decisions about what a reader gets: whole, part, nothing new, nothing there (RFC 9110 §13 and §14).

use std::ops::Range;

/// Which bytes to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of them, 200.
    Whole,
    /// These, 206.
    Part(Range<u64>),
    /// None of what was asked for exists, 416.
    Nothing,
}

/// Reads a `Range` header. Only one range is served; what is not understood or asks for several gets the whole, as the
/// standard allows.
pub(super) fn decide_range(header: Option<&str>, bytes: u64) -> Wanted {
    let Some(range) = header.and_then(parse_range) else { return Wanted::Whole };
    let part = match range {
        Asked::From(first, last) => first..last.map_or(bytes, |last| last.saturating_add(1).min(bytes)),
        Asked::Last(count) => bytes.saturating_sub(count)..bytes,
    };
    if part.is_empty() { Wanted::Nothing } else { Wanted::Part(part) }
}

enum Asked {
    From(u64, Option<u64>),
    Last(u64),
}

fn parse_range(header: &str) -> Option<Asked> {
    let (unit, spec) = header.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") || spec.contains(',') {
        return None;
    }
    let (first, last) = spec.trim().split_once('-')?;
    match (first, last) {
        ("", count) => Some(Asked::Last(parse_digits(count)?)),
        (first, "") => Some(Asked::From(parse_digits(first)?, None)),
        (first, last) => {
            let (first, last) = (parse_digits(first)?, parse_digits(last)?);
            (first <= last).then_some(Asked::From(first, Some(last)))
        }
    }
}

/// Digits only; a number too large for us is as good as the largest.
fn parse_digits(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Whether the reader already has this version (`If-None-Match`, weak comparison).
pub(super) fn is_known(if_none_match: Option<&str>, etag: &str) -> bool {
    let tags = if_none_match.unwrap_or_default().split(',').map(|tag| tag.trim());
    tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag)).any(|tag| tag == "*" || tag == etag)
}

/// Whether a range is to be served though the reader's first part may be of another version (`If-Range`).
pub(super) fn is_same_version(if_range: Option<&str>, etag: &str) -> bool {
    if_range.is_none_or(|tag| tag.trim() == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_served_and_bounded_by_the_file() {
        for (header, wanted) in [
            ("bytes=0-0", Wanted::Part(0..1)),
            ("bytes=2-4", Wanted::Part(2..5)),
            ("bytes=5-", Wanted::Part(5..10)),
            ("bytes=-3", Wanted::Part(7..10)),
            ("bytes=-99", Wanted::Part(0..10)),
            ("bytes=0-99999999999999999999999999", Wanted::Part(0..10)),
            ("Bytes = 9-9", Wanted::Part(9..10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=99-100", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=4-2", Wanted::Whole),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("bytes=a-b", Wanted::Whole),
            ("bytes=+1-2", Wanted::Whole),
            ("bytes=-", Wanted::Whole),
            ("rows=0-1", Wanted::Whole),
            ("", Wanted::Whole),
        ] {
            assert_eq!(decide_range(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(decide_range(None, 10), Wanted::Whole);
    }

    #[test]
    fn a_known_version_is_not_sent_again() {
        for known in ["\"a\"", "W/\"a\"", "\"x\", \"a\"", "*"] {
            assert!(is_known(Some(known), "\"a\""), "{known}");
        }
        assert!(!is_known(Some("\"b\""), "\"a\"") && !is_known(None, "\"a\""));
        assert!(is_same_version(None, "\"a\"") && is_same_version(Some("\"a\""), "\"a\""));
        assert!(!is_same_version(Some("\"b\""), "\"a\"") && !is_same_version(Some("W/\"a\""), "\"a\""));
    }
}
