//! Texts compared as people look for words: without case, and without the marks on letters, so that `jose` finds `José`.

use unicode_normalization::char::decompose_canonical;

/// The marks that are put on letters (combining diacritical marks), which Unicode keeps in one block.
const MARKS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// What remains of a character; a mark by itself leaves nothing.
pub fn fold_char(c: char) -> Option<char> {
    if c.is_ascii() {
        return Some(c.to_ascii_lowercase());
    }
    if MARKS.contains(&c) {
        return None;
    }
    let (mut base, mut only_marks) = (None, true);
    decompose_canonical(c, |part| match base {
        None => base = Some(part),
        Some(_) => only_marks &= MARKS.contains(&part),
    });
    // A character that falls apart into others than marks (a syllable of Hangul) stays whole.
    let plain = base.filter(|_| only_marks).unwrap_or(c);
    Some(plain.to_lowercase().next().unwrap_or(plain))
}

/// The text without case and marks.
pub fn fold(text: &str) -> String {
    text.chars().filter_map(fold_char).collect()
}

/// Every place where the text holds the words, whatever case and marks: first character and the one behind the last, counted in
/// characters of the text as it is; `max` places at most.
pub fn find_folded(text: &str, words: &str, max: usize) -> Vec<(usize, usize)> {
    let pin: Vec<char> = words.chars().filter_map(fold_char).collect();
    if pin.is_empty() {
        return Vec::new();
    }
    let count = text.chars().count();
    let hay: Vec<(usize, char)> =
        text.chars().enumerate().filter_map(|(place, c)| Some((place, fold_char(c)?))).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at + pin.len() <= hay.len() && found.len() < max {
        if hay[at..at + pin.len()].iter().map(|(_, c)| c).eq(&pin) {
            // Marks that follow the last letter belong to it.
            let end = hay.get(at + pin.len()).map_or(count, |(place, _)| *place);
            found.push((hay[at].0, end));
            at += pin.len();
        } else {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_marks_do_not_count() {
        assert_eq!(fold("José ÉCOLE ếßØ"), "jose ecole eßø");
        assert_eq!(fold("e\u{301}cole"), "ecole");
        assert_eq!(fold("한국 Привет"), "한국 привет");
    }

    #[test]
    fn places_are_those_of_the_text_as_it_is() {
        assert_eq!(find_folded("Braids, then BRAIDS", "braids", 9), [(0, 6), (13, 19)]);
        assert_eq!(find_folded("à l'école", "ecole", 9), [(4, 9)]);
        assert_eq!(find_folded("a e\u{301}cole\u{301}!", "ÉCOLE", 9), [(2, 9)]);
        assert_eq!(find_folded("aaaa", "a", 2), [(0, 1), (1, 2)]);
        assert!(find_folded("short", "much longer", 9).is_empty());
        assert!(find_folded("a", "\u{301}", 9).is_empty());
    }
}
