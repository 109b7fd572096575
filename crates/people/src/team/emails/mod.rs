//! The mail of an invitation, as text and HTML. A missing value is an error here, never an empty place in a mail.

use std::sync::LazyLock;

use kernel::Role;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use platform::{Fault, Result, mail::Mail};

use super::rules::INVITATION_LIFETIME;

const TEXT: &str = "invitation.txt";
const HTML: &str = "invitation.html";
const DAY_SECONDS: u64 = 24 * 3600;

static TEMPLATES: LazyLock<std::result::Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    templates.add_template(TEXT, include_str!("invitation.txt"))?;
    templates.add_template(HTML, include_str!("invitation.html"))?;
    Ok(templates)
});

/// Who invites whom.
pub(super) struct Invited<'a> {
    pub business: &'a str,
    pub inviter: &'a str,
    pub role: Role,
    pub name: Option<&'a str>,
    pub email: &'a str,
    pub url: &'a str,
}

/// The mail with the link.
pub(super) fn invitation_mail(invited: &Invited<'_>) -> Result<Mail> {
    let Invited { business, inviter, role, name, email, url } = *invited;
    let days = INVITATION_LIFETIME.as_secs() / DAY_SECONDS;
    let values = context! { business, inviter, role => role.as_str(), name => name.unwrap_or_default(), url, days };
    let render = |template: &str| -> Result<String> {
        let templates = TEMPLATES.as_ref().map_err(|e| Fault::internal("reading mail templates", e.to_string()))?;
        let template = templates.get_template(template).map_err(|e| Fault::internal("finding a mail template", e))?;
        template.render(&values).map_err(|e| Fault::internal("writing a mail", e))
    };
    let subject = format!("{inviter} invites you to {business}");
    Ok(Mail::new(name.unwrap_or_default(), email, subject, render(TEXT)?).html(render(HTML)?).sent_as(business))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_in_both_forms_and_names_cannot_carry_markup() {
        let url = "https://desk.example.com/invitation?token=abc";
        let mail = invitation_mail(&Invited {
            business: "Ann & <b>Co</b>",
            inviter: "Olive",
            role: Role::Manager,
            name: None,
            email: "bo@example.com",
            url,
        });
        let mail = mail.unwrap();
        assert!(mail.text.contains(url) && mail.text.contains("as manager") && mail.text.starts_with("Hello,"));
        assert!(mail.html.unwrap().contains("Ann &amp; &lt;b&gt;Co"));
    }
}
