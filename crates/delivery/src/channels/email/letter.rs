//! A mail from an event's text: one line of subject whatever the data holds, the business as the sender, and what mail
//! readers need to offer a way off a list.

use kernel::events;
use people::contacts::find_at_email;
use platform::mail::{Mail, SUBJECT_CHARS_MAX};

use super::{
    super::{Attempted, considerate::language_of, not_prepared},
    Task,
    optout::{self, List},
};
use crate::{
    Delivery,
    catalogue::EventType,
    mailbox,
    model::ChannelKind,
    notifications,
    preferences::Category,
    settings::{ChannelSettings, Provider},
    templates,
};

/// Characters of a mail that are kept beside the attempt.
pub(super) const LOGGED_CHARS_MAX: usize = 2_000;

pub(super) async fn write(
    delivery: &Delivery,
    task: &Task,
    settings: &ChannelSettings,
    kind: Option<&EventType>,
) -> Result<Mail, Attempted> {
    let tenant = task.event.tenant;
    let category = Category::of(kind.map_or("", |kind| kind.category.as_str()));
    let business = people::tenants::find_tenant(delivery.people(), tenant).await.map_err(|e| not_prepared(&e))?;
    let business = business.map(|b| b.name.clone()).unwrap_or_default();
    let language = language_of(delivery, task).await.map_err(|e| not_prepared(&e))?;
    // Whoever works here and is not named reads it as one of the business, not as the customer whom the data names.
    let colleague = match kind {
        Some(kind) if !is_named(kind, task) => find_colleague(delivery, task).await.map_err(|e| not_prepared(&e))?,
        _ => None,
    };
    let reaches_by_mail = kind.is_some_and(|kind| !kind.recipients.email.is_empty());
    let (event, language) = (&task.event, language.as_deref());
    let rendered = match &colleague {
        // A type that names nobody by mail, such as a campaign's, has a text for those who are told because they work here.
        Some(name) if reaches_by_mail => templates::render_notice(delivery, event, language, name).await,
        Some(name) => templates::render_for_staff(delivery, event, language, name).await,
        None => templates::render(delivery, event, ChannelKind::Email, language).await,
    };
    let rendered = rendered.map_err(|e| not_prepared(&e))?;
    let subject = one_line(rendered.subject.as_deref().unwrap_or_default());
    let subject = if subject.is_empty() { business.clone() } else { subject };
    let mut mail = Mail::new("", &*task.recipient, subject, rendered.text).id(task.delivery.uuid());
    mail.html = rendered.html;
    mail.reply_to = settings.reply_to().map(str::to_owned);
    if matches!(settings.email_provider(), Provider::System(())) {
        mail.from_name = Some(one_line(&business)).filter(|name| !name.is_empty());
        // Only our own server reads it.
        if category != Category::Security {
            mail.stamp = Some(mailbox::stamp(delivery, tenant, Some(task.delivery)));
        }
    }
    let is_notice = colleague.is_some() || kind.is_some_and(|kind| notifications::is_notice(&kind.name));
    if category != Category::Security && (optout::is_list(category) || is_notice) {
        let is_digest = *task.event.kind == *events::NOTIFICATIONS_DIGEST;
        let list = if is_digest { List::Digest } else { List::Category(category) };
        let url = optout::link(delivery, tenant, list, &task.recipient);
        mail.text.push_str(&format!("\n\n-- \nNo more mails of this kind: {url}\n"));
        mail.html = mail.html.map(|html| optout::line_in(&html, &url));
        mail.unsubscribe = Some(url);
    }
    Ok(mail)
}

/// What the one of the team is called who reads mail at this address.
async fn find_colleague(delivery: &Delivery, task: &Task) -> platform::Result<Option<String>> {
    let people = find_at_email(delivery.db().read(), task.event.tenant, &task.recipient).await?;
    Ok(people.into_iter().find(|contact| !contact.is_customer).map(|contact| contact.name))
}

/// Whether the event's own data names this address; who is not named and works here is told what the app tells them.
fn is_named(kind: &EventType, task: &Task) -> bool {
    let named = kind.emails_in(&task.event.data);
    named.into_iter().any(|email| email.eq_ignore_ascii_case(&task.recipient))
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
