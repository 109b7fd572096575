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

/// Where they are, in `DATA_DIR`.
const FOLDER: &str = "secrets";
/// The one that seals what is stored.
const MASTER: &str = "master_key";
/// The one before it, for as long as something is sealed with it.
const MASTER_BEFORE: &str = "master_key_old";

/// Master keys that were replaced, and whether the present one is the program's own.
pub(super) fn retired(r: &mut Reader, data_dir: &Path) -> (Vec<Secret>, bool) {
    let mut before: Vec<Secret> = r.optional("MASTER_KEY_OLD").into_iter().map(Secret).collect();
    let long_enough = before.iter().all(|key| key.0.chars().count() >= SECRET_CHARS_MIN);
    r.check("MASTER_KEY_OLD", long_enough, &format!("must be at least {SECRET_CHARS_MIN} characters"));
    let is_own = r.optional("MASTER_KEY").is_none();
    match fs::read_to_string(data_dir.join(FOLDER).join(MASTER_BEFORE)) {
        Ok(text) => before.push(Secret(text.trim_end().to_owned())),
        Err(e) if e.kind() == io::ErrorKind::NotFound || e.kind() == io::ErrorKind::NotADirectory => {}
        Err(e) => r.fault("MASTER_KEY", format!("the one before it cannot be read in {}: {e}", data_dir.display())),
    }
    (before, is_own)
}

/// Puts a new master key in the place of the program's own, which is kept beside it. Done again after a crash it goes on
/// with the new key, if there was one already. `fits` refuses a key that could be taken for the one before.
pub fn begin_own_rotation(data_dir: &Path, fits: impl Fn(&str, &str) -> bool) -> io::Result<()> {
    let folder = data_dir.join(FOLDER);
    let present = fs::read_to_string(folder.join(MASTER))?.trim_end().to_owned();
    match fs::read_to_string(folder.join(MASTER_BEFORE)) {
        Ok(before) if before.trim_end() != present => return Ok(()),
        Ok(_) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => write_whole(&folder, MASTER_BEFORE, &present)?,
        Err(e) => return Err(e),
    }
    let mut next = make();
    while !fits(&present, &next) {
        next = make();
    }
    write_whole(&folder, MASTER, &next)
}

/// Nothing is sealed with the key before any more: it is removed.
pub fn end_own_rotation(data_dir: &Path) -> io::Result<()> {
    let folder = data_dir.join(FOLDER);
    match fs::remove_file(folder.join(MASTER_BEFORE)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => fs::File::open(folder)?.sync_all(),
    }
}

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
    if !r.may_make() {
        return read_or_imagine(r, &data_dir.join(FOLDER), name);
    }
    if let Err(fault) = prepare_folder(data_dir) {
        r.note(fault);
        return Secret(String::new());
    }
    match read_or_make(&data_dir.join(FOLDER), name) {
        Ok(value) => Secret(value),
        Err(e) => {
            r.fault(name, format!("could not be made in {}: {e}", data_dir.display()));
            Secret(String::new())
        }
    }
}

/// What a start would use: the one that is kept, or one as it would be made.
fn read_or_imagine(r: &mut Reader, folder: &Path, name: &str) -> Secret {
    match fs::read_to_string(folder.join(name.to_lowercase())) {
        Ok(text) => Secret(text.trim_end().to_owned()),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Secret(make()),
        Err(e) => {
            r.fault(name, format!("cannot be read in {}: {e}", folder.display()));
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
    let text = make();
    write_whole(folder, &name.to_lowercase(), &text)?;
    Ok(text)
}

fn make() -> String {
    let mut bytes = [0_u8; 32];
    OsEntropy.fill(&mut bytes);
    hex::encode(bytes)
}

/// Written aside, synced and renamed: a crash leaves either what was there or the whole new secret.
fn write_whole(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let path = folder.join(name);
    let temporary = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, &path)?;
    fs::File::open(folder)?.sync_all()
}
