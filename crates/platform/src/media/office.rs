//! Office documents that are zip archives: OOXML (ECMA-376) and OpenDocument. Only the archive's table of contents is
//! read (APPNOTE.TXT §4.3.12 and §4.3.16), nothing is unpacked, so a bomb inside costs nothing here. A zip archive that is
//! no document is refused, and so is a document with macros.

use std::io::{Read, Seek, SeekFrom};

use super::{Kind, Refused};

/// End of central directory record without its comment.
const END_BYTES: usize = 22;
/// The longest comment an archive may have, by its format.
const COMMENT_BYTES_MAX: u64 = 65_535;
/// Longest table of contents that is read; a document of 1,000 pictures has about 100 KiB.
const CONTENTS_BYTES_MAX: u64 = 2 * 1024 * 1024;
/// Fixed part of one entry in the table of contents.
const ENTRY_BYTES: usize = 46;

/// Says which document an archive is.
pub(super) fn check_office<F: Read + Seek>(file: &mut F, head: &[u8]) -> Result<Kind, Refused> {
    let names = read_names(file)?;
    let has = |wanted: &str| names.iter().any(|name| name == wanted.as_bytes());
    let has_folder = |folder: &str| names.iter().any(|name| name.starts_with(folder.as_bytes()));
    let macros = names.iter().any(|name| name.to_ascii_lowercase().ends_with(b"vbaproject.bin"));
    if macros || has_folder("Basic/") || has_folder("Scripts/") {
        return Err(Refused::Unsupported);
    }
    if has("[Content_Types].xml") {
        let kinds =
            [("word/document.xml", Kind::Docx), ("xl/workbook.xml", Kind::Xlsx), ("ppt/presentation.xml", Kind::Pptx)];
        let found = kinds.into_iter().find(|(part, _)| has(part));
        return found.map(|(_, kind)| kind).ok_or(Refused::Unsupported);
    }
    if has("content.xml") {
        return [Kind::Odt, Kind::Ods, Kind::Odp]
            .into_iter()
            .find(|kind| declares(head, *kind))
            .ok_or(Refused::Unsupported);
    }
    Err(Refused::Unsupported)
}

/// OpenDocument (part 2, §3.3): the first entry is named `mimetype`, stored as it is, and holds just that.
fn declares(head: &[u8], kind: Kind) -> bool {
    let length = head.get(18..22).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    head.get(26..28) == Some(&[8, 0])
        && head.get(30..).is_some_and(|rest| rest.starts_with(b"mimetype"))
        && length == u32::try_from(kind.mime().len()).ok()
        && head.windows(kind.mime().len()).any(|window| window == kind.mime().as_bytes())
}

/// The names in the table of contents.
fn read_names<F: Read + Seek>(file: &mut F) -> Result<Vec<Vec<u8>>, Refused> {
    let end = find_end(file)?;
    let number = |at: usize| u32::from_le_bytes([end[at], end[at + 1], end[at + 2], end[at + 3]]);
    let (bytes, offset) = (u64::from(number(12)), u64::from(number(16)));
    if bytes > CONTENTS_BYTES_MAX {
        return Err(Refused::Unsupported);
    }
    file.seek(SeekFrom::Start(offset))?;
    let mut contents = Vec::new();
    file.take(bytes).read_to_end(&mut contents)?;
    let mut rest = contents.as_slice();
    let mut names = Vec::new();
    while rest.len() >= ENTRY_BYTES && rest.starts_with(b"PK\x01\x02") {
        let short = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let (name, extra, comment) = (short(28), short(30), short(32));
        let name_end = ENTRY_BYTES + name;
        names.push(rest.get(ENTRY_BYTES..name_end).ok_or(Refused::Damaged)?.to_vec());
        rest = rest.get(name_end + extra + comment..).unwrap_or_default();
    }
    Ok(names)
}

