//! The mail that arrived, newest kept, oldest forgotten.
//!
//! The mailbox lives in memory and is bounded by number and by bytes. Tests wait for a message by event, with a
//! deadline, and never by sleeping.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use mail_parser::{Address, MessageParser};
use serde::Serialize;
use tokio::sync::watch;

/// How many messages are kept; the oldest make room.
pub const MAILBOX_MESSAGES_MAX: usize = 500;

/// How many bytes of raw messages are kept together; the oldest make room.
pub const MAILBOX_BYTES_MAX: usize = 64 * 1024 * 1024;

/// One message, as the simulated mail server took it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedMail {
    /// Counts up from 1 over the life of the simulator; clearing the mailbox does not reset it.
    pub id: u64,
    /// When the message was accepted, in milliseconds since the Unix epoch.
    pub received_at_ms: i64,
    /// The sender of the envelope; empty for a bounce.
    pub envelope_from: String,
    /// The recipients of the envelope: who the message was really for.
    pub envelope_to: Vec<String>,
    /// The user name given to `AUTH`, when there was one.
    pub authenticated_as: Option<String>,
    /// Addresses of the `From` header.
    pub from: Vec<String>,
    /// Addresses of the `To` and `Cc` headers.
    pub to: Vec<String>,
    /// The decoded subject; empty when there was none.
    pub subject: String,
    /// The decoded plain text; converted from the HTML when the message has no text of its own.
    pub text: String,
    /// The decoded HTML part, when the message has one.
    pub html: Option<String>,
    /// Names of the attached files, in order.
    pub attachments: Vec<String>,
    /// The message as it came, dots unstuffed, before any decoding.
    #[serde(skip)]
    pub raw: Vec<u8>,
}

/// What the mail server knows of a message before it was read.
pub(crate) struct Envelope {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) authenticated_as: Option<String>,
}

impl ReceivedMail {
    fn parse(received_at_ms: i64, envelope: Envelope, raw: Vec<u8>) -> Self {
        let mut mail = Self {
            id: 0,
            received_at_ms,
            envelope_from: envelope.from,
            envelope_to: envelope.to,
            authenticated_as: envelope.authenticated_as,
            from: Vec::new(),
            to: Vec::new(),
            subject: String::new(),
            text: String::new(),
            html: None,
            attachments: Vec::new(),
            raw: Vec::new(),
        };
        // A body that is no message at all is kept as text: the mailbox shows what came, it does not judge.
        match MessageParser::default().parse(&raw) {
            Some(parsed) => {
                mail.from = addresses(parsed.from());
                mail.to = addresses(parsed.to());
                mail.to.extend(addresses(parsed.cc()));
                mail.subject = parsed.subject().unwrap_or_default().to_owned();
                mail.text = parsed.body_text(0).unwrap_or_default().into_owned();
                mail.html = has_html(&parsed).then(|| parsed.body_html(0)).flatten().map(|html| html.into_owned());
                mail.attachments = attachment_names(&parsed);
            }
            None => mail.text = String::from_utf8_lossy(&raw).into_owned(),
        }
        mail.raw = raw;
        mail
    }

    /// Whether the envelope names this recipient; the case of an address does not matter.
    pub fn is_for(&self, recipient: &str) -> bool {
        self.envelope_to.iter().any(|to| to.eq_ignore_ascii_case(recipient))
    }
}

fn addresses(header: Option<&Address<'_>>) -> Vec<String> {
    header.map(|list| list.iter().filter_map(|addr| addr.address().map(str::to_owned)).collect()).unwrap_or_default()
}

/// `mail-parser` offers plain text as HTML too; only a part that really is HTML counts here.
fn has_html(message: &mail_parser::Message<'_>) -> bool {
    message.html_bodies().next().is_some_and(|part| part.is_text_html())
}

fn attachment_names(message: &mail_parser::Message<'_>) -> Vec<String> {
    use mail_parser::MimeHeaders;
    message.attachments().map(|part| part.attachment_name().unwrap_or_default().to_owned()).collect()
}

/// No message came in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no matching mail arrived within {within:?}")]
pub struct WaitTimedOut {
    /// How long was waited.
    pub within: Duration,
}

/// A shared handle on the messages that arrived.
#[derive(Clone)]
pub struct Mailbox {
    kept: Arc<Mutex<Kept>>,
    /// Carries the id of the newest message, so that a waiter wakes on every arrival and misses none.
    newest: watch::Sender<u64>,
}

