//! How storage fails.

use std::{io, path::PathBuf};

/// Why a storage address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StorageConfigError {
    /// Not one of the known forms.
    #[error("STORAGE_URL must be file:///folder or s3://bucket/prefix (leave it out to keep files in DATA_DIR)")]
    Address,
    /// The folder cannot be made or written.
    #[error("the folder {path} for files cannot be used")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The object store's settings do not fit together.
    #[error(
        "the object store cannot be set up; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT"
    )]
    Bucket(#[source] object_store::Error),
}

/// Why a file could not be read, written or removed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no such file.
    #[error("no file has this key")]
    NotFound,
    /// The asked bytes lie outside the file.
    #[error("the range lies outside the file")]
    Range,
    /// The stored key is not one of ours.
    #[error("the key is not well-formed")]
    Key,
    /// The bytes to be written could not be read.
    #[error("reading what is to be stored")]
    Source(#[source] io::Error),
    /// The folder or object store failed.
    #[error("the file store failed")]
    Store(#[source] object_store::Error),
    /// It did not answer in time.
    #[error("the file store did not answer in time")]
    TimedOut,
}

impl From<object_store::Error> for StorageError {
    fn from(err: object_store::Error) -> Self {
        match err {
            object_store::Error::NotFound { .. } => Self::NotFound,
            other => Self::Store(other),
        }
    }
}

impl From<StorageError> for crate::Fault {
    fn from(err: StorageError) -> Self {
        match find_io(&err) {
            Some(kind) => crate::error::file_fault("file storage", io::Error::new(kind, err)),
            None => Self::internal("file storage", err),
        }
    }
}

/// What the system said, wherever in the chain it stands.
fn find_io(err: &StorageError) -> Option<io::ErrorKind> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(err);
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        next = cause.source();
    }
    None
}
