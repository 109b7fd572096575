//! A place for bytes that are not yet trusted. The file has no name, so it is gone with its handle: when an upload is
//! refused, cut off, or the process killed, nothing needs to be cleaned up.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom},
    path::Path,
};

use tokio::io::AsyncWriteExt;

/// Why bytes could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// More than the limit; nothing of it is kept.
    #[error("more than {0} bytes")]
    TooLarge(u64),
    /// The disk refused.
    #[error("writing to the spool")]
    Io(#[from] io::Error),
}

/// An unnamed file that grows up to a limit.
pub struct Spool {
    file: tokio::fs::File,
    bytes: u64,
    bytes_max: u64,
}

impl Spool {
    pub(super) async fn create(dir: &Path, bytes_max: u64) -> io::Result<Self> {
        let dir = dir.to_owned();
        let made = tokio::task::spawn_blocking(move || tempfile::tempfile_in(dir)).await;
        let file = tokio::fs::File::from_std(made.map_err(io::Error::other)??);
        Ok(Self { file, bytes: 0, bytes_max })
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// [`SpoolError::TooLarge`] as soon as the limit is passed, before the bytes are written.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), SpoolError> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.bytes_max {
            return Err(SpoolError::TooLarge(self.bytes_max));
        }
        self.file.write_all(chunk).await?;
        Ok(())
    }

    /// The file, at its start, and its length.
    ///
    /// # Errors
    /// When the disk refuses the last bytes.
    pub async fn finish(mut self) -> io::Result<(File, u64)> {
        self.file.flush().await?;
        let mut file = self.file.into_std().await;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, self.bytes))
    }
}
