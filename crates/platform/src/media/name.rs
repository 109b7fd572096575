//! Names of files: cleaned when they come in, quoted when they go out.

use super::Kind;

/// Longest stored name, in characters.
pub const NAME_CHARS_MAX: usize = 120;
/// Longest ending that is taken for one.
const EXTENSION_CHARS_MAX: usize = 10;
/// Used when nothing usable is left of a name.
const NAMELESS: &str = "file";

/// A name that is only a name: no folders, no control or invisible direction characters, at most [`NAME_CHARS_MAX`]
/// characters, and an ending that tells the truth about the content, so that a saved picture never runs as a program.
pub fn clean_name(raw: &str, kind: Kind) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut plain = String::new();
    for c in last.chars().filter(|c| !is_dropped(*c)) {
        // Runs of white space become one blank.
        match c {
            c if c.is_whitespace() && plain.ends_with(' ') => {}
            c if c.is_whitespace() => plain.push(' '),
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => plain.push('_'),
            c => plain.push(c),
        }
    }
    let plain = plain.trim_matches([' ', '.']);
    let (stem, extension) = split_extension(plain, kind);
    let room = NAME_CHARS_MAX - extension.chars().count() - 1;
    let stem: String = stem.chars().take(room).collect();
    let stem = stem.trim_matches([' ', '.']);
    format!("{}.{extension}", if stem.is_empty() { NAMELESS } else { stem })
}

/// The name before its ending, and the ending; a wrong ending stays in the name and the right one is added.
fn split_extension(name: &str, kind: Kind) -> (&str, String) {
    let endings = kind.extensions();
    match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= EXTENSION_CHARS_MAX => {
            let ending_lower = ending.to_ascii_lowercase();
            if endings.contains(&ending_lower.as_str()) { (stem, ending_lower) } else { (name, endings[0].to_owned()) }
        }
        _ => (name, endings[0].to_owned()),
    }
}

/// Control characters, and the invisible ones that make a name read differently from what it is.
const fn is_dropped(c: char) -> bool {
    matches!(c,
        '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// The header value that offers a file under its name (RFC 6266), with the full name in UTF-8 (RFC 8187) beside an ASCII
/// stand-in for old clients.
pub fn content_disposition(inline: bool, name: &str) -> String {
    let how = if inline { "inline" } else { "attachment" };
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ' { c } else { '_' })
        .collect();
    if ascii == name {
        return format!("{how}; filename=\"{ascii}\"");
    }
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        // attr-char of RFC 8187 §3.2.1.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{how}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_lose_folders_and_gain_true_endings() {
        for (raw, kind, clean) in [
            ("photo.JPG", Kind::Jpeg, "photo.jpg"),
            ("../../etc/passwd", Kind::Text, "passwd.txt"),
            ("C:\\Users\\ann\\cv.docx", Kind::Docx, "cv.docx"),
            ("virus.exe", Kind::Png, "virus.exe.png"),
            ("page.html", Kind::Gif, "page.html.gif"),
            ("", Kind::Pdf, "file.pdf"),
            (".pdf", Kind::Pdf, "pdf.pdf"),
            ("...", Kind::Pdf, "file.pdf"),
            ("a\r\nSet-Cookie: x\0.png", Kind::Png, "aSet-Cookie_ x.png"),
            ("gnp.\u{202E}exe", Kind::Png, "gnp.exe.png"),
            ("Rechnung für Änn.pdf", Kind::Pdf, "Rechnung für Änn.pdf"),
        ] {
            assert_eq!(clean_name(raw, kind), clean, "{raw:?}");
        }
    }

    #[test]
    fn a_header_names_the_file_in_ascii_and_in_full() {
        assert_eq!(content_disposition(false, "a b.txt"), "attachment; filename=\"a b.txt\"");
        assert_eq!(
            content_disposition(true, "€ \"rate\".png"),
            "inline; filename=\"_ _rate_.png\"; filename*=UTF-8''%E2%82%AC%20%22rate%22.png"
        );
    }

    proptest! {
        #[test]
        fn any_name_comes_out_short_clean_and_stable(raw in "(?s).{0,300}") {
            for kind in [Kind::Png, Kind::Text] {
                let name = clean_name(&raw, kind);
                prop_assert!(name.chars().count() <= NAME_CHARS_MAX);
                prop_assert!(!name.contains(['/', '\\', '\0', '\n', '\r']) && !name.starts_with('.'));
                prop_assert!(kind.extensions().iter().any(|e| name.ends_with(&format!(".{e}"))), "{}", name);
                prop_assert_eq!(clean_name(&name, kind), name.clone());
                let header = content_disposition(true, &name);
                prop_assert!(header.bytes().all(|b| (0x20..0x7F).contains(&b)), "{}", header);
            }
        }
    }
}