#[derive(Default)]
struct Kept {
    messages: VecDeque<Arc<ReceivedMail>>,
    bytes: usize,
    last_id: u64,
}

impl Kept {
    fn push(&mut self, mail: ReceivedMail) {
        self.bytes += mail.raw.len();
        self.messages.push_back(Arc::new(mail));
        while self.messages.len() > MAILBOX_MESSAGES_MAX || (self.bytes > MAILBOX_BYTES_MAX && self.messages.len() > 1)
        {
            let Some(oldest) = self.messages.pop_front() else {
                return;
            };
            self.bytes -= oldest.raw.len();
        }
    }
}

impl Mailbox {
    pub(crate) fn new() -> Self {
        Self { kept: Arc::default(), newest: watch::Sender::new(0) }
    }

    /// A panic while the lock was held cannot leave the list half changed, so a poisoned lock is used on.
    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn keep(&self, received_at_ms: i64, envelope: Envelope, raw: Vec<u8>) -> u64 {
        // Parsing a large message takes a while and happens before the lock; the id is given with the place.
        let mut mail = ReceivedMail::parse(received_at_ms, envelope, raw);
        let id = {
            let mut kept = self.lock();
            kept.last_id += 1;
            mail.id = kept.last_id;
            kept.push(mail);
            kept.last_id
        };
        self.newest.send_modify(|newest| *newest = id.max(*newest));
        id
    }

    /// Everything kept, oldest first.
    pub fn list(&self) -> Vec<Arc<ReceivedMail>> {
        self.lock().messages.iter().cloned().collect()
    }

    /// What is kept for one recipient, oldest first.
    pub fn list_for(&self, recipient: &str) -> Vec<Arc<ReceivedMail>> {
        self.lock().messages.iter().filter(|mail| mail.is_for(recipient)).cloned().collect()
    }

    /// One message by its id, if it is still kept.
    pub fn find(&self, id: u64) -> Option<Arc<ReceivedMail>> {
        self.lock().messages.iter().find(|mail| mail.id == id).cloned()
    }

    /// Forgets everything and tells how many messages that were.
    pub fn clear(&self) -> usize {
        let mut kept = self.lock();
        kept.bytes = 0;
        let forgotten = std::mem::take(&mut kept.messages);
        forgotten.len()
    }

    /// The id of the newest message ever received, 0 before the first. Taken before an action, it tells
    /// [`Mailbox::wait_for_after`] which mail is old news.
    pub fn last_id(&self) -> u64 {
        self.lock().last_id
    }

    /// The newest message for a recipient: at once when one is there, else as soon as one comes.
    ///
    /// # Errors
    /// [`WaitTimedOut`] when none came within that time.
    pub async fn wait_for(&self, recipient: &str, within: Duration) -> Result<Arc<ReceivedMail>, WaitTimedOut> {
        self.wait_for_after(recipient, 0, within).await
    }

    /// The newest message for a recipient that came after the one with id `after`.
    ///
    /// # Errors
    /// [`WaitTimedOut`] when none came within that time.
    pub async fn wait_for_after(
        &self,
        recipient: &str,
        after: u64,
        within: Duration,
    ) -> Result<Arc<ReceivedMail>, WaitTimedOut> {
        self.wait_until(within, |messages| {
            messages.iter().rev().find(|mail| mail.id > after && mail.is_for(recipient)).cloned()
        })
        .await
    }

    /// Waits until `count` messages for a recipient are kept and returns them, oldest first.
    ///
    /// # Errors
    /// [`WaitTimedOut`] when there were fewer by then.
    pub async fn wait_for_count(
        &self,
        recipient: &str,
        count: usize,
        within: Duration,
    ) -> Result<Vec<Arc<ReceivedMail>>, WaitTimedOut> {
        self.wait_until(within, |messages| {
            let found: Vec<_> = messages.iter().filter(|mail| mail.is_for(recipient)).cloned().collect();
            (found.len() >= count).then_some(found)
        })
        .await
    }

