//! The folder of one program. SQLite and the files beside it belong to a single running server; a second one on the same
//! folder would not see the first one's live events, so it is refused at start.

use std::{
    fs::{File, TryLockError},
    os::unix::fs::OpenOptionsExt,
};

use platform::{
    Fault, Result,
    config::{Config, prepare_folder},
};

/// The file whose lock says that a server runs here; the operating system gives it up when that server ends, however.
const LOCK_FILE: &str = "running.lock";

/// Keeps the folder for as long as it lives.
#[derive(Debug)]
pub struct Held {
    _lock: Option<File>,
}

/// Makes `DATA_DIR`, or says why it cannot be used.
pub fn prepare(config: &Config) -> Result<()> {
    prepare_folder(&config.data_dir)
        .map_err(|fault| Fault::internal("starting", format!("DATA_DIR: {}", fault.message)))
}

/// Takes the folder. With PostgreSQL any number of nodes may run, so nothing is taken.
pub fn hold(config: &Config) -> Result<Held> {
    if config.database_url.is_some() {
        return Ok(Held { _lock: None });
    }
    prepare(config)?;
    let path = config.data_dir.join(LOCK_FILE);
    let lock = File::options().create(true).truncate(false).write(true).mode(0o600).open(path);
    let lock = lock.map_err(|e| Fault::internal("opening the lock in DATA_DIR", e))?;
    match lock.try_lock() {
        Ok(()) => Ok(Held { _lock: Some(lock) }),
        Err(TryLockError::WouldBlock) => {
            Err(Fault::internal("starting", format!("another server already runs on {}", config.data_dir.display())))
        }
        Err(TryLockError::Error(error)) => Err(Fault::internal("locking DATA_DIR", error)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_folder_serves_one_program_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let values = HashMap::from([("DATA_DIR".to_owned(), dir.path().display().to_string())]);
        let config = Config::from_map(values).unwrap();
        let first = hold(&config).unwrap();
        let refused = hold(&config).unwrap_err();
        assert!(refused.chain().contains("another server already runs"), "{}", refused.chain());
        drop(first);
        assert!(hold(&config).is_ok());
    }
}
