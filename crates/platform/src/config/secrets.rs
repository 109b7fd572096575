//! Secrets that nobody configured: made once, kept in `DATA_DIR/secrets/` readable by the owner only, and read again on
//! every later start.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use kernel::{Entropy, text::Secret};

use super::{
    SECRET_CHARS_MIN,
    folder::{make_folder, prepare_folder},
    report::Reader,
};
use crate::clock::OsEntropy;

pub(super) fn take(r: &mut Reader, name: &str, data_dir: &Path, may_make: bool) -> Secret {
    if let Some(value) = r.optional(name) {
        let message = format!("must be at least {SECRET_CHARS_MIN} characters");
        r.check(name, value.chars().count() >= SECRET_CHARS_MIN, &message);
        return Secret(value);
    }
    if !may_make {
        r.fault(
            name,
            "is required with PostgreSQL, because nodes share it (or set SINGLE_NODE=1 to have it made)".into(),
        );
        return Secret(String::new());
    }
    if let Err(fault) = prepare_folder(data_dir) {
        r.note(fault);
        return Secret(String::new());
    }
    match read_or_make(&data_dir.join("secrets"), name) {
        Ok(value) => Secret(value),
        Err(e) => {
            r.fault(name, format!("could not be made in {}: {e}", data_dir.display()));
            Secret(String::new())
        }
    }
}

fn read_or_make(folder: &Path, name: &str) -> io::Result<String> {
    let path = folder.join(name.to_lowercase());
    match fs::read_to_string(&path) {
        Ok(text) => return Ok(text.trim_end().to_owned()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(e),
    }
    make_folder(folder)?;
    let mut bytes = [0_u8; 32];
    OsEntropy.fill(&mut bytes);
    let text = hex::encode(bytes);
    // Written aside, synced and renamed: a crash leaves either no secret or a whole one.
    let temporary = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, &path)?;
    fs::File::open(folder)?.sync_all()?;
    Ok(text)
}
