//! From content to kind. The first bytes choose a candidate, the candidate's own check decides.

use std::io::{Read, Seek, SeekFrom};

use super::{Kind, Refused, audio, markup::starts_like_markup, office, ole, plain::check_text};

/// How much of the start is looked at; tables of tracks and codecs lie within it.
const HEAD_BYTES: u64 = 64 * 1024;

/// Says what the file is. `name` is never believed; it only tells kinds of text apart.
pub(super) fn sniff<F: Read + Seek>(file: &mut F, name: &str) -> Result<Kind, Refused> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(Refused::Empty);
    }
    // Whatever else a file may be: what a browser would take for a page is refused.
    if starts_like_markup(&head) {
        return Err(Refused::Unsupported);
    }
    let is = |magic: &[u8]| head.starts_with(magic);
    if is(&ole::MAGIC) {
        return ole::check_ole(file);
    }
    if is(b"PK\x03\x04") {
        return office::check_office(file, &head);
    }
    // Films and sound share containers; the type that a library guesses from the brand says little.
    if head.get(4..8) == Some(b"ftyp") {
        if audio::is_picture(&head) {
            return Err(Refused::Unsupported);
        }
        return audio::check_mp4(file);
    }
    if is(b"\x1A\x45\xDF\xA3") {
        return audio::check_webm(&head);
    }
    if is(b"OggS") {
        return audio::check_ogg(&head);
    }
    if is(b"ID3") || (head[0] == 0xFF && head.get(1).is_some_and(|b| b & 0xE6 == 0xE2)) {
        return audio::check_mp3(file, &head);
    }
    match infer::get(&head).map(|found| found.mime_type()) {
        Some("image/jpeg") => Ok(Kind::Jpeg),
        Some("image/png") => Ok(Kind::Png),
        Some("image/gif") => Ok(Kind::Gif),
        Some("image/webp") => Ok(Kind::Webp),
        Some("application/pdf") => Ok(Kind::Pdf),
        Some("audio/x-wav" | "audio/wav") => audio::check_wav(&head),
        // Known to the library and not on our list, as programs, archives and fonts are.
        Some(mime) if !mime.starts_with("text/") => Err(Refused::Unsupported),
        _ => {
            file.seek(SeekFrom::Start(0))?;
            check_text(file, &head, name)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use proptest::prelude::*;

    fn sniff_bytes(bytes: &[u8], name: &str) -> Result<Kind, Refused> {
        sniff(&mut Cursor::new(bytes), name)
    }

    #[test]
    fn pages_programs_and_archives_are_refused_under_any_name() {
        let elf = [&b"\x7FELF\x02\x01\x01\0"[..], &[0; 60]].concat();
        let exe = [&b"MZ\x90\0"[..], &[0; 80]].concat();
        let zip = office::tests::archive(&[("a.txt", b"x")]);
        let gif_page = b"GIF89a/*\0\0\0\0\0*/=1;</script><html><script>alert(1)</script>";
        let refused: [&[u8]; 15] = [
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            b"\0\0\0\x1CftypavifMIAF\0\0",
            b"<html><body>hi</body></html>",
            b"<!DOCTYPE html>\n<title>x</title>",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
            b"<?xml version=\"1.0\"?><svg/>",
            b"\xEF\xBB\xBF  <script>alert(1)</script>",
            b"#!/bin/sh\necho",
            b"%!PS-Adobe-3.0",
            b"\x1F\x8B\x08\0\0\0\0\0",
            b"Rar!\x1A\x07\0\0\0",
            gif_page,
            &elf,
            &exe,
            &zip,
        ];
        for bytes in refused {
            for name in ["x.png", "x.txt", "x.pdf", ""] {
                let found = sniff_bytes(bytes, name);
                assert!(
                    matches!(found, Err(Refused::Unsupported)),
                    "{name} {:?} {found:?}",
                    String::from_utf8_lossy(bytes)
                );
            }
        }
    }

    #[test]
    fn allowed_kinds_are_known_under_any_name() {
        let docx = office::tests::archive(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"x")]);
        let m4a = audio::tests::mp4(&[b"soun"]);
        let mp3 = audio::tests::mp3();
        let allowed: [(&[u8], Kind); 7] = [
            (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", Kind::Pdf),
            (b"Hello", Kind::Text),
            (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0", Kind::Wav),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead", Kind::Ogg),
            (&docx, Kind::Docx),
            (&m4a, Kind::M4a),
            (&mp3, Kind::Mp3),
        ];
        for (bytes, kind) in allowed {
            assert_eq!(sniff_bytes(bytes, "whatever.bin").unwrap(), kind);
        }
        assert!(matches!(sniff_bytes(b"", "a.txt"), Err(Refused::Empty)));
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_markup_never_passes(noise: Vec<u8>, choice in 0_usize..8) {
            let magics: [&[u8]; 8] = [b"", b"GIF89a", b"\x89PNG\r\n\x1A\n", b"\xFF\xD8\xFF", b"RIFF\0\0\0\0WEBP", b"PK\x03\x04",
                b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\0\0\0\x18ftypM4A "];
            let bytes = [magics[choice], &noise, b"<script>"].concat();
            if bytes.len() < 2000 {
                prop_assert!(sniff_bytes(&bytes, "x.png").is_err());
            }
        }
    }
}