    /// Waits until mail came after the one with id `after`; returns what is kept of it, oldest first, and the id up to which
    /// that is all. `None` when no more can come.
    pub async fn next_after(&self, after: u64) -> Option<(Vec<Arc<ReceivedMail>>, u64)> {
        let mut newest = self.newest.subscribe();
        newest.wait_for(|newest| *newest > after).await.ok()?;
        let kept = self.lock();
        Some((kept.messages.iter().filter(|mail| mail.id > after).cloned().collect(), kept.last_id))
    }

    async fn wait_until<T>(
        &self,
        within: Duration,
        look: impl Fn(&VecDeque<Arc<ReceivedMail>>) -> Option<T>,
    ) -> Result<T, WaitTimedOut> {
        // Subscribed before the first look: a message that comes in between wakes the waiter.
        let mut newest = self.newest.subscribe();
        let found = async {
            loop {
                newest.mark_unchanged();
                if let Some(found) = look(&self.lock().messages) {
                    return Some(found);
                }
                if newest.changed().await.is_err() {
                    return None;
                }
            }
        };
        match tokio::time::timeout(within, found).await {
            Ok(Some(found)) => Ok(found),
            Ok(None) | Err(_) => Err(WaitTimedOut { within }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    fn envelope(to: &str) -> Envelope {
        Envelope { from: "shop@example.test".into(), to: vec![to.into()], authenticated_as: None }
    }

    #[tokio::test]
    async fn a_waiter_is_woken_by_the_message_it_waits_for() {
        let mailbox = Mailbox::new();
        let waiting = tokio::spawn({
            let mailbox = mailbox.clone();
            async move { mailbox.wait_for("ann@example.test", SOON).await }
        });
        mailbox.keep(1, envelope("bob@example.test"), b"Subject: no\r\n\r\n".to_vec());
        mailbox.keep(2, envelope("Ann@example.test"), b"Subject: yes\r\n\r\n".to_vec());
        assert_eq!(waiting.await.unwrap().unwrap().subject, "yes");
    }

    #[tokio::test]
    async fn old_news_do_not_end_a_wait_for_new_ones() {
        let mailbox = Mailbox::new();
        let seen = mailbox.keep(1, envelope("ann@example.test"), b"Subject: first\r\n\r\n".to_vec());
        let none = mailbox.wait_for_after("ann@example.test", seen, Duration::ZERO).await;
        assert_eq!(none.unwrap_err(), WaitTimedOut { within: Duration::ZERO });
        mailbox.keep(2, envelope("ann@example.test"), b"Subject: second\r\n\r\n".to_vec());
        let second = mailbox.wait_for_after("ann@example.test", seen, SOON).await.unwrap();
        assert_eq!(second.subject, "second");
        assert_eq!(mailbox.wait_for_count("ann@example.test", 2, SOON).await.unwrap().len(), 2);
    }

    #[test]
    fn the_oldest_messages_make_room_for_new_ones() {
        let mailbox = Mailbox::new();
        for n in 0..MAILBOX_MESSAGES_MAX + 3 {
            mailbox.keep(n as i64, envelope("ann@example.test"), b"Subject: s\r\n\r\n".to_vec());
        }
        let kept = mailbox.list();
        assert_eq!(kept.len(), MAILBOX_MESSAGES_MAX);
        assert_eq!(kept[0].id, 4);
        assert!(mailbox.find(3).is_none());
        assert_eq!(mailbox.clear(), MAILBOX_MESSAGES_MAX);
        assert_eq!(mailbox.last_id(), (MAILBOX_MESSAGES_MAX + 3) as u64);
    }

    #[test]
    fn large_messages_are_bounded_by_their_bytes() {
        let mailbox = Mailbox::new();
        for _ in 0..4 {
            mailbox.keep(0, envelope("ann@example.test"), vec![b'a'; MAILBOX_BYTES_MAX / 3]);
        }
        assert_eq!(mailbox.list().iter().map(|mail| mail.id).collect::<Vec<_>>(), [2, 3, 4]);
    }

    #[test]
    fn text_alone_is_not_passed_off_as_html() {
        let mailbox = Mailbox::new();
        mailbox.keep(7, envelope("ann@example.test"), b"Subject: =?utf-8?q?Caf=C3=A9?=\r\n\r\nHi\r\n".to_vec());
        let mail = mailbox.list().remove(0);
        assert_eq!((mail.subject.as_str(), mail.text.trim(), mail.html.as_deref()), ("Café", "Hi", None));
        assert_eq!(mail.received_at_ms, 7);
    }
}
