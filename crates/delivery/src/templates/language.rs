//! Language tags, as far as texts need them: `en`, `pt-BR`. Another language falls back to its base and then to English.

/// What every built-in text is written in.
pub(super) const DEFAULT: &str = "en";

/// A tag in its usual writing: a language of two or three letters and, if there is one, a region of two.
pub(crate) fn parse(sent: &str) -> Option<String> {
    let sent = sent.trim();
    let (base, region) = match sent.split_once(['-', '_']) {
        None => (sent, None),
        Some((base, region)) => (base, Some(region)),
    };
    let are_letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
    if !(2..=3).contains(&base.len()) || !are_letters(base) {
        return None;
    }
    let base = base.to_ascii_lowercase();
    match region {
        None => Some(base),
        Some(region) if region.len() == 2 && are_letters(region) => {
            Some(format!("{base}-{}", region.to_ascii_uppercase()))
        }
        Some(_) => None,
    }
}

/// The languages with two letters (ISO 639-1), and those with three that the app is written in.
const KNOWN: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee \
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv \
    ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn \
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te \
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu fil";

/// Whether a tag names a language that there is.
pub(crate) fn is_known(tag: &str) -> bool {
    KNOWN.split_whitespace().any(|known| known == base_of(tag))
}

/// The tags to look for, best first.
pub(super) fn fallbacks(wanted: Option<&str>) -> Vec<String> {
    let wanted = wanted.and_then(parse).unwrap_or_else(|| DEFAULT.to_owned());
    let base = base_of(&wanted).to_owned();
    let mut chain = vec![wanted, base, DEFAULT.to_owned()];
    chain.dedup();
    chain
}

/// `pt` of `pt-BR`.
pub(super) fn base_of(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Whether it is written from right to left.
pub(super) fn is_right_to_left(tag: &str) -> bool {
    matches!(base_of(tag), "ar" | "dv" | "fa" | "he" | "ku" | "ps" | "ur" | "yi")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_one_that_there_is() {
        assert!(["en", "sw", "fil", "hi", "fr", "pt-BR"].iter().all(|tag| is_known(tag)));
        assert!(!["xx", "zzz", "qq-KE"].iter().any(|tag| is_known(tag)));
    }

    #[test]
    fn tags_are_read_in_any_case_and_fall_back_to_english() {
        assert_eq!(parse("PT_br").as_deref(), Some("pt-BR"));
        assert_eq!(fallbacks(Some("pt-BR")), ["pt-BR", "pt", "en"]);
        assert_eq!(fallbacks(Some("en-GB")), ["en-GB", "en"]);
        assert_eq!(fallbacks(None), ["en"]);
        for bad in ["", "e", "engl", "en-", "en-G1", "en-GBR", "../x"] {
            assert_eq!(parse(bad), None, "{bad}");
            assert_eq!(fallbacks(Some(bad)), ["en"]);
        }
    }
}
