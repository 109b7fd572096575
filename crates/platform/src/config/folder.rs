//! `DATA_DIR`: made readable by its owner only, and proven to be writable before anything else depends on it.

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::ConfigFault;

/// Rights of the folders that are made: whoever else has an account on the machine has no business in them.
const OWNER_ONLY: u32 = 0o700;

/// Makes the folder when it is not there, and proves that files can be made in it. One that is there keeps its rights:
/// what is in it has its own.
pub fn prepare_folder(path: &Path) -> Result<(), ConfigFault> {
    let fault = |what: &str, why: &io::Error| {
        let shown = absolute(path);
        ConfigFault {
            name: "DATA_DIR".to_owned(),
            message: format!(
                "the folder {} {what}: {why}; make it writable for the user of this program, or name another",
                shown.display()
            ),
        }
    };
    make_folder(path).map_err(|why| fault("cannot be made", &why))?;
    tempfile::tempfile_in(path).map_err(|why| fault("cannot be written", &why))?;
    Ok(())
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
        Err(why) if why.kind() == io::ErrorKind::AlreadyExists => {
            Err(io::Error::new(why.kind(), "a file stands where a folder should be"))
        }
        made => made,
    }
}

/// As the reader of a message finds it, wherever the program was started.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
