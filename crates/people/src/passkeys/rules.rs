//! Bounds of passkeys, and what their owners may call them.

use std::time::Duration;

use kernel::Problem;

/// Passkeys of one person.
pub const PASSKEYS_PER_PERSON_MAX: usize = 20;
/// Characters of a passkey's name.
pub const NAME_CHARS_MAX: usize = 60;
/// How long a browser may take to answer.
pub const CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// A name without surrounding blanks; one that was not given is made from the device.
pub(super) fn parse_name(name: Option<&str>, user_agent: Option<&str>) -> Result<String, Problem> {
    let name = name.map_or("", str::trim);
    if name.is_empty() {
        return Ok(format!("Passkey on {}", device_word(user_agent.unwrap_or_default())));
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Problem::field("name", "TOO_LONG", format!("must be at most {NAME_CHARS_MAX} characters")));
    }
    if name.chars().any(char::is_control) {
        return Err(Problem::field("name", "INVALID_NAME", "must not hold control characters"));
    }
    Ok(name.to_owned())
}

/// The system that a browser says it runs on. The order matters: Android also calls itself Linux, an iPhone a Mac.
fn device_word(user_agent: &str) -> &'static str {
    let known = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("CrOS", "Chromebook"),
        ("Linux", "Linux"),
    ];
    known.iter().find(|(mark, _)| user_agent.contains(mark)).map_or("this device", |(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passkey_without_a_name_is_called_after_its_device() {
        let android = "Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/156.0";
        assert_eq!(parse_name(None, Some(android)).unwrap(), "Passkey on Android");
        assert_eq!(parse_name(Some("  "), None).unwrap(), "Passkey on this device");
        assert_eq!(parse_name(Some(" My phone "), None).unwrap(), "My phone");
        assert!(parse_name(Some(&"x".repeat(NAME_CHARS_MAX + 1)), None).is_err());
        assert!(parse_name(Some("a\nb"), None).is_err());
    }
}
