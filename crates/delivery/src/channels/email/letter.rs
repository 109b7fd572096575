//! A mail from an event's text: one line of subject whatever the data holds, the business as the sender, and what mail
//! readers need to offer a way off a list.

use platform::mail::{Mail, SUBJECT_CHARS_MAX};

use super::{super::Attempted, Task, away, optout};
use crate::{
    Delivery, mailbox,
    model::ChannelKind,
    settings::{ChannelSettings, Provider},
    templates,
};

/// Characters of a mail that are kept beside the attempt.
pub(super) const LOGGED_CHARS_MAX: usize = 2_000;
/// Mail about the security of an account is for the person and the operator, never for the business's mailbox.
const SECURITY: &str = "security";

pub(super) async fn write(
    delivery: &Delivery,
    task: &Task,
    settings: &ChannelSettings,
    category: &str,
    is_list: bool,
) -> Result<Mail, Attempted> {
    let tenant = task.event.tenant;
    let business = people::tenants::find_tenant(delivery.people(), tenant).await.map_err(|e| away(&e))?;
    let business = business.map(|b| b.name.clone()).unwrap_or_default();
    let rendered = templates::render(delivery, &task.event, ChannelKind::Email, None).await.map_err(|e| away(&e))?;
    let subject = one_line(rendered.subject.as_deref().unwrap_or_default());
    let subject = if subject.is_empty() { business.clone() } else { subject };
    let mut mail = Mail::new("", &*task.recipient, subject, rendered.text).id(task.delivery.uuid());
    mail.html = rendered.html;
    mail.reply_to = settings.reply_to().map(str::to_owned);
    if matches!(settings.email_provider(), Provider::System(())) {
        mail.from_name = Some(one_line(&business)).filter(|name| !name.is_empty());
        // Only our own server reads it.
        if !category.eq_ignore_ascii_case(SECURITY) {
            mail.stamp = Some(mailbox::stamp(delivery, tenant, Some(task.delivery)));
        }
    }
    if is_list {
        let url = optout::link(delivery, tenant, &task.recipient);
        mail.text.push_str(&format!("\n\n-- \nNo more mails of this kind: {url}\n"));
        mail.unsubscribe = Some(url);
    }
    Ok(mail)
}

/// Control characters become blanks and long texts end early: what somebody put into an event's data never decides what is
/// a header.
pub(super) fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    kernel::text::preview(&words.join(" "), SUBJECT_CHARS_MAX).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_subject_is_one_line_whatever_the_data_holds() {
        assert_eq!(one_line("Invoice\r\nBcc: x@y.zz\0 \t 7"), "Invoice Bcc: x@y.zz 7");
        assert_eq!(one_line(" \r\n "), "");
        assert_eq!(one_line(&"é".repeat(400)).chars().count(), SUBJECT_CHARS_MAX);
    }

    proptest! {
        #[test]
        fn no_text_makes_a_second_line(text in "(?s).{0,400}") {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(char::is_control) && line.chars().count() <= SUBJECT_CHARS_MAX);
        }
    }
}
