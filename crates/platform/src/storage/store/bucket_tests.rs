//! Storage in a bucket: the real client against an endpoint that speaks as much of S3's protocol as storage uses, and
//! keeps objects in memory. What it does not know it answers with 501, so that a new need is seen.

use std::{collections::HashMap, sync::Mutex};

use axum::{
    Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::BodyExt;
use kernel::{Id, Timestamp};
use object_store::aws::AmazonS3Builder;
use uuid::Uuid;

use super::*;
use crate::storage::open::bucket;

#[derive(Default)]
struct Bucket {
    objects: Mutex<HashMap<String, Vec<u8>>>,
    /// The parts of the upload under way, by number.
    parts: Mutex<Vec<Vec<u8>>>,
}

async fn answer(State(bucket): State<Arc<Bucket>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default().to_owned());
    let signed =
        parts.headers.get("authorization").is_some_and(|v| v.to_str().unwrap().starts_with("AWS4-HMAC-SHA256"));
    if !signed {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut objects = bucket.objects.lock().unwrap();
    let mut uploaded = bucket.parts.lock().unwrap();
    let etag = [("etag", "\"e\"")];
    match (parts.method, query.as_str()) {
        (Method::PUT, "") => {
            objects.insert(path, body);
            etag.into_response()
        }
        (Method::POST, "uploads" | "uploads=") => {
            "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>".into_response()
        }
        (Method::PUT, part) if part.contains("partNumber=") => {
            uploaded.push(body);
            etag.into_response()
        }
        (Method::POST, "uploadId=u") => {
            objects.insert(path, uploaded.drain(..).flatten().collect());
            "<CompleteMultipartUploadResult><ETag>\"e\"</ETag></CompleteMultipartUploadResult>".into_response()
        }
        (Method::DELETE, "uploadId=u") => {
            uploaded.clear();
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::POST, "delete" | "delete=") => {
            // One key per request is all that storage asks for; S3 confirms absent ones too.
            let xml = String::from_utf8(body).unwrap();
            let named = xml.split("<Key>").nth(1).and_then(|rest| rest.split("</Key>").next()).unwrap().to_owned();
            objects.remove(&format!("/files/{named}"));
            format!("<DeleteResult><Deleted><Key>{named}</Key></Deleted></DeleteResult>").into_response()
        }
        (Method::DELETE, "") => {
            objects.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        (Method::GET | Method::HEAD, "") => match objects.get(&path) {
            Some(bytes) => object(bytes, &parts.headers),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

fn object(bytes: &[u8], headers: &HeaderMap) -> Response {
    let dated = [("last-modified", "Sat, 21 Nov 2026 00:00:00 GMT"), ("etag", "\"e\"")];
    let Some(range) = headers.get("range") else { return (dated, bytes.to_vec()).into_response() };
    let (first, last) = range.to_str().unwrap().strip_prefix("bytes=").unwrap().split_once('-').unwrap();
    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
    let part = bytes[first..=last.min(bytes.len() - 1)].to_vec();
    let named = [("content-range", format!("bytes {first}-{}/{}", first + part.len() - 1, bytes.len()))];
    (StatusCode::PARTIAL_CONTENT, dated, named, part).into_response()
}

async fn storage_in_a_bucket(spool_dir: &std::path::Path) -> (Storage, Arc<Bucket>) {
    // Another test of this process may have installed it first.
    let installed = rustls::crypto::ring::default_provider().install_default();
    assert!(installed.is_ok() || rustls::crypto::CryptoProvider::get_default().is_some());
    let state = Arc::new(Bucket::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer).with_state(state.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = AmazonS3Builder::new()
        .with_endpoint(format!("http://{address}"))
        .with_allow_http(true)
        .with_region("eu-north-1")
        .with_access_key_id("id")
        .with_secret_access_key("secret");
    let store = bucket(&"s3://files/desk".parse().unwrap(), settings).unwrap();
    (Storage { store, folder: None, spool_dir: spool_dir.to_owned() }, state)
}

fn key(n: u128) -> Key {
    Key::new(Id::from_uuid(Uuid::from_u128(1)), Timestamp::from_millis(0), Uuid::from_u128(n))
}

async fn read(storage: &Storage, key: &Key, range: Range<u64>) -> Result<Vec<u8>, StorageError> {
    let pieces: Vec<Bytes> = storage.get_range(key, range).await?.try_collect().await?;
    Ok(pieces.concat())
}

#[tokio::test]
async fn a_bucket_keeps_what_a_folder_keeps() {
    let dir = tempfile::tempdir().unwrap();
    let (storage, bucket) = storage_in_a_bucket(dir.path()).await;
    storage.put(&key(1), Bytes::from_static(b"hello world")).await.unwrap();
    assert!(bucket.objects.lock().unwrap().contains_key(&format!("/files/desk/{}", key(1))), "under the prefix");
    assert_eq!(storage.head(&key(1)).await.unwrap(), Head { bytes: 11 });
    assert_eq!(read(&storage, &key(1), 6..9).await.unwrap(), b"wor");
    assert!(matches!(read(&storage, &key(1), 6..12).await, Err(StorageError::Range)));
    assert!(matches!(storage.head(&key(2)).await, Err(StorageError::NotFound)));
    storage.delete(&key(1)).await.unwrap();
    storage.delete(&key(1)).await.unwrap();
    assert!(matches!(storage.head(&key(1)).await, Err(StorageError::NotFound)));
}

#[tokio::test]
async fn a_bucket_takes_a_stream_in_parts_and_forgets_a_broken_one() {
    let dir = tempfile::tempdir().unwrap();
    let (storage, bucket) = storage_in_a_bucket(dir.path()).await;
    let piece = Bytes::from(vec![7_u8; PART_BYTES / 2 + 1]);
    let whole = stream::iter((0..5).map(|_| Ok(piece.clone())));
    let bytes = storage.put_stream(&key(3), whole).await.unwrap();
    assert_eq!((bytes, storage.head(&key(3)).await.unwrap().bytes), (5 * piece.len() as u64, bytes));
    let broken = stream::iter([Ok(piece.clone()), Ok(piece.clone()), Err(io::Error::other("cut"))]);
    assert!(matches!(storage.put_stream(&key(4), broken).await, Err(StorageError::Source(_))));
    assert!(matches!(storage.head(&key(4)).await, Err(StorageError::NotFound)));
    assert!(bucket.parts.lock().unwrap().is_empty(), "the unfinished upload was aborted");
}
