//! Storage on a real folder.

use std::path::Path;

use futures_util::stream;
use kernel::{Id, Timestamp};
use uuid::Uuid;

use super::*;
use crate::storage::SpoolError;

fn storage(dir: &Path) -> Storage {
    Storage::open(&StorageConfig { url: None, data_dir: dir.to_owned() }).unwrap()
}

fn key(n: u128) -> Key {
    Key::new(Id::from_uuid(Uuid::from_u128(1)), Timestamp::from_millis(0), Uuid::from_u128(n))
}

async fn read(storage: &Storage, key: &Key, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
    let mut stream = storage.get_range(key, range).await?;
    let mut all = Vec::new();
    while let Some(chunk) = stream.next().await {
        all.extend_from_slice(&chunk?);
    }
    Ok(all)
}

/// Every file below a folder, staged ones included.
fn files_below(dir: &Path) -> usize {
    let entries = std::fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries.map(|e| if e.path().is_dir() { files_below(&e.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn what_was_put_is_there_until_it_is_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let storage = storage(dir.path());
    storage.put(&key(1), Bytes::from_static(b"hello world")).await.unwrap();
    assert_eq!(storage.head(&key(1)).await.unwrap(), Head { bytes: 11 });
    assert_eq!(read(&storage, &key(1), 0..11).await.unwrap(), b"hello world");
    assert_eq!(read(&storage, &key(1), 6..9).await.unwrap(), b"wor");
    assert!(matches!(read(&storage, &key(1), 6..12).await, Err(StorageError::Range)));
    assert!(matches!(read(&storage, &key(2), 0..1).await, Err(StorageError::NotFound)));
    storage.delete(&key(1)).await.unwrap();
    storage.delete(&key(1)).await.unwrap();
    assert!(matches!(storage.head(&key(1)).await, Err(StorageError::NotFound)));
    assert_eq!(files_below(dir.path()), 0);
}

#[tokio::test]
async fn a_stream_of_many_parts_reads_back_whole() {
    let dir = tempfile::tempdir().unwrap();
    let storage = storage(dir.path());
    let chunk = Bytes::from(vec![7_u8; 1_000_003]);
    let chunks = stream::iter((0..12).map(|_| Ok(chunk.clone())));
    let bytes = storage.put_stream(&key(3), chunks).await.unwrap();
    assert_eq!(bytes, 12 * 1_000_003);
    assert_eq!(storage.head(&key(3)).await.unwrap().bytes, bytes);
    assert_eq!(read(&storage, &key(3), bytes - 5..bytes).await.unwrap(), [7; 5]);
    assert_eq!(files_below(dir.path()), 1, "no staged file is left");
}

#[tokio::test]
async fn a_source_that_breaks_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let storage = storage(dir.path());
    let full = Ok(Bytes::from(vec![1_u8; PART_BYTES]));
    let broken = stream::iter([full, Err(io::Error::other("cut"))]);
    assert!(matches!(storage.put_stream(&key(4), broken).await, Err(StorageError::Source(_))));
    assert!(matches!(storage.head(&key(4)).await, Err(StorageError::NotFound)));
    assert_eq!(files_below(dir.path()), 0);
}

#[test]
fn an_upload_that_is_dropped_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let storage = storage(dir.path());
    // One blocking thread works in order, so an empty task after the clean-up proves that the clean-up ran.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let (reached_tx, reached) = tokio::sync::oneshot::channel();
        let second = stream::once(async move {
            reached_tx.send(()).unwrap();
            std::future::pending::<io::Result<Bytes>>().await
        });
        let source = stream::iter([Ok(Bytes::from(vec![1_u8; PART_BYTES]))]).chain(second);
        let key = key(5);
        tokio::select! {
            _ = storage.put_stream(&key, Box::pin(source)) => panic!("the source never ends"),
            stuck = reached => stuck.unwrap(),
        }
        tokio::task::spawn_blocking(|| ()).await.unwrap();
    });
    assert_eq!(files_below(dir.path()), 0);
}

#[tokio::test]
async fn what_a_crash_left_staged_goes_with_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let storage = storage(dir.path());
    let staged = dir.path().join("files").join(format!("{}#1", key(6)));
    std::fs::create_dir_all(staged.parent().unwrap()).unwrap();
    std::fs::write(&staged, b"half").unwrap();
    storage.delete(&key(6)).await.unwrap();
    assert!(!staged.exists());
}

#[tokio::test]
async fn a_spool_stops_at_its_limit_and_has_no_name() {
    let dir = tempfile::tempdir().unwrap();
    let storage = storage(dir.path());
    let mut spool = storage.spool(10).await.unwrap();
    spool.write(b"12345").await.unwrap();
    spool.write(b"67890").await.unwrap();
    assert_eq!(files_below(dir.path()), 0, "a killed process leaves nothing");
    assert!(matches!(spool.write(b"x").await, Err(SpoolError::TooLarge(10))));

    let mut spool = storage.spool(10).await.unwrap();
    spool.write(b"12345").await.unwrap();
    let (file, bytes) = spool.finish().await.unwrap();
    assert_eq!(bytes, 5);
    storage.put_file(&key(7), file).await.unwrap();
    assert_eq!(read(&storage, &key(7), 0..5).await.unwrap(), b"12345");
}
