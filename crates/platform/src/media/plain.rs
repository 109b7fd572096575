//! Plain text: valid UTF-8, no NUL and no other byte that only binary files have, nothing a browser or a shell would run.

use std::io::{self, Read};

use super::{Kind, Refused, markup::starts_like_markup};

/// Pieces in which text is checked.
const CHUNK_BYTES: usize = 64 * 1024;

/// Endings that promise a program or a page; text under such a name is not let through as text.
const PROGRAM_EXTENSIONS: [&str; 32] = [
    "html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "xml", "xsl", "js", "mjs", "cjs", "jse", "ts", "wsf",
    "vbs", "vbe", "hta", "php", "phtml", "asp", "aspx", "jsp", "sh", "bash", "bat", "cmd", "ps1", "py", "pl", "reg",
    "url",
];

/// Reads everything and says which text it is. `name` only tells tables from prose and programs from both.
pub(super) fn check_text(source: &mut impl Read, head: &[u8], name: &str) -> Result<Kind, Refused> {
    let extension = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if starts_like_markup(head) || head.starts_with(b"#!") || PROGRAM_EXTENSIONS.contains(&extension.as_str()) {
        return Err(Refused::Unsupported);
    }
    if !is_text(source)? {
        return Err(Refused::Unsupported);
    }
    Ok(if extension == "csv" { Kind::Csv } else { Kind::Text })
}

/// A character may lie across two pieces: what was not complete is looked at again with the next piece.
fn is_text(source: &mut impl Read) -> io::Result<bool> {
    let mut buffer = vec![0_u8; CHUNK_BYTES];
    let mut kept = 0;
    loop {
        let read = source.read(&mut buffer[kept..])?;
        let chunk = &buffer[..kept + read];
        if read == 0 {
            return Ok(kept == 0);
        }
        let rest = match std::str::from_utf8(chunk) {
            Ok(_) => 0,
            Err(err) if err.error_len().is_none() => chunk.len() - err.valid_up_to(),
            Err(_) => return Ok(false),
        };
        if chunk.iter().copied().any(is_binary) {
            return Ok(false);
        }
        let end = chunk.len();
        buffer.copy_within(end - rest..end, 0);
        kept = rest;
    }
}

/// Bytes that text does not have (WHATWG MIME Sniffing §3, "binary data byte").
const fn is_binary(byte: u8) -> bool {
    matches!(byte, 0x00..=0x08 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(bytes: &[u8], name: &str) -> Result<Kind, Refused> {
        check_text(&mut &bytes[..], &bytes[..bytes.len().min(4096)], name)
    }

    #[test]
    fn text_is_text_and_tables_are_known_by_name() {
        assert_eq!(check("Grüße\r\n\tHabari ✓".as_bytes(), "a.txt").unwrap(), Kind::Text);
        assert_eq!(check(b"a,b\n1,2\n", "A.CSV").unwrap(), Kind::Csv);
    }

    #[test]
    fn what_is_no_plain_text_is_refused() {
        for (bytes, name) in [
            (&b"a\0b"[..], "a.txt"),
            (b"\xFF\xFEh\0i\0", "a.txt"),
            (b"caf\xE9", "a.txt"),
            (b"cut \xE2\x9C", "a.txt"),
            (b"#!/bin/sh\nrm -rf /", "a.txt"),
            (b"alert(1)", "a.js"),
            (b"<!doctype html>", "a.txt"),
            (b"hello", "page.HTML"),
            (b"esc \x01", "a.txt"),
        ] {
            assert!(matches!(check(bytes, name), Err(Refused::Unsupported)), "{name} {bytes:?}");
        }
    }

    #[test]
    fn a_character_may_lie_across_two_pieces() {
        for shift in 0..4 {
            let text = format!("{}{}", "x".repeat(CHUNK_BYTES - shift), "✓✓");
            assert_eq!(check(text.as_bytes(), "a.txt").unwrap(), Kind::Text, "shift {shift}");
        }
    }

    proptest! {
        #[test]
        fn pieces_decide_as_the_whole_does(bytes: Vec<u8>) {
            let whole = std::str::from_utf8(&bytes).is_ok() && !bytes.iter().copied().any(is_binary);
            prop_assert_eq!(is_text(&mut &bytes[..]).unwrap(), whole);
        }
    }
}
