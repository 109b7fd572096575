//! The mails about an account, as text and HTML. A missing value is an error here, never an empty place in a mail.

use std::sync::LazyLock;

use kernel::Timestamp;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use platform::{Fault, Result, mail::Mail};

use super::{
    jobs::{Sender, hours},
    person::Person,
    rules::{RESET_CODE_LIFETIME, RESET_LINK_LIFETIME, VERIFICATION_LIFETIME},
};

/// In whose name users are written to.
pub(super) const HOUSE: &str = "Frontdesk";

static TEMPLATES: LazyLock<std::result::Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    for (name, source) in [
        ("letter.html", include_str!("letter.html")),
        ("reset.html", include_str!("reset.html")),
        ("reset.txt", include_str!("reset.txt")),
        ("verification.html", include_str!("verification.html")),
        ("verification.txt", include_str!("verification.txt")),
        ("password_changed.html", include_str!("password_changed.html")),
        ("password_changed.txt", include_str!("password_changed.txt")),
        ("passkey_added.html", include_str!("passkey_added.html")),
        ("passkey_added.txt", include_str!("passkey_added.txt")),
        ("new_device.html", include_str!("new_device.html")),
        ("new_device.txt", include_str!("new_device.txt")),
    ] {
        templates.add_template(name, source)?;
    }
    Ok(templates)
});

/// What a mail may say.
pub(super) struct Letter {
    /// In whose name: a business, or ourselves.
    pub sender: String,
    /// `Hello Ann,`, or without a name as long as nobody proved that the address is theirs: whoever typed it first may
    /// have given any.
    pub greeting: String,
    pub name: String,
    pub url: String,
    pub code: String,
    pub device: String,
    pub ip: String,
    pub at: String,
    pub hours: u64,
    pub minutes: u64,
    /// Where one's own account is looked after.
    pub security: String,
    /// The ways in beside the password that were taken away, and those that are left.
    pub removed: Vec<String>,
    pub remaining: Vec<String>,
}

impl Letter {
    pub(super) fn to(person: &Person, sender: &Sender) -> Self {
        let name = person.email_verified_at.map(|_| person.name.clone()).unwrap_or_default();
        Self {
            sender: sender.name.clone(),
            greeting: greeting(&name),
            name,
            url: String::new(),
            code: String::new(),
            device: String::new(),
            ip: String::new(),
            at: String::new(),
            hours: 0,
            minutes: 0,
            security: String::new(),
            removed: Vec::new(),
            remaining: Vec::new(),
        }
    }
}

/// How a mail begins.
pub(crate) fn greeting(name: &str) -> String {
    if name.is_empty() { "Hello,".to_owned() } else { format!("Hello {name},") }
}

/// A moment as it is written in a mail to somebody whose zone is not known.
pub(super) fn written_time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map(|at| at.strftime("%-d %B %Y, %H:%M UTC").to_string())
        .unwrap_or_default()
}

/// With a link and a code that set a new password.
pub(super) fn reset(letter: Letter, email: &str) -> Result<Mail> {
    let minutes = RESET_CODE_LIFETIME.as_secs() / 60;
    let letter = Letter { hours: hours(RESET_LINK_LIFETIME), minutes, ..letter };
    let subject = format!("Set a new password for {}", letter.sender);
    write("reset", &subject, letter, email)
}

/// With a link that proves the address.
pub(super) fn verification(letter: Letter, email: &str) -> Result<Mail> {
    let letter = Letter { hours: hours(VERIFICATION_LIFETIME), ..letter };
    let subject = format!("Confirm your e-mail address for {}", letter.sender);
    write("verification", &subject, letter, email)
}

/// The password is another one now.
pub(super) fn password_changed(letter: Letter, email: &str) -> Result<Mail> {
    let subject = format!("Your password for {} was changed", letter.sender);
    write("password_changed", &subject, letter, email)
}

/// There is another way in now.
pub(super) fn passkey_added(letter: Letter, email: &str) -> Result<Mail> {
    let subject = format!("A passkey was added to your account at {}", letter.sender);
    write("passkey_added", &subject, letter, email)
}

