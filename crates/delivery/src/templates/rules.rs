//! What a business's own text may look like.

use kernel::{Problem, problem::Fields};

use super::{
    error,
    inspect::inspect,
    model::{Rendered, Source},
    places::unsafe_places,
};
use crate::{catalogue::EventType, model::ChannelKind};

/// Own texts of one business.
pub(super) const OWN_TEMPLATES_MAX: u64 = 2000;
/// Longest text or HTML.
const TEXT_BYTES_MAX: usize = 128 * 1024;
/// Longest text of a message to a phone, before data is put in: ten parts of an SMS.
const PHONE_TEXT_CHARS_MAX: usize = 1600;
/// Longest subject, before data is put in.
const SUBJECT_CHARS_MAX: usize = 500;

const SUBJECT: &str = "subject";
const HTML: &str = "html";

/// The text as it is stored, or everything that is not right about it. A mail has a subject, a text and perhaps HTML; a
/// notice has a title; a message to a phone is only text.
pub(super) fn check_source(source: Source, kind: &EventType, channel: ChannelKind) -> Result<Source, Problem> {
    let is_mail = channel == ChannelKind::Email;
    let has_subject = is_mail || channel == ChannelKind::Inapp;
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let source = Source { subject: given(source.subject), text: source.text, html: given(source.html) };
    let mut refused = Fields::new();
    if source.text.trim().is_empty() {
        refused.refuse("text", "REQUIRED", "is required");
    }
    if has_subject && source.subject.is_none() {
        refused.refuse("subject", "REQUIRED", "is required");
    }
    if !has_subject && source.subject.is_some() {
        refused.refuse("subject", "UNKNOWN_FIELD", "is nothing that this channel has");
    }
    if !is_mail && source.html.is_some() {
        refused.refuse("html", "UNKNOWN_FIELD", "is nothing that this channel has");
    }
    let is_phone = matches!(channel, ChannelKind::Sms | ChannelKind::Whatsapp);
    let text_max = if is_phone { PHONE_TEXT_CHARS_MAX } else { TEXT_BYTES_MAX };
    check_part(&mut refused, SUBJECT, source.subject.as_deref(), SUBJECT_CHARS_MAX, kind);
    check_part(&mut refused, "text", Some(&source.text), text_max, kind);
    check_part(&mut refused, HTML, source.html.as_deref(), TEXT_BYTES_MAX, kind);
    refused.check()?;
    Ok(source)
}

/// A text of remarks and conditions alone says nothing, even with all data there.
pub(super) fn check_says_something(written: &Rendered) -> Result<(), Problem> {
    let mut refused = Fields::new();
    if written.text.trim().is_empty() {
        refused.refuse("text", "REQUIRED", "is empty when it is written out");
    }
    if written.subject.as_ref().is_some_and(|subject| subject.trim().is_empty()) {
        refused.refuse("subject", "REQUIRED", "is empty when it is written out");
    }
    refused.check()
}

fn check_part(refused: &mut Fields, field: &str, part: Option<&str>, max: usize, kind: &EventType) {
    let Some(part) = part else { return };
    if part.len() > max && (max >= TEXT_BYTES_MAX || part.chars().count() > max) {
        refused.refuse(field, "TOO_LONG", format!("must be at most {max} characters"));
    } else if field == SUBJECT && part.contains(['\n', '\r']) {
        refused.refuse(field, "INVALID_TEXT", "must be one line");
    } else if part.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        refused.refuse(field, "INVALID_TEXT", "must not contain control characters");
    } else {
        error::refuse(refused, field, &inspect(part, kind));
        if field == HTML {
            error::refuse(refused, field, &unsafe_places(part, kind));
        }
    }
}
