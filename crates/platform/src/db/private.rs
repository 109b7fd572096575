//! The rights of SQLite's files.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// For the owner alone.
const PRIVATE: u32 = 0o600;

/// Makes the file for its owner alone before SQLite does, which gives the files beside it the same rights; takes the rights
/// of others away from files that an earlier version made.
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().create(true).append(true).mode(PRIVATE).open(path)?;
    for suffix in ["", "-wal", "-shm"] {
        let mut name = OsString::from(path);
        name.push(suffix);
        match fs::set_permissions(&name, fs::Permissions::from_mode(PRIVATE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            changed => changed?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::World;

    use super::*;
    use crate::{
        clock::{OsEntropy, SystemClock},
        db::Db,
    };

    async fn rights_while_open(path: &Path) -> [u32; 3] {
        let db = Db::open_sqlite(path, World::new(Arc::new(SystemClock), Arc::new(OsEntropy))).await.unwrap();
        let tx = db.begin().await.unwrap();
        tx.execute("CREATE TABLE IF NOT EXISTS visits (id INTEGER)", Vec::new()).await.unwrap();
        tx.execute("INSERT INTO visits VALUES (1)", Vec::new()).await.unwrap();
        tx.commit().await.unwrap();
        let rights = ["", "-wal", "-shm"].map(|suffix| {
            let path = format!("{}{suffix}", path.display());
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        });
        db.close().await.unwrap();
        rights
    }

    #[tokio::test]
    async fn only_the_owner_can_read_a_database_and_what_is_kept_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("desk.db");
        assert_eq!(rights_while_open(&path).await, [PRIVATE; 3]);
        // As an earlier version left it, or an operator's copy.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(rights_while_open(&path).await, [PRIVATE; 3]);
    }
}
