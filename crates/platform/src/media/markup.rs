//! Finds what a browser would take for a page. The list of openings is that of the WHATWG MIME Sniffing standard (§7.1,
//! "identifying a resource with an unknown MIME type"), with XML, SVG and PHP added; beyond the standard, the strong ones
//! count anywhere in the part that sniffers look at.

/// How far browsers look (WHATWG MIME Sniffing §7: 1,445 bytes), rounded up.
const SNIFFED_BYTES: usize = 2048;

/// Count when they are the first thing in the file.
const OPENINGS: [&[u8]; 22] = [
    b"<!doctype",
    b"<html",
    b"<head",
    b"<script",
    b"<iframe",
    b"<h1",
    b"<div",
    b"<font",
    b"<table",
    b"<a",
    b"<style",
    b"<title",
    b"<b",
    b"<body",
    b"<br",
    b"<p",
    b"<!--",
    b"<?xml",
    b"<?php",
    b"<svg",
    b"<meta",
    b"<link",
];
/// Count wherever they stand in the sniffed part.
const STRONG: [&[u8]; 7] = [b"<!doctype html", b"<html", b"<script", b"<iframe", b"<svg", b"<?php", b"<body"];
/// Count wherever they stand in a picture, whose compressed bytes spell none of them by chance.
const ANYWHERE: [&[u8]; 3] = [b"<script", b"<!doctype html", b"<iframe"];

/// Whether the beginning of a file reads as markup.
pub(super) fn starts_like_markup(head: &[u8]) -> bool {
    let head = &head[..head.len().min(SNIFFED_BYTES)];
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let opens = OPENINGS.iter().any(|tag| {
        let rest = text.get(tag.len()..).filter(|_| starts_with(text, tag));
        rest.is_some_and(|rest| {
            tag.len() > 3 || rest.first().is_none_or(|b| matches!(b, b' ' | b'>' | b'\t' | b'\n' | b'\r' | b'/'))
        })
    });
    opens || STRONG.iter().any(|tag| contains(head, tag))
}

/// Whether a picture carries a page inside, as polyglot files do.
pub(super) fn hides_markup(bytes: &[u8]) -> bool {
    ANYWHERE.iter().any(|tag| contains(bytes, tag))
}

fn starts_with(text: &[u8], tag: &[u8]) -> bool {
    text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
}

fn contains(bytes: &[u8], tag: &[u8]) -> bool {
    bytes.windows(tag.len()).any(|window| window[0] == b'<' && window.eq_ignore_ascii_case(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_known_however_they_start() {
        for page in [
            "<html>",
            "  \n<HTML lang=en>",
            "\u{feff}<!DOCTYPE html>",
            "<ScRiPt>alert(1)",
            "<?xml version='1.0'?>",
            "<svg xmlns='x'>",
            "<!-- x --><b>",
            "<a href=x>",
            "<p>",
            "hello <script>alert(1)</script>",
            "<br/>",
        ] {
            assert!(starts_like_markup(page.as_bytes()), "{page}");
        }
    }

    #[test]
    fn people_may_write_angle_brackets() {
        for text in ["a < b", "<3 you", "x <- y", "<abc@example.com> wrote", "<pre-paid>, see below", "I <b said"] {
            assert!(!starts_like_markup(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_page_far_inside_a_picture_is_found() {
        let mut bytes = vec![0_u8; 100_000];
        assert!(!hides_markup(&bytes));
        bytes.extend_from_slice(b"<SCRIPT>");
        assert!(hides_markup(&bytes));
    }
}
