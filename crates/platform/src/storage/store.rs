//! The storage itself.

use std::{fs::File, io, ops::Range, path::PathBuf, pin::Pin, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt};
use object_store::{
    GetOptions, GetRange, GetResultPayload, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload,
    path::Path as StorePath,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{
    Key, Spool, StorageConfig, StorageConfigError, StorageError,
    open::{Opened, look, open},
};

/// Parts of a large write: the least that S3 takes, so that a write holds little memory.
pub const PART_BYTES: usize = 5 * 1024 * 1024;
/// Pieces in which a file is read.
const READ_CHUNK_BYTES: usize = 64 * 1024;
/// Longest wait for one part, one head or one delete. Beyond it the store counts as away.
const STEP_TIMEOUT: Duration = Duration::from_secs(100);

/// Bytes of a file, in order.
pub type ByteStream = Pin<Box<dyn Stream<Item = Result<Bytes, StorageError>> + Send>>;

/// What is known of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its length.
    pub bytes: u64,
}

/// Keeps files; cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    folder: Option<PathBuf>,
    spool_dir: PathBuf,
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Storage").field("store", &self.store.to_string()).finish_non_exhaustive()
    }
}

impl Storage {
    /// Opens the folder or the bucket.
    ///
    /// # Errors
    /// When the address is not understood or the folder cannot be written. A bucket that is away is found when it is used.
    pub fn open(config: &StorageConfig) -> Result<Self, StorageConfigError> {
        let Opened { store, folder, spool_dir } = open(config)?;
        Ok(Self { store, folder, spool_dir })
    }

    /// Says whether it could be opened; nothing is made.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn look(config: &StorageConfig) -> Result<(), StorageConfigError> {
        look(config)
    }

    /// An unnamed temporary file for bytes that have yet to be looked at.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn spool(&self, bytes_max: u64) -> io::Result<Spool> {
        Spool::create(&self.spool_dir, bytes_max).await
    }

    /// Stores the bytes; durable when this returns.
    ///
    /// # Errors
    /// When the store fails; nothing is kept then.
    pub async fn put(&self, key: &Key, bytes: Bytes) -> Result<(), StorageError> {
        step(self.store.put(&path(key)?, PutPayload::from_bytes(bytes))).await?;
        Ok(())
    }

    /// Stores a stream of any length while holding one part in memory; durable when this returns. Gives the length.
    ///
    /// # Errors
    /// When the source or the store fails; nothing is kept then.
    pub async fn put_stream<S>(&self, key: &Key, mut source: S) -> Result<u64, StorageError>
    where
        S: Stream<Item = io::Result<Bytes>> + Send + Unpin,
    {
        let first = next_part(&mut source).await?;
        if first.len() < PART_BYTES {
            let bytes = first.len() as u64;
            self.put(key, first).await?;
            return Ok(bytes);
        }
        let mut upload = step(self.store.put_multipart(&path(key)?)).await?;
        match put_parts(upload.as_mut(), first, &mut source).await {
            Ok(bytes) => Ok(bytes),
            Err(err) => {
                if let Err(abort) = step(upload.abort()).await {
                    tracing::warn!(%key, error = %abort, "an unfinished upload could not be aborted");
                }
                Err(err)
            }
        }
    }

    /// Stores a file from its start.
    ///
    /// # Errors
    /// As [`Storage::put_stream`].
    pub async fn put_file(&self, key: &Key, file: File) -> Result<u64, StorageError> {
        let mut file = tokio::fs::File::from_std(file);
        file.rewind().await.map_err(StorageError::Source)?;
        self.put_stream(key, ReaderStream::with_capacity(file, READ_CHUNK_BYTES)).await
    }

    /// What is known of the file.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when it is not there.
    pub async fn head(&self, key: &Key) -> Result<Head, StorageError> {
        let meta = step(self.store.head(&path(key)?)).await?;
        Ok(Head { bytes: meta.size })
    }

    /// The bytes of the range, streamed. The range must lie inside the file.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], or [`StorageError::Range`] when the file is shorter than the range says.
    pub async fn get_range(&self, key: &Key, range: Range<u64>) -> Result<ByteStream, StorageError> {
        if range.is_empty() {
            self.head(key).await?;
            return Ok(Box::pin(futures_util::stream::empty()));
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range.clone())), ..GetOptions::default() };
        let got = step(self.store.get_opts(&path(key)?, options)).await?;
        if got.range != range {
            return Err(StorageError::Range);
        }
        match got.payload {
            GetResultPayload::File(file, _) => read_file(file, range).await,
            GetResultPayload::Stream(stream) => Ok(Box::pin(stream.map_err(StorageError::from))),
        }
    }

    /// Removes the file. One that is not there is removed already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn delete(&self, key: &Key) -> Result<(), StorageError> {
        match step(self.store.delete(&path(key)?)).await {
            Ok(()) | Err(StorageError::NotFound) => {}
            Err(err) => return Err(err),
        }
        self.delete_staged(key).await
    }

    /// A crash in the middle of a write leaves the staged file beside the place it was meant for; the key alone tells its
    /// name. The store itself never lists or reads such files.
    async fn delete_staged(&self, key: &Key) -> Result<(), StorageError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        match tokio::fs::remove_file(folder.join(format!("{key}#1"))).await {
            Err(err) if err.kind() != io::ErrorKind::NotFound => Err(StorageError::Source(err)),
            _ => Ok(()),
        }
    }
}

fn path(key: &Key) -> Result<StorePath, StorageError> {
    StorePath::parse(key.as_str()).map_err(|_| StorageError::Key)
}

async fn step<T>(work: impl Future<Output = object_store::Result<T>>) -> Result<T, StorageError> {
    match tokio::time::timeout(STEP_TIMEOUT, work).await {
        Ok(done) => done.map_err(StorageError::from),
        Err(_) => Err(StorageError::TimedOut),
    }
}

/// The next part: full, unless the source ends.
async fn next_part<S>(source: &mut S) -> Result<Bytes, StorageError>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let mut part = BytesMut::new();
    while part.len() < PART_BYTES {
        match source.next().await {
            Some(chunk) => part.extend_from_slice(&chunk.map_err(StorageError::Source)?),
            None => break,
        }
    }
    Ok(part.freeze())
}

async fn put_parts<S>(upload: &mut dyn MultipartUpload, first: Bytes, source: &mut S) -> Result<u64, StorageError>
where
    S: Stream<Item = io::Result<Bytes>> + Unpin,
{
    let mut part = first;
    let mut bytes = 0;
    while !part.is_empty() {
        bytes += part.len() as u64;
        step(upload.put_part(PutPayload::from_bytes(part))).await?;
        part = next_part(source).await?;
    }
    step(upload.complete()).await?;
    Ok(bytes)
}

async fn read_file(file: File, range: Range<u64>) -> Result<ByteStream, StorageError> {
    let mut file = tokio::fs::File::from_std(file);
    file.seek(io::SeekFrom::Start(range.start)).await.map_err(StorageError::Source)?;
    let limited = file.take(range.end - range.start);
    Ok(Box::pin(ReaderStream::with_capacity(limited, READ_CHUNK_BYTES).map_err(StorageError::Source)))
}

#[cfg(test)]
mod bucket_tests;
#[cfg(test)]
mod tests;
