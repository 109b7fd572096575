//! Office documents from 1997 to 2003: compound files ([MS-CFB]) with one main stream that names the program. Those with
//! macros are refused, and so is everything else that uses the container, installers above all.

use std::io::{Read, Seek, SeekFrom};

use super::{Kind, Refused};

/// First bytes of every compound file.
pub(super) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Storages in which Word, Excel and PowerPoint keep their macros.
const MACROS: [&str; 3] = ["Macros", "_VBA_PROJECT_CUR", "_VBA_PROJECT"];

/// Says which document a compound file is.
pub(super) fn check_ole<F: Read + Seek>(file: &mut F) -> Result<Kind, Refused> {
    file.seek(SeekFrom::Start(0))?;
    let compound = cfb::CompoundFile::open(file).map_err(|_| Refused::Damaged)?;
    if MACROS.iter().any(|name| compound.exists(format!("/{name}"))) {
        return Err(Refused::Unsupported);
    }
    let mains = [
        ("/WordDocument", Kind::Doc),
        ("/Workbook", Kind::Xls),
        ("/Book", Kind::Xls),
        ("/PowerPoint Document", Kind::Ppt),
    ];
    let found = mains.into_iter().find(|(stream, _)| compound.is_stream(stream));
    found.map(|(_, kind)| kind).ok_or(Refused::Unsupported)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    fn compound(streams: &[&str], storages: &[&str]) -> Cursor<Vec<u8>> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        for name in storages {
            file.create_storage(name).unwrap();
        }
        for name in streams {
            file.create_stream(name).unwrap().write_all(b"content").unwrap();
        }
        file.flush().unwrap();
        Cursor::new(file.into_inner().into_inner())
    }

    #[test]
    fn the_main_stream_names_the_program() {
        assert_eq!(check_ole(&mut compound(&["/WordDocument"], &[])).unwrap(), Kind::Doc);
        assert_eq!(check_ole(&mut compound(&["/Workbook"], &[])).unwrap(), Kind::Xls);
        assert_eq!(check_ole(&mut compound(&["/PowerPoint Document"], &[])).unwrap(), Kind::Ppt);
        assert!(matches!(check_ole(&mut compound(&["/Property"], &[])), Err(Refused::Unsupported)));
        assert!(matches!(check_ole(&mut compound(&["/WordDocument"], &["/Macros"])), Err(Refused::Unsupported)));
        assert!(matches!(check_ole(&mut Cursor::new(MAGIC.to_vec())), Err(Refused::Damaged)));
    }
}
