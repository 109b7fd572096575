//! Sending a stored file to a reader, safely: the type we found, never guessed again by the browser, shown in place only
//! when that is harmless.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::Problem;
use platform::{
    Fault, Result,
    http::edge::render,
    media::{Kind, content_disposition},
    storage::{ByteStream, Key, Storage},
};

use super::{
    Attachment,
    links::LINK_LIFETIME,
    rules::{Wanted, decide_range, is_known, is_same_version},
};

/// What is sent: the file or its small version.
struct Content<'a> {
    key: &'a Key,
    kind: Kind,
    bytes: u64,
    name: String,
    etag: String,
}

impl<'a> Content<'a> {
    fn of(attachment: &'a Attachment, thumb: bool) -> Result<Self> {
        let hash: String = attachment.sha256.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        if !thumb {
            let Attachment { key, kind, bytes, name, .. } = attachment;
            return Ok(Self { key, kind: *kind, bytes: *bytes, name: name.clone(), etag: format!("\"{hash}\"") });
        }
        let small = attachment.thumb.as_ref().ok_or_else(Problem::not_found)?;
        let name = platform::media::clean_name(&attachment.name, small.kind);
        Ok(Self { key: &small.key, kind: small.kind, bytes: small.bytes, name, etag: format!("\"{hash}-thumb\"") })
    }
}

/// What a reader asked for.
pub(super) struct Asked<'a> {
    /// The small version.
    pub thumb: bool,
    /// By a link that carries its own credential, not by a bearer token.
    pub by_link: bool,
    pub headers: &'a HeaderMap,
    pub request_id: &'a str,
}

/// Answers a `GET` with the file, a part of it, or the word that nothing changed.
pub(super) async fn serve(storage: &Storage, attachment: &Attachment, asked: &Asked<'_>) -> Result<Response> {
    let content = Content::of(attachment, asked.thumb)?;
    let text = |name| asked.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let headers = headers_of(&content, asked.by_link)?;
    if is_known(text(header::IF_NONE_MATCH), &content.etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let same_version = is_same_version(text(header::IF_RANGE), &content.etag);
    let (status, range) = match decide_range(text(header::RANGE).filter(|_| same_version), content.bytes) {
        Wanted::Whole => (StatusCode::OK, 0..content.bytes),
        Wanted::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Wanted::Nothing => return not_satisfiable(attachment, content.bytes, asked.request_id),
    };
    let stream = storage.get_range(content.key, range.clone()).await?;
    let mut response = (status, headers, Body::from_stream(logged(stream))).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!("bytes {}-{}/{}", range.start, range.end - 1, content.bytes);
        headers.insert(header::CONTENT_RANGE, value(&part)?);
    }
    Ok(response)
}

/// A failure after the head was sent cannot be answered any more, only cut off and logged.
fn logged(stream: ByteStream) -> ByteStream {
    Box::pin(stream.inspect_err(|error| tracing::error!(%error, "a file broke off while it was sent")))
}

fn headers_of(content: &Content<'_>, by_link: bool) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    let mut set = |name, text: &str| value(text).map(|value| headers.insert(name, value));
    let mime = content.kind.mime();
    let charset = if mime.starts_with("text/") { "; charset=utf-8" } else { "" };
    set(header::CONTENT_TYPE, &format!("{mime}{charset}"))?;
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff")?;
    set(header::CONTENT_DISPOSITION, &content_disposition(content.kind.is_shown_inline(), &content.name))?;
    set(header::ETAG, &content.etag)?;
    set(header::ACCEPT_RANGES, "bytes")?;
    if content.kind != Kind::Pdf {
        // Opened by itself, a file can load and run nothing. The PDF viewers of browsers do not start in a sandbox.
        set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox")?;
    }
    if by_link {
        // The address belongs to one reader and dies with its token, so the browser may keep the file as long.
        set(header::CACHE_CONTROL, &format!("private, max-age={}", LINK_LIFETIME.as_secs()))?;
    } else {
        // The address is the same for everybody: whoever signs in next on this machine is asked about again.
        set(header::CACHE_CONTROL, "private, no-cache")?;
        set(header::VARY, "authorization")?;
    }
    Ok(headers)
}

/// Rendered here and not at the edge, which would drop the header that tells the length.
fn not_satisfiable(attachment: &Attachment, bytes: u64, request_id: &str) -> Result<Response> {
    let words = format!("The file has {bytes} bytes; the range asks for others.");
    let problem = Problem::new(416, "RANGE_NOT_SATISFIABLE", words);
    let mut response = render(&problem, &attachment.path(), request_id);
    response.headers_mut().insert(header::CONTENT_RANGE, value(&format!("bytes */{bytes}"))?);
    Ok(response)
}

fn value(text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text).map_err(|e| Fault::internal("writing a header of a file", e))
}
