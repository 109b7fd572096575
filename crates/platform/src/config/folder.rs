//! `DATA_DIR`: made readable by its owner only, and proven to be writable before anything else depends on it.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::ConfigFault;

/// Rights of the folders that are made: whoever else has an account on the machine has no business in them.
const OWNER_ONLY: u32 = 0o700;
const FILE_IN_THE_WAY: &str = "a file stands where a folder should be";

/// Makes the folder when it is not there, and proves that files can be made in it. One that is there keeps its rights:
/// what is in it has its own.
pub fn prepare_folder(path: &Path) -> Result<(), ConfigFault> {
    make_folder(path).map_err(|why| fault(path, "cannot be made", &why))?;
    tempfile::tempfile_in(path).map_err(|why| fault(path, "cannot be written", &why))?;
    Ok(())
}

/// Proves that files could be made in it, or that it could be made, and leaves nothing behind.
pub fn look_at_folder(path: &Path) -> Result<(), ConfigFault> {
    let path = absolute(path);
    let there = path.ancestors().find(|above| above.exists()).unwrap_or(&path);
    let what = if there == path { "cannot be written" } else { "cannot be made" };
    if there.is_dir() {
        return tempfile::tempfile_in(there).map(drop).map_err(|why| fault(&path, what, &why));
    }
    Err(fault(&path, "cannot be made", &io::Error::new(io::ErrorKind::AlreadyExists, FILE_IN_THE_WAY)))
}

fn fault(path: &Path, what: &str, why: &io::Error) -> ConfigFault {
    ConfigFault {
        name: "DATA_DIR".to_owned(),
        message: format!(
            "the folder {} {what}: {why}; make it writable for the user of this program, or name another",
            absolute(path).display()
        ),
    }
}

/// Makes the folder for its owner alone; folders above it get the usual rights.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().map_or(Ok(()), fs::create_dir_all);
    match above.and_then(|()| fs::DirBuilder::new().mode(OWNER_ONLY).create(path)) {
        // Another process made it just now.
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => Err(io::Error::new(why.kind(), FILE_IN_THE_WAY)),
        made => made,
    }
}

/// As the reader of a message finds it, wherever the program was started.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
