//! The mails of this slice.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use people::team::Member;
use platform::{Fault, Result, mail::Mail};

use super::{call::GONE, entity::Model};

const TEXT: &str = "switched_off.txt";
const HTML: &str = "switched_off.html";

static TEMPLATES: LazyLock<std::result::Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    templates.add_template(TEXT, include_str!("switched_off.txt"))?;
    templates.add_template(HTML, include_str!("switched_off.html"))?;
    Ok(templates)
});

/// Tells an owner that a webhook hears of nothing any more, why, and where to switch it on again.
pub(super) fn switched_off_mail(business: &str, owner: &Member, row: &Model, link: &str) -> Result<Mail> {
    let is_gone = row.disabled_code.as_deref() == Some(GONE);
    let values = context! { business, name => &owner.name, url => &row.url, is_gone, link };
    let render = |template: &str| -> Result<String> {
        let templates = TEMPLATES.as_ref().map_err(|e| Fault::internal("reading mail templates", e.to_string()))?;
        let template = templates.get_template(template).map_err(|e| Fault::internal("finding a mail template", e))?;
        template.render(&values).map_err(|e| Fault::internal("writing a mail", e))
    };
    let subject = format!("A webhook of {business} was switched off");
    Ok(Mail::new(&owner.name, &owner.email, subject, render(TEXT)?).html(render(HTML)?))
}
