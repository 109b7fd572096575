//! One message from typed parts. Whatever ends up in a header is a checked mailbox or a line without control characters,
//! so no name and no subject can add a header or a recipient.

use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use kernel::{Timestamp, text};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use super::MailError;

/// Longest subject, in characters.
pub const SUBJECT_CHARS_MAX: usize = 250;
/// Longest body of one kind, in bytes; mail is text here, files travel as links.
pub const BODY_BYTES_MAX: usize = 512 * 1024;

/// What a mail reader would decode begins so (RFC 2047).
const ENCODED_WORD: &str = "=?";
/// Bytes of text in one encoded word: with a header's name before it, a line stays below 76 characters.
const WORD_BYTES_MAX: usize = 39;

/// Longest address that leads out of a list; a header line holds 998 characters (RFC 5322 §2.1.1).
const UNSUBSCRIBE_CHARS_MAX: usize = 900;
/// Says for whom a mail was sent, to our own built-in server alone; means nothing to any other.
pub const STAMP_HEADER: &str = "X-Frontdesk-Mail";
/// Longest stamp.
const STAMP_CHARS_MAX: usize = 500;

/// A mail to one person.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// The recipient's address.
    pub to_email: String,
    /// One line.
    pub subject: String,
    /// Plain text; always there, for readers that show no HTML.
    pub text: String,
    /// The same as HTML.
    pub html: Option<String>,
    /// Shown as the sender's name instead of the configured one, for example the business.
    pub from_name: Option<String>,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<String>,
    /// A web address that takes the recipient off the list at once (RFC 8058); for mails that nobody has to get.
    pub unsubscribe: Option<String>,
    /// Becomes [`STAMP_HEADER`].
    pub stamp: Option<String>,
    /// Becomes the `Message-ID`. Give the delivery's id: when a lost answer makes it go out twice, mail readers see one.
    pub id: Option<Uuid>,
}

impl Mail {
    /// A plain text mail.
    pub fn new(
        to_name: impl Into<String>,
        to_email: impl Into<String>,
        subject: impl Into<String>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            to_name: to_name.into(),
            to_email: to_email.into(),
            subject: subject.into(),
            text: text.into(),
            ..Self::default()
        }
    }
    /// Adds the HTML form.
    #[must_use]
    pub fn html(mut self, html: impl Into<String>) -> Self {
        self.html = Some(html.into());
        self
    }
    /// Shows this name as the sender.
    #[must_use]
    pub fn sent_as(mut self, name: impl Into<String>) -> Self {
        self.from_name = Some(name.into());
        self
    }
    /// Sends answers elsewhere.
    #[must_use]
    pub fn reply_to(mut self, address: impl Into<String>) -> Self {
        self.reply_to = Some(address.into());
        self
    }
    /// Offers a way out of the list.
    #[must_use]
    pub fn unsubscribe(mut self, url: impl Into<String>) -> Self {
        self.unsubscribe = Some(url.into());
        self
    }
    /// Stamps the mail for the built-in server.
    #[must_use]
    pub fn stamp(mut self, stamp: impl Into<String>) -> Self {
        self.stamp = Some(stamp.into());
        self
    }
    /// Fixes the `Message-ID`.
    #[must_use]
    pub fn id(mut self, id: Uuid) -> Self {
        self.id = Some(id);
        self
    }
}

/// The message as it goes over the wire, and its `Message-ID` without the brackets.
pub(super) struct Composed {
    pub message: Message,
    pub message_id: String,
}

