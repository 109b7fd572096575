//! From `STORAGE_URL` to a store.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use object_store::{ObjectStore, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem, prefix::PrefixStore};
use url::Url;

use super::StorageConfigError;
use crate::config::{look_at_folder, make_folder as make_private_folder};

/// How often a request to an object store is repeated before it fails.
const RETRIES_MAX: usize = 3;
/// Longest time spent on one request with all its repeats.
const RETRY_TIMEOUT: Duration = Duration::from_secs(90);

/// What the storage needs to know.
#[derive(Debug, Clone)]
pub struct StorageConfig {
    /// `file:///folder` or `s3://bucket/prefix`; a folder in `data_dir` when absent.
    pub url: Option<String>,
    /// Folder of this node; unfinished uploads are spooled here whatever the address says.
    pub data_dir: PathBuf,
}

/// The opened parts of a storage.
pub(super) struct Opened {
    pub store: Arc<dyn ObjectStore>,
    /// The folder, when files live in one.
    pub folder: Option<PathBuf>,
    pub spool_dir: PathBuf,
}

pub(super) fn open(config: &StorageConfig) -> Result<Opened, StorageConfigError> {
    let spool_dir = make_folder(&config.data_dir.join("spool"))?;
    let Some(address) = config.url.as_deref() else {
        return in_folder(&config.data_dir.join("files"), spool_dir);
    };
    match parse_address(address)? {
        Place::Folder(path) => in_folder(&path, spool_dir),
        Place::Bucket(url) => {
            let store = bucket(&url, AmazonS3Builder::from_env())?;
            Ok(Opened { store, folder: None, spool_dir })
        }
    }
}

/// Says whether files could be kept there; makes nothing.
pub(super) fn look(config: &StorageConfig) -> Result<(), StorageConfigError> {
    match config.url.as_deref().map(parse_address).transpose()? {
        // In the data folder, which is looked at with the settings.
        None => Ok(()),
        Some(Place::Folder(path)) => look_at_folder(&path)
            .map_err(|why| StorageConfigError::Folder { path, source: io::Error::other(why.message) }),
        Some(Place::Bucket(url)) => bucket(&url, AmazonS3Builder::from_env()).map(drop),
    }
}

/// What an address names.
enum Place {
    Folder(PathBuf),
    Bucket(Url),
}

fn parse_address(address: &str) -> Result<Place, StorageConfigError> {
    let url = Url::parse(address).map_err(|_| StorageConfigError::Address)?;
    match url.scheme() {
        "file" => url.to_file_path().map(Place::Folder).map_err(|()| StorageConfigError::Address),
        "s3" if url.host_str().is_some_and(|host| !host.is_empty()) => Ok(Place::Bucket(url)),
        _ => Err(StorageConfigError::Address),
    }
}

/// Refuses an address that is neither a folder's nor a bucket's, without opening anything.
pub fn check_address(address: &str) -> Result<(), StorageConfigError> {
    parse_address(address).map(|_| ())
}

fn in_folder(path: &Path, spool_dir: PathBuf) -> Result<Opened, StorageConfigError> {
    let folder = make_folder(path)?;
    let failed = |err| StorageConfigError::Folder { path: path.to_owned(), source: io::Error::other(err) };
    let store = LocalFileSystem::new_with_prefix(&folder).map_err(failed)?.with_fsync(true);
    Ok(Opened { store: Arc::new(store), folder: Some(folder), spool_dir })
}

/// Makes the folder and proves that it can be written: a read-only disk is found at start, not at the first upload.
fn make_folder(path: &Path) -> Result<PathBuf, StorageConfigError> {
    let prove = || -> io::Result<PathBuf> {
        make_private_folder(path)?;
        tempfile::tempfile_in(path)?;
        path.canonicalize()
    };
    prove().map_err(|source| StorageConfigError::Folder { path: path.to_owned(), source })
}

/// Credentials, region and endpoint come from the usual `AWS_*` variables, so that roles and key rotation work as in the
/// operator's other tools; `AWS_ALLOW_HTTP=true` lets an endpoint of their own network be plain HTTP. The library's own
/// limits hold for each request: 5 s to connect, 30 s in all.
pub(super) fn bucket(url: &Url, settings: AmazonS3Builder) -> Result<Arc<dyn ObjectStore>, StorageConfigError> {
    let name = url.host_str().filter(|host| !host.is_empty()).ok_or(StorageConfigError::Address)?;
    let prefix = object_store::path::Path::from_url_path(url.path()).map_err(|_| StorageConfigError::Address)?;
    let retry = RetryConfig { max_retries: RETRIES_MAX, retry_timeout: RETRY_TIMEOUT, ..RetryConfig::default() };
    let store = settings.with_retry(retry).with_bucket_name(name).build().map_err(StorageConfigError::Bucket)?;
    Ok(Arc::new(PrefixStore::new(store, prefix)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn try_open(url: &str) -> Result<Opened, StorageConfigError> {
        let dir = tempfile::tempdir().unwrap();
        open(&StorageConfig { url: Some(url.to_owned()), data_dir: dir.path().to_owned() })
    }

    #[test]
    fn addresses_that_are_neither_folder_nor_bucket_are_named() {
        for bad in ["files", "ftp://host/x", "s3:///prefix", "gs://bucket", "file://host/x"] {
            assert!(matches!(try_open(bad), Err(StorageConfigError::Address)), "{bad}");
        }
    }

    #[test]
    fn a_bucket_opens_without_being_asked() {
        // Another test of this process may have installed it first.
        let installed = rustls::crypto::ring::default_provider().install_default();
        assert!(installed.is_ok() || rustls::crypto::CryptoProvider::get_default().is_some());
        assert!(try_open("s3://files/frontdesk").is_ok());
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_found_at_start() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("taken"), b"a file").unwrap();
        let err = try_open(&format!("file://{}/taken", dir.path().display())).err();
        assert!(matches!(err, Some(StorageConfigError::Folder { .. })), "{err:?}");
    }
}
