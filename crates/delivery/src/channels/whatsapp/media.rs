//! A picture or a file that goes with a message. An event names it as `media_url`, with `media_name` for what the recipient
//! sees; the Cloud API fetches it itself, for a phone we do, past the guard that keeps businesses out of our network.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, header};
use platform::outbound::{Outbound, OutboundError, Request, Trust};
use serde_json::Value as Json;

use super::super::Attempted;

/// Largest file: what the Cloud API takes is more for files and less for pictures.
pub(super) const MEDIA_BYTES_MAX: usize = 16 * 1024 * 1024;
/// For all of it.
const FETCH_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest name shown.
const NAME_CHARS_MAX: usize = 120;
/// How names of pictures end that every phone shows.
const PICTURES: [(&str, &str); 3] = [(".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".png", "image/png")];

/// What an event names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Media {
    pub url: String,
    pub name: String,
    pub mime: String,
    pub is_picture: bool,
}

/// The media of an event, when it names one.
pub(super) fn named_in(data: &Json) -> Option<Media> {
    let url = data["media_url"].as_str().filter(|url| url.starts_with("https://") || url.starts_with("http://"))?;
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().filter(|last| !last.is_empty()).unwrap_or("file");
    let name = data["media_name"].as_str().filter(|name| !name.trim().is_empty()).unwrap_or(last);
    let name: String = name.chars().filter(|c| !c.is_control() && *c != '/').take(NAME_CHARS_MAX).collect();
    let ends = |text: &str| PICTURES.iter().find(|(end, _)| text.to_lowercase().ends_with(end));
    let picture = ends(&name).or_else(|| ends(last));
    let mime = picture.map_or_else(|| mime_of(&name, last), |(_, mime)| *mime);
    Some(Media { url: url.to_owned(), name, mime: mime.to_owned(), is_picture: picture.is_some() })
}

fn mime_of(name: &str, last: &str) -> &'static str {
    let is_pdf = |text: &str| text.to_lowercase().ends_with(".pdf");
    if is_pdf(name) || is_pdf(last) { "application/pdf" } else { "application/octet-stream" }
}

/// Fetches it; gives its bytes and its type as the other side names it.
pub(super) async fn fetch(outbound: &Outbound, media: &Media) -> Result<(Bytes, String), Attempted> {
    let unreadable = |why: String| Attempted::dead("MEDIA_UNREADABLE", format!("The file of `media_url` {why}."));
    let url =
        outbound.check_url(&media.url, Trust::Tenant).map_err(|e| unreadable(format!("cannot be fetched: {e}")))?;
    let mut request = Request::new(Method::GET, url);
    request.timeout = FETCH_TIMEOUT;
    request.answer_bytes_max = MEDIA_BYTES_MAX;
    let answer = match outbound.send(request, Trust::Tenant).await {
        Ok(answer) => answer,
        Err(error @ (OutboundError::NotAllowed(_) | OutboundError::BadUrl(_))) => {
            return Err(unreadable(format!("cannot be fetched: {error}")));
        }
        Err(error) => return Err(Attempted::retry("MEDIA_AWAY", format!("The file could not be fetched: {error}."))),
    };
    match answer.status.as_u16() {
        200 => {}
        429 | 500..=599 => return Err(Attempted::retry("MEDIA_AWAY", "The file's server has troubles of its own.")),
        status => return Err(unreadable(format!("is answered with HTTP {status}"))),
    }
    if answer.is_cut {
        return Err(unreadable(format!("is larger than {} MB", MEDIA_BYTES_MAX / 1024 / 1024)));
    }
    let mime = answer.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mime = mime.and_then(|mime| mime.split(';').next()).map(str::trim).filter(|mime| mime.contains('/'));
    Ok((answer.body, mime.unwrap_or(&media.mime).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_event_names_a_file_or_a_picture_or_none() {
        let file = named_in(&json!({"media_url": "https://shop.example.com/a/INV-7.pdf?x=1"})).unwrap();
        assert_eq!((file.name.as_str(), file.mime.as_str(), file.is_picture), ("INV-7.pdf", "application/pdf", false));
        let picture = named_in(&json!({"media_url": "https://x.example/1", "media_name": "Look.JPG"})).unwrap();
        assert_eq!(
            (picture.name.as_str(), picture.mime.as_str(), picture.is_picture),
            ("Look.JPG", "image/jpeg", true)
        );
        let named = named_in(&json!({"media_url": "https://x.example/", "media_name": "a/../b\n"})).unwrap();
        assert_eq!(named.name, "a..b");
        for none in [json!({}), json!({"media_url": "file:///etc/passwd"}), json!({"media_url": 7})] {
            assert_eq!(named_in(&none), None);
        }
    }
}