/// Puts the message together; `fallback_id` names it when the mail brings no id of its own.
pub(super) fn compose(mail: &Mail, from: &Mailbox, fallback_id: Uuid, now: Timestamp) -> Result<Composed, MailError> {
    let to = Mailbox::new(check_name(&mail.to_name, "recipient name")?, parse_address(&mail.to_email)?);
    let from_name = match &mail.from_name {
        Some(name) => check_name(name, "sender name")?,
        None => from.name.clone(),
    };
    let subject = text::parse_line(&mail.subject, SUBJECT_CHARS_MAX).map_err(|_| MailError::Invalid("subject"))?;
    check_body(&mail.text, "text")?;
    let message_id = format!("{}@{}", mail.id.unwrap_or(fallback_id), from.email.domain());
    let from = Mailbox::new(from_name, from.email.clone());
    let literal = [
        literal_name("From", &from),
        literal_name("To", &to),
        is_like_encoded(&subject).then(|| literal("Subject", subject.clone(), encoded_words(&subject))),
    ];
    let mut builder = Message::builder()
        .from(from)
        .to(to)
        .subject(subject.clone())
        .date(UNIX_EPOCH + Duration::from_millis(u64::try_from(now.millis()).unwrap_or(0)))
        .message_id(Some(format!("<{message_id}>")))
        // Keeps holiday answers and other robots from writing back (RFC 3834 §5).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()));
    builder = literal.into_iter().flatten().fold(builder, |builder, header| builder.raw_header(header));
    if let Some(address) = &mail.reply_to {
        builder = builder.reply_to(Mailbox::new(None, parse_address(address)?));
    }
    if let Some(url) = &mail.unsubscribe {
        let url = check_plain(url, UNSUBSCRIBE_CHARS_MAX, "way out")?;
        builder = builder.raw_header(plain("List-Unsubscribe", format!("<{url}>")));
        builder = builder.raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    if let Some(stamp) = &mail.stamp {
        builder = builder.raw_header(plain(STAMP_HEADER, check_plain(stamp, STAMP_CHARS_MAX, "stamp")?.to_owned()));
    }
    let message = match &mail.html {
        Some(html) => {
            check_body(html, "HTML")?;
            builder.multipart(MultiPart::alternative_plain_html(mail.text.clone(), html.clone()))
        }
        None => builder.singlepart(SinglePart::plain(mail.text.clone())),
    };
    let message = message.map_err(|_| MailError::Invalid("envelope"))?;
    Ok(Composed { message, message_id })
}

/// Whether a mail reader would show something else than what was typed.
fn is_like_encoded(text: &str) -> bool {
    text.contains(ENCODED_WORD)
}

/// Takes the place of a header whose text looks encoded already: encoded once more, it is shown as it was typed.
fn literal(name: &'static str, text: String, encoded: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), text, encoded)
}

fn literal_name(header: &'static str, mailbox: &Mailbox) -> Option<HeaderValue> {
    let name = mailbox.name.as_deref().filter(|name| is_like_encoded(name))?;
    let encoded = format!("{}\r\n <{}>", encoded_words(name), mailbox.email);
    Some(literal(header, mailbox.to_string(), encoded))
}

/// A whole text as encoded words, each of whole characters, on lines of their own.
fn encoded_words(text: &str) -> String {
    let (mut words, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (word, after) = rest.split_at(rest.floor_char_boundary(WORD_BYTES_MAX));
        words.push(format!("=?utf-8?b?{}?=", STANDARD.encode(word)));
        rest = after;
    }
    words.join("\r\n ")
}

/// A header that goes out as it stands: its value was checked, and folding would break an address apart.
fn plain(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// Visible ASCII without blanks and angle brackets.
fn check_plain<'a>(value: &'a str, chars_max: usize, part: &'static str) -> Result<&'a str, MailError> {
    let fits = value.len() <= chars_max && value.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>');
    if fits && !value.is_empty() { Ok(value) } else { Err(MailError::Invalid(part)) }
}

fn parse_address(email: &str) -> Result<Address, MailError> {
    let email = text::parse_email(email).map_err(|_| MailError::Invalid("recipient address"))?;
    email.parse().map_err(|_| MailError::Invalid("recipient address"))
}

/// A display name, `None` when there is nothing to show.
fn check_name(name: &str, part: &'static str) -> Result<Option<String>, MailError> {
    if name.trim().is_empty() && !name.chars().any(char::is_control) {
        return Ok(None);
    }
    text::parse_line(name, text::NAME_CHARS_MAX).map(Some).map_err(|_| MailError::Invalid(part))
}

fn check_body(body: &str, part: &'static str) -> Result<(), MailError> {
    let fits = body.len() <= BODY_BYTES_MAX && !body.contains('\0');
    if fits { Ok(()) } else { Err(MailError::Invalid(part)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn compose_now(mail: &Mail) -> Result<Composed, MailError> {
        let from = "Frontdesk <noreply@desk.example>".parse().unwrap();
        compose(mail, &from, Uuid::from_u128(7), Timestamp::from_millis(1_000))
    }

    #[test]
    fn a_mail_carries_its_names_date_and_id() {
        let mail = Mail::new("Änn, \"A\"", "Ann@Example.com", "Grüße", "Hallo ✓").sent_as("Demo Salon");
        let made = compose_now(&mail).unwrap();
        let wire = String::from_utf8(made.message.formatted()).unwrap();
        assert!(wire.contains("Date: Thu, 01 Jan 1970 00:00:01 +0000\r\n"), "{wire}");
        assert!(wire.contains(&format!("Message-ID: <{}>\r\n", made.message_id)), "{wire}");
        assert!(wire.contains("From: \"Demo Salon\" <noreply@desk.example>") || wire.contains("From: Demo Salon <"));
        assert!(wire.contains("Auto-Submitted: auto-generated\r\n"), "{wire}");
        assert_eq!(made.message.envelope().to()[0].to_string(), "ann@example.com");
        assert!(wire.is_ascii(), "everything is encoded for servers without 8BITMIME");
    }

    #[test]
    fn a_way_out_of_the_list_is_one_line_that_a_mail_reader_can_post_to() {
        let url = format!("https://desk.example/u/{}", "a".repeat(300));
        let mail = Mail::new("", "ann@example.com", "News", "text").unsubscribe(&url).reply_to("Salon@Example.com");
        let wire = String::from_utf8(compose_now(&mail).unwrap().message.formatted()).unwrap();
        assert!(wire.contains(&format!("List-Unsubscribe: <{url}>\r\n")), "{wire}");
        assert!(wire.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{wire}");
        assert!(wire.contains("Reply-To: salon@example.com\r\n"), "{wire}");
    }

    #[test]
    fn both_forms_travel_as_alternatives() {
        let made = compose_now(&Mail::new("", "ann@example.com", "s", "plain").html("<p>rich</p>")).unwrap();
        let wire = String::from_utf8(made.message.formatted()).unwrap();
        assert!(wire.contains("multipart/alternative") && wire.contains("<p>rich</p>") && wire.contains("plain"));
    }

    #[test]
    fn what_looks_encoded_is_shown_as_it_was_typed() {
        let typed = "Re: =?utf-8?q?Your_bank?= – =?us-ascii?b?SGk=?= and a long, long rest to fold";
        let mail = Mail::new(typed, "ann@example.com", typed, "text").sent_as(typed);
        let wire = String::from_utf8(compose_now(&mail).unwrap().message.formatted()).unwrap();
        let (head, _) = wire.split_once("\r\n\r\n").unwrap();
        assert!(head.split("\r\n").all(|line| line.len() <= 76), "{head}");
        let unfolded = head.replace("\r\n ", " ");
        for header in ["From: ", "To: ", "Subject: "] {
            let lines: Vec<&str> = unfolded.split("\r\n").filter(|line| line.starts_with(header)).collect();
            let [line] = lines[..] else { panic!("{header} in {head}") };
            let words = line[header.len()..].split(' ').filter_map(|word| {
                let word = word.strip_prefix("=?utf-8?b?")?.strip_suffix("?=")?;
                Some(String::from_utf8(STANDARD.decode(word).unwrap()).unwrap())
            });
            assert_eq!(words.collect::<String>(), typed, "{header}");
        }
        assert!(unfolded.contains("<noreply@desk.example>\r\n") && unfolded.contains("<ann@example.com>\r\n"));
    }

    #[test]
    fn nothing_that_could_add_a_header_gets_into_one() {
        let good = Mail::new("Ann", "ann@example.com", "Hello", "text");
        assert!(compose_now(&good).is_ok());
        for bad in ["a\r\nBcc: x@y.zz", "a\nBcc: x@y.zz", "a\rb", "a\0b", "\r\n"] {
            assert!(compose_now(&Mail { to_name: bad.into(), ..good.clone() }).is_err(), "name {bad:?}");
            assert!(compose_now(&Mail { subject: bad.into(), ..good.clone() }).is_err(), "subject {bad:?}");
            assert!(compose_now(&Mail { from_name: Some(bad.into()), ..good.clone() }).is_err(), "sender {bad:?}");
            assert!(
                compose_now(&Mail { reply_to: Some(format!("b@example.com{bad}")), ..good.clone() }).is_err()
                    || bad == "\r\n"
            );
            assert!(
                compose_now(&good.clone().unsubscribe(format!("https://x.example/{bad}"))).is_err(),
                "list {bad:?}"
            );
            assert!(compose_now(&good.clone().stamp(format!("a{bad}"))).is_err(), "stamp {bad:?}");
            let email = format!("ann@example.com{bad}x");
            assert!(compose_now(&Mail { to_email: email, ..good.clone() }).is_err(), "address {bad:?}");
        }
    }

    proptest! {
        #[test]
        fn the_headers_are_always_the_same_few(name in "\\PC{0,40}", subject in "\\PC{1,80}", text in "(?s).{0,200}") {
            let mail = Mail::new(name, "ann@example.com", subject, text);
            if let Ok(made) = compose_now(&mail) {
                let wire = made.message.formatted();
                let parsed = mail_headers(&wire);
                let known = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
                    "Content-Type", "Content-Transfer-Encoding"];
                for header in parsed {
                    prop_assert!(known.contains(&header.as_str()), "{} in {}", header, String::from_utf8_lossy(&wire));
                }
            }
        }
    }

    /// Header names by the grammar of RFC 5322: lines up to the first empty one, continuations folded away.
    fn mail_headers(wire: &[u8]) -> Vec<String> {
        let text = String::from_utf8_lossy(wire).into_owned();
        let head = text.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        head.split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap_or_default().to_owned())
            .collect()
    }
}