/// The last record of the archive, which says where the table of contents is.
fn find_end<F: Read + Seek>(file: &mut F) -> Result<[u8; END_BYTES], Refused> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(COMMENT_BYTES_MAX + END_BYTES as u64);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(COMMENT_BYTES_MAX + END_BYTES as u64).read_to_end(&mut tail)?;
    let record = tail.windows(END_BYTES).rev().find(|window| window.starts_with(b"PK\x05\x06"));
    record.and_then(|window| window.try_into().ok()).ok_or(Refused::Damaged)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Cursor;

    use super::*;
    use proptest::prelude::*;

    /// An archive of stored entries, as small as the format allows.
    pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut bytes, mut contents) = (Vec::new(), Vec::new());
        for (name, data) in entries {
            let sizes = [(data.len() as u32).to_le_bytes(), (data.len() as u32).to_le_bytes()].concat();
            let name_len = (name.len() as u16).to_le_bytes();
            let offset = (bytes.len() as u32).to_le_bytes();
            bytes.extend_from_slice(&[b"PK\x03\x04", &[0; 14][..], &sizes, &name_len, &[0, 0]].concat());
            bytes.extend_from_slice(&[name.as_bytes(), data].concat());
            contents.extend_from_slice(&[b"PK\x01\x02", &[0; 16][..], &sizes, &name_len, &[0; 12], &offset].concat());
            contents.extend_from_slice(name.as_bytes());
        }
        let (size, offset) = (contents.len() as u32, bytes.len() as u32);
        let count = (entries.len() as u16).to_le_bytes();
        bytes.extend_from_slice(&contents);
        let end = [b"PK\x05\x06", &[0; 4][..], &count, &count, &size.to_le_bytes(), &offset.to_le_bytes(), &[0, 0]];
        bytes.extend_from_slice(&end.concat());
        bytes
    }

    fn check(bytes: &[u8]) -> Result<Kind, Refused> {
        check_office(&mut Cursor::new(bytes), &bytes[..bytes.len().min(4096)])
    }

    #[test]
    fn documents_are_told_from_plain_archives() {
        let types = ("[Content_Types].xml", &b"<Types/>"[..]);
        assert_eq!(check(&archive(&[types, ("word/document.xml", b"x")])).unwrap(), Kind::Docx);
        assert_eq!(check(&archive(&[types, ("xl/workbook.xml", b"x")])).unwrap(), Kind::Xlsx);
        assert_eq!(check(&archive(&[types, ("ppt/presentation.xml", b"x")])).unwrap(), Kind::Pptx);
        let text = ("mimetype", Kind::Odt.mime().as_bytes());
        assert_eq!(check(&archive(&[text, ("content.xml", b"x")])).unwrap(), Kind::Odt);
        assert!(check(&archive(&[("a.txt", b"x")])).is_err());
        assert!(check(&archive(&[types, ("game.exe", b"x")])).is_err());
        assert!(check(&archive(&[("content.xml", b"x")])).is_err());
    }

    #[test]
    fn macros_are_refused() {
        let types = ("[Content_Types].xml", &b"<Types/>"[..]);
        let found = check(&archive(&[types, ("word/document.xml", b"x"), ("word/vbaProject.bin", b"x")]));
        assert!(matches!(found, Err(Refused::Unsupported)));
    }

    #[test]
    fn a_cut_archive_is_damaged() {
        let whole = archive(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"x")]);
        assert!(matches!(check(&whole[..whole.len() - 30]), Err(Refused::Damaged)));
    }

    proptest! {
        #[test]
        fn no_archive_panics(noise: Vec<u8>, size: u32, offset: u32) {
            let end = [b"PK\x05\x06", &[0; 8][..], &size.to_le_bytes(), &offset.to_le_bytes(), &[0, 0]].concat();
            let entry = [b"PK\x01\x02", &noise[..]].concat();
            prop_assert!(check(&[&entry[..], &end].concat()).is_err());
        }
    }
}
