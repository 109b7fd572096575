//! Limits of what operators do.

use std::time::Duration;

use kernel::{Problem, problem::Fields, text};

/// How long an operator may look into a business before they must say why again.
pub const IMPERSONATION_LIFETIME: Duration = Duration::from_secs(30 * 60);
/// Longest reason.
pub const REASON_CHARS_MAX: usize = 300;
/// Longest search.
pub const SEARCH_CHARS_MAX: usize = 200;
/// What the business of an operator is called who has none.
pub const HOME_NAME: &str = "Operations";

/// Why something is done to a business; the people there read it.
pub fn parse_reason(reason: &str) -> Result<String, Problem> {
    let mut fields = Fields::new();
    let parsed = fields.take("reason", "INVALID_TEXT", text::parse_prose(reason, REASON_CHARS_MAX));
    if parsed.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        fields.refuse("reason", "REQUIRED", "is required");
    }
    fields.check()?;
    parsed.ok_or_else(Problem::internal)
}

/// A search as `LIKE` wants it, found anywhere in the text.
pub fn like_pattern(search: &str) -> Result<String, Problem> {
    if search.chars().count() > SEARCH_CHARS_MAX {
        return Err(Problem::field("q", "TOO_LONG", format!("may have at most {SEARCH_CHARS_MAX} characters")));
    }
    let escaped = search.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Ok(format!("%{escaped}%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_said() {
        assert_eq!(parse_reason("they asked us to").unwrap(), "they asked us to");
        for bad in ["", "   ", &"x".repeat(REASON_CHARS_MAX + 1)] {
            assert!(parse_reason(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_search_is_no_pattern() {
        assert_eq!(like_pattern(" 50%_Off\\ ").unwrap(), "%50\\%\\_off\\\\%");
    }
}
