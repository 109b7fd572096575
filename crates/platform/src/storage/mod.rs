//! Where files live: a folder, or a bucket of an S3-compatible object store, behind one small face.
//!
//! Keys are made here ([`Key::new`]) and never from what a client sent. A write is acknowledged only when it is durable:
//! on a folder the bytes go to a staged file beside their place, are synced, renamed into place, and the directories are
//! synced too; an object store promises the same by itself. What is not finished leaves nothing behind. What a file is and
//! who may see it is not known here; that is the caller's row in the database.

mod error;
mod key;
mod open;
mod spool;
mod store;

pub use error::{StorageConfigError, StorageError};
pub use key::Key;
pub use open::StorageConfig;
pub(crate) use open::check_address;
pub use spool::{Spool, SpoolError};
pub use store::{ByteStream, Head, Storage};
