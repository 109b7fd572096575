//! The mails of this slice, as text and HTML. A missing value is an error here, never an empty place in a mail.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use platform::{Fault, Result, mail::Mail};

use super::rules::SIGN_IN_LINK_LIFETIME;
use crate::signin::emails::greeting;

const TEXT: &str = "sign_in_link.txt";
const HTML: &str = "sign_in_link.html";

static TEMPLATES: LazyLock<std::result::Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    templates.add_template(TEXT, include_str!("sign_in_link.txt"))?;
    templates.add_template(HTML, include_str!("sign_in_link.html"))?;
    Ok(templates)
});

/// The mail with a sign-in link for a customer of this business; `name` is empty as long as nobody proved the address.
pub(super) fn sign_in_link_mail(business: &str, name: &str, email: &str, url: &str) -> Result<Mail> {
    let values =
        context! { business, greeting => greeting(name), url, minutes => SIGN_IN_LINK_LIFETIME.as_secs() / 60 };
    let render = |template: &str| -> Result<String> {
        let templates = TEMPLATES.as_ref().map_err(|e| Fault::internal("reading mail templates", e.to_string()))?;
        let template = templates.get_template(template).map_err(|e| Fault::internal("finding a mail template", e))?;
        template.render(&values).map_err(|e| Fault::internal("writing a mail", e))
    };
    let subject = format!("Sign in to {business}");
    Ok(Mail::new(name, email, subject, render(TEXT)?).html(render(HTML)?).sent_as(business))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_in_both_forms_and_names_cannot_carry_markup() {
        let url = "https://desk.example.com/client/sign-in?token=abc&business=salon";
        let mail = sign_in_link_mail("Ann & <b>Co</b>", "Bo <i>", "bo@example.com", url).unwrap();
        assert!(mail.text.contains(url) && mail.text.contains("Ann & <b>Co</b>"));
        let html = mail.html.unwrap();
        assert!(html.contains("Ann &amp; &lt;b&gt;Co") && !html.contains("<i>"));
        assert!(html.contains("token=abc&amp;business=salon"));
        assert_eq!(mail.from_name.as_deref(), Some("Ann & <b>Co</b>"));
    }
}
