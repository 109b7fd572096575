//! Keeping what arrived: several mails in one transaction, cut to their bounds, the oldest of each business forgotten.

use std::collections::BTreeSet;

use kernel::{Id, Timestamp, id};
use platform::{Fault, Result, mail::STAMP_HEADER};

use super::{entity, stamp, store};
use crate::Delivery;

/// Bytes of a text or an HTML part that are kept.
const PART_BYTES_MAX: usize = 256 * 1024;
/// Headers that are kept.
const HEADERS_MAX: usize = 60;
/// Characters of one header's value, of a subject or of an address line that are kept.
const LINE_CHARS_MAX: usize = 1_000;

/// A mail as the built-in server took it.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// When.
    pub received_at: Timestamp,
    /// Sender of the envelope.
    pub sender: String,
    /// Recipients of the envelope.
    pub recipients: Vec<String>,
    /// Decoded.
    pub subject: String,
    /// Decoded.
    pub text: String,
    /// Decoded, when there is such a part.
    pub html: Option<String>,
    /// The message as it came.
    pub raw: Vec<u8>,
}

/// Keeps mails; give several at once, each call is one commit.
pub async fn keep(delivery: &Delivery, mails: Vec<Incoming>) -> Result<()> {
    if mails.is_empty() {
        return Ok(());
    }
    let rows = mails.into_iter().map(|mail| row(delivery, mail)).collect::<Result<Vec<_>>>()?;
    let owners: BTreeSet<Option<Id<id::Tenant>>> = rows.iter().map(|row| row.tenant_id).collect();
    let tx = delivery.platform().db().begin().await?;
    store::insert(&tx, rows).await?;
    for owner in owners {
        store::forget_oldest(&tx, owner).await?;
    }
    tx.commit().await
}

fn row(delivery: &Delivery, mail: Incoming) -> Result<entity::Model> {
    let platform = delivery.platform();
    let mut headers = headers_of(&mail.raw);
    let stamped = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(STAMP_HEADER));
    let stamped = stamped.and_then(|(_, value)| stamp::read(platform.crypto(), value));
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case(STAMP_HEADER));
    let headers = serde_json::to_string(&headers).map_err(|e| Fault::internal("writing a mail's headers", e))?;
    Ok(entity::Model {
        id: platform.world().id(),
        tenant_id: stamped.map(|s| s.tenant),
        delivery_id: stamped.and_then(|s| s.delivery),
        sender: line(&mail.sender),
        recipients: line(&mail.recipients.join(", ")),
        subject: line(&mail.subject),
        text: part(mail.text),
        html: mail.html.map(part),
        headers,
        received_at: mail.received_at,
    })
}

/// Names and values of the head (RFC 5322 §2.2), folded lines joined.
fn headers_of(raw: &[u8]) -> Vec<(String, String)> {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(raw.len());
    let head = String::from_utf8_lossy(&raw[..end]);
    let mut headers: Vec<(String, String)> = Vec::new();
    for text in head.split("\r\n") {
        if text.starts_with([' ', '\t']) {
            if let Some((_, value)) = headers.last_mut() {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((name, value)) = text.split_once(':') {
            if headers.len() == HEADERS_MAX {
                break;
            }
            headers.push((line(name), value.trim().to_owned()));
        }
    }
    headers.into_iter().map(|(name, value)| (name, line(&value))).collect()
}

/// One line without what a database or a screen cannot take.
fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LINE_CHARS_MAX)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn part(text: String) -> String {
    let mut text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
    text.truncate(text.floor_char_boundary(PART_BYTES_MAX));
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folded_headers_are_read_as_one_line() {
        let raw = b"Subject: one\r\n two\r\nTo: a@b.cc\r\n\r\nBcc: not a header\r\n";
        let expected = [("Subject", "one two"), ("To", "a@b.cc")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(headers_of(raw), expected);
        assert_eq!(part("é".repeat(PART_BYTES_MAX)).len(), PART_BYTES_MAX);
        assert_eq!(line(" a\r\nb\0 "), "a  b");
    }

    proptest! {
        #[test]
        fn no_message_makes_the_reader_panic(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(headers_of(&raw).len() <= HEADERS_MAX);
        }
    }
}