/// Somebody signed in on a device that was not seen before.
pub(super) fn new_device(letter: Letter, email: &str) -> Result<Mail> {
    let subject = format!("New sign-in to {}", letter.sender);
    write("new_device", &subject, letter, email)
}

fn write(template: &str, subject: &str, letter: Letter, email: &str) -> Result<Mail> {
    let Letter { sender, greeting, url, code, device, ip, at, hours, minutes, security, removed, remaining, .. } =
        &letter;
    let about = context! { security, removed, remaining };
    let values = context! { sender, greeting, url, code, device, ip, at, hours, minutes, ..about };
    let render = |name: String| -> Result<String> {
        let templates = TEMPLATES.as_ref().map_err(|e| Fault::internal("reading mail templates", e.to_string()))?;
        let template = templates.get_template(&name).map_err(|e| Fault::internal("finding a mail template", e))?;
        template.render(&values).map_err(|e| Fault::internal("writing a mail", e))
    };
    let (text, html) = (render(format!("{template}.txt"))?, render(format!("{template}.html"))?);
    Ok(Mail::new(letter.name.as_str(), email, subject, text).html(html).sent_as(letter.sender.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            sender: "Ann & <b>Co</b>".into(),
            greeting: greeting("Bo <i>"),
            name: "Bo <i>".into(),
            url: "https://desk.example.com/client/reset-password?business=salon&token=abc".into(),
            code: "123456".into(),
            device: "Chrome on Windows".into(),
            ip: "192.0.2.7".into(),
            at: written_time(Timestamp::from_millis(1_795_000_000_000)),
            hours: 0,
            minutes: 0,
            security: "https://desk.example.com/client/security?business=salon".into(),
            removed: vec!["Passkey: Old <b>phone</b>".into()],
            remaining: vec!["Sign-in with Google".into()],
        }
    }

    #[test]
    fn a_changed_password_names_the_other_ways_in() {
        let mail = password_changed(letter(), "bo@example.com").unwrap();
        let html = mail.html.unwrap();
        assert!(mail.text.contains("- Passkey: Old <b>phone</b>\n") && mail.text.contains("- Sign-in with Google\n"));
        assert!(
            html.contains("Old &lt;b&gt;phone&lt;&#x2f;b&gt;</li>") && html.contains("Sign-in with Google</li>"),
            "{html}"
        );
        let none =
            password_changed(Letter { removed: vec![], remaining: vec![], ..letter() }, "bo@example.com").unwrap();
        assert!(!none.text.contains("without the password") && !none.html.unwrap().contains("<li"));
    }

    #[test]
    fn every_mail_is_whole_in_both_forms_and_names_carry_no_markup() {
        let writers: [fn(Letter, &str) -> Result<Mail>; 5] =
            [reset, verification, password_changed, passkey_added, new_device];
        for write in writers {
            let mail = write(letter(), "bo@example.com").unwrap();
            let html = mail.html.unwrap();
            assert!(mail.text.contains("Hello Bo <i>,") && mail.text.contains("token=abc"), "{}", mail.text);
            assert!(html.contains("Bo &lt;i&gt;") && !html.contains("<i>") && html.contains("token=abc"), "{html}");
            assert!(!mail.text.contains("{{") && !html.contains("{{"));
        }
    }

    #[test]
    fn a_reset_carries_link_and_code_and_says_how_long_they_work() {
        let mail = reset(letter(), "bo@example.com").unwrap();
        assert!(mail.text.contains("123456") && mail.text.contains("15 minutes") && mail.text.contains("1 hour"));
        assert!(!mail.subject.contains("123456"), "a subject shows on locked screens");
    }

    #[test]
    fn nobody_is_greeted_by_a_name_that_they_may_not_have_given() {
        assert_eq!(greeting(""), "Hello,");
        assert_eq!(letter().at, "18 November 2026, 11:06 UTC");
    }
}
