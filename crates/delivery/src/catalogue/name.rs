//! How a type is called. It may be written with dots or with colons; it is stored with dots, and whoever sent it is answered
//! in the spelling they used.

/// Longest name of a type.
pub(super) const NAME_CHARS_MAX: usize = 64;
/// `order.created`; more parts are allowed, this many at most.
const PARTS_MAX: usize = 4;

/// The one spelling that is stored: `invoice:sent` is `invoice.sent`.
pub fn normalize(spelling: &str) -> String {
    spelling.trim().replace(':', ".")
}

/// The dotted name as the sender writes names: with colons, when what they sent had one.
pub fn same_spelling(dotted: &str, sent: &str) -> String {
    if sent.contains(':') { dotted.replace('.', ":") } else { dotted.to_owned() }
}

/// Whether a business may call a type so: two to four words of letters, digits, `_` and `-`, each beginning with a letter.
pub(super) fn is_name(dotted: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let parts = dotted.split('.').count();
    dotted.len() <= NAME_CHARS_MAX && (2..=PARTS_MAX).contains(&parts) && dotted.split('.').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_and_colons_name_the_same_type() {
        assert_eq!(normalize(" user:clockedIn"), "user.clockedIn");
        assert_eq!(same_spelling("user.clockedIn", "user:clockedIn"), "user:clockedIn");
        assert_eq!(same_spelling("user.clockedIn", "user.clockedIn"), "user.clockedIn");
    }

    #[test]
    fn a_name_is_two_to_four_words() {
        for good in ["stock.low", "a.b.c.d", "shop.item_sold-out", "X.y1"] {
            assert!(is_name(good), "{good}");
        }
        let long = format!("a.{}", "b".repeat(NAME_CHARS_MAX));
        for bad in ["", "stock", "a.b.c.d.e", "a..b", ".a", "a.", "1a.b", "a.b c", "ä.b", "a:b", "a.b\n", long.as_str()]
        {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
