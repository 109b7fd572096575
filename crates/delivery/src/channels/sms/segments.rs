//! How many text messages a text becomes on the way. A text in the GSM alphabet (3GPP TS 23.038) has 160 places in one part
//! and 153 in each of several, where a few signs take two; any other text is sent in UTF-16, 70 units in one part and 67
//! in each of several. Nothing that takes two places is split between parts.

/// The alphabet's signs that take one place.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those that take two.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// How a text is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Seven bits a sign.
    Gsm7,
    /// UTF-16.
    Ucs2,
}

impl Encoding {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "GSM-7",
            Self::Ucs2 => "UCS-2",
        }
    }
    const fn places_alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }
    const fn places_in_each(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }
    fn places_of(self, sign: char) -> usize {
        match self {
            Self::Gsm7 => gsm_places(sign).unwrap_or(1),
            Self::Ucs2 => sign.len_utf16(),
        }
    }
}

/// What a text becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segments {
    /// How it is carried.
    pub encoding: Encoding,
    /// In how many parts; none for an empty text.
    pub count: usize,
}

fn gsm_places(sign: char) -> Option<usize> {
    if BASIC.contains(sign) {
        return Some(1);
    }
    EXTENDED.contains(sign).then_some(2)
}

/// Counts the parts of a text.
pub fn count(text: &str) -> Segments {
    let is_gsm = text.chars().all(|sign| gsm_places(sign).is_some());
    let encoding = if is_gsm { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let all: usize = text.chars().map(|sign| encoding.places_of(sign)).sum();
    if all <= encoding.places_alone() {
        return Segments { encoding, count: usize::from(all > 0) };
    }
    let (mut parts, mut taken) = (1, 0);
    for sign in text.chars() {
        let places = encoding.places_of(sign);
        if taken + places > encoding.places_in_each() {
            parts += 1;
            taken = 0;
        }
        taken += places;
    }
    Segments { encoding, count: parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(text: &str) -> (Encoding, usize) {
        let Segments { encoding, count } = count(text);
        (encoding, count)
    }

    #[test]
    fn texts_break_where_the_standard_says() {
        use Encoding::{Gsm7, Ucs2};
        assert_eq!(counted(""), (Gsm7, 0));
        assert_eq!(counted("Hello @ £5"), (Gsm7, 1));
        assert_eq!(counted(&"a".repeat(160)), (Gsm7, 1));
        assert_eq!(counted(&"a".repeat(161)), (Gsm7, 2));
        assert_eq!(counted(&"a".repeat(306)), (Gsm7, 2));
        assert_eq!(counted(&"a".repeat(307)), (Gsm7, 3));
        assert_eq!(counted(&"€".repeat(80)), (Gsm7, 1));
        assert_eq!(counted(&"€".repeat(81)), (Gsm7, 2));
        assert_eq!(counted(&"ж".repeat(70)), (Ucs2, 1));
        assert_eq!(counted(&"ж".repeat(71)), (Ucs2, 2));
        assert_eq!(counted(&"ж".repeat(134)), (Ucs2, 2));
        assert_eq!(counted(&"ж".repeat(135)), (Ucs2, 3));
        assert_eq!(counted("’"), (Ucs2, 1), "a curly apostrophe is not in the alphabet");
        assert_eq!(counted(&"😀".repeat(35)), (Ucs2, 1));
        assert_eq!(counted(&"😀".repeat(36)), (Ucs2, 2));
    }

    #[test]
    fn what_takes_two_places_is_not_split() {
        // 152 places, then one that takes two: the first part ends a place early.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(151));
        assert_eq!(counted(&text), (Encoding::Gsm7, 2));
        assert_eq!(counted(&format!("{text}a")), (Encoding::Gsm7, 3));
        // 66 units, then a pair of two: the same with surrogates.
        let text = format!("{}😀{}", "ж".repeat(66), "ж".repeat(65));
        assert_eq!(counted(&text), (Encoding::Ucs2, 2));
        assert_eq!(counted(&format!("{text}ж")), (Encoding::Ucs2, 3));
    }

    #[test]
    fn the_alphabet_is_whole() {
        assert_eq!(BASIC.chars().count(), 127, "128 places, one of them the escape to the extension");
        assert_eq!(EXTENDED.chars().count(), 10);
    }

    proptest! {
        #[test]
        fn a_longer_text_never_takes_fewer_parts(text in "(?s).{0,400}", more in "[a-zж😀€]{0,20}") {
            let longer = text.clone() + &more;
            prop_assert!(count(&longer).count >= count(&text).count);
        }
    }
}
