//! Writing a letter out. A missing value is an error here, never an empty place in a mail.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use kernel::{Id, Timestamp, id};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use platform::{Fault, Result, mail::Mail};
use serde_json::{Value as Json, json};

use super::{
    HOUSE,
    kinds::{ALL, LetterKind},
    ports::Written,
};
use crate::People;

const PAGE: &str = "page.html";

static TEMPLATES: LazyLock<std::result::Result<Environment<'static>, minijinja::Error>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    templates.add_template(PAGE, include_str!("page.html"))?;
    for kind in ALL {
        templates.add_template_owned(name_of(kind, "subject"), kind.subject)?;
        templates.add_template_owned(name_of(kind, "txt"), kind.text)?;
        templates.add_template_owned(name_of(kind, "html"), kind.html)?;
    }
    Ok(templates)
});

fn name_of(kind: &LetterKind, part: &str) -> String {
    format!("{}.{part}", kind.name)
}

/// Somebody is to hear of something.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub kind: &'static LetterKind,
    /// In whose name, when not in ours.
    pub business: Option<(Id<id::Tenant>, String)>,
    /// When it is for a customer.
    pub customer: Option<Id<id::Customer>>,
    /// Empty when nobody proved that the address is theirs.
    pub name: String,
    pub email: String,
    /// What its kind may name.
    pub values: Json,
}

/// A moment by the clock of whoever reads it, with the zone's name: `3 May 2026, 14:06 (Africa/Nairobi)`.
pub(crate) fn written_time(at: Timestamp, zone: TimeZone) -> String {
    at.to_jiff().map(|at| at.to_zoned(zone).strftime("%-d %B %Y, %H:%M (%Q)").to_string()).unwrap_or_default()
}

/// The mail, in the words of the business whose letter it is, else in ours.
pub(crate) async fn write(people: &People, letter: Letter) -> Result<Mail> {
    let values = with_defaults(&letter);
    let own = match &letter.business {
        Some((tenant, _)) => find_own_words(people, *tenant, &letter, &values).await,
        None => None,
    };
    let sender = letter.business.as_ref().map_or(HOUSE, |(_, name)| name);
    let Written { subject, text, html } = match own {
        Some(written) => written,
        None => in_our_words(letter.kind, sender, &letter.name, &values)?,
    };
    let mail = Mail { html, ..Mail::new(letter.name.as_str(), letter.email.as_str(), subject, text) };
    Ok(mail.sent_as(sender))
}

/// The values with empty ones for what the kind may name and this letter has not.
fn with_defaults(letter: &Letter) -> Json {
    let mut values = letter.values.clone();
    values["name"] = letter.name.as_str().into();
    for field in letter.kind.fields.iter().filter(|field| !field.is_always) {
        if values[field.name].is_null() {
            values[field.name] = if field.is_list { json!([]) } else { json!("") };
        }
    }
    values
}

/// What must reach its reader is not lost to a text that cannot be written, or that came out without its link.
async fn find_own_words(people: &People, tenant: Id<id::Tenant>, letter: &Letter, values: &Json) -> Option<Written> {
    let kind = letter.kind;
    match people.own_words()?.write(tenant, letter.customer, kind, values).await {
        Ok(written) if kind.find_missing(&written.text, written.html.as_deref(), values).is_empty() => Some(written),
        Ok(_) => {
            tracing::warn!(%tenant, kind = kind.name, "a business's own letter came out without what it is for");
            None
        }
        Err(fault) => {
            tracing::warn!(%tenant, kind = kind.name, cause = fault.chain(), "a business's own letter was not written");
            None
        }
    }
}

/// What a letter holds: texts, numbers and lists of texts.
fn plain(value: &Json) -> Value {
    match value {
        Json::String(text) => Value::from(text),
        Json::Array(list) => Value::from(list.iter().map(plain).collect::<Vec<_>>()),
        Json::Number(number) => Value::from(number.to_string()),
        Json::Null | Json::Bool(_) | Json::Object(_) => Value::from(""),
    }
}

fn in_our_words(kind: &LetterKind, sender: &str, name: &str, values: &Json) -> Result<Written> {
    let own = values.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), plain(value)));
    let shared = [("business", context! { name => sender }), ("customer", context! { name })];
    let values = Value::from_pairs(own.chain(shared.map(|(name, value)| (name.to_owned(), value))));
    let render = |part: &str, values: &Value| -> Result<String> {
        let templates = TEMPLATES.as_ref().map_err(|e| Fault::internal("reading letters", e.to_string()))?;
        let template = templates.get_template(part).map_err(|e| Fault::internal("finding a letter", e))?;
        template.render(values).map_err(|e| Fault::internal("writing a letter", e))
    };
    let (subject, text) = (render(&name_of(kind, "subject"), &values)?, render(&name_of(kind, "txt"), &values)?);
    let content = Value::from_safe_string(render(&name_of(kind, "html"), &values)?);
    let html = render(PAGE, &context! { subject => subject.clone(), content })?;
    Ok(Written { subject, text, html: Some(html) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::kinds::{PASSWORD_CHANGED, PASSWORD_RESET, VERIFICATION};

    /// What the kind may name, all of it.
    fn full(kind: &LetterKind) -> Json {
        let mut values = json!({});
        for field in kind.fields {
            values[field.name] = if field.is_list { json!([field.example]) } else { json!(field.example) };
        }
        values
    }

    fn written(kind: &LetterKind, values: &Json) -> Written {
        in_our_words(kind, "Ann & <b>Co</b>", "Bo <i>", values).unwrap()
    }

    #[test]
    fn every_letter_is_whole_in_both_forms_and_names_carry_no_markup() {
        for kind in ALL {
            let values = full(kind);
            let Written { subject, text, html } = written(kind, &values);
            let html = html.unwrap();
            assert_eq!(kind.find_missing(&text, Some(&html), &values), [], "{}", kind.name);
            assert!(kind.fields.iter().any(|field| field.is_needed), "{}", kind.name);
            assert!(text.starts_with("Hello Bo <i>,") && subject.contains("Ann & <b>Co</b>"), "{subject}\n{text}");
            assert!(html.contains("Bo &lt;i&gt;") && !html.contains("<i>") && !html.contains("<b>Co"), "{html}");
            assert!(!text.contains("{{") && !html.contains("{{") && !text.contains("{%") && !html.contains("{%"));
        }
    }

    #[test]
    fn a_letter_without_its_link_or_code_is_told() {
        let values = full(&PASSWORD_RESET);
        let (url, code) = (values["url"].as_str().unwrap(), values["code"].as_str().unwrap());
        let missing = PASSWORD_RESET.find_missing(&format!("go to {url}"), Some(code), &values);
        let told: Vec<(&str, &str)> = missing.iter().map(|missing| (missing.part, missing.field)).collect();
        assert_eq!(told, [("html", "url"), ("text", "code")]);
    }

    #[test]
    fn a_changed_password_names_the_other_ways_in() {
        let mut values = full(&PASSWORD_CHANGED);
        values["removed"] = json!(["Passkey: Old <b>phone</b>"]);
        let Written { text, html, .. } = written(&PASSWORD_CHANGED, &values);
        let html = html.unwrap();
        assert!(text.contains("- Passkey: Old <b>phone</b>\n") && text.contains("- Sign-in with Google\n"), "{text}");
        assert!(html.contains("Old &lt;b&gt;phone&lt;&#x2f;b&gt;</li>") && html.contains("Sign-in with Google</li>"));
        (values["removed"], values["remaining"]) = (json!([]), json!([]));
        let Written { text, html, .. } = written(&PASSWORD_CHANGED, &values);
        assert!(!text.contains("without the password") && !html.unwrap().contains("<li"));
    }

    #[test]
    fn a_reset_says_how_long_it_works_and_its_subject_tells_no_code() {
        let Written { subject, text, .. } = written(&PASSWORD_RESET, &full(&PASSWORD_RESET));
        assert!(text.contains("493027") && text.contains("15 minutes") && text.contains("1 hour"), "{text}");
        assert!(!subject.contains("493027"), "a subject shows on locked screens");
    }

    #[test]
    fn nobody_is_greeted_by_a_name_that_they_may_not_have_given() {
        let greeted = in_our_words(&VERIFICATION, HOUSE, "", &full(&VERIFICATION)).unwrap();
        assert!(greeted.text.starts_with("Hello,\n"), "{}", greeted.text);
        let at = written_time(Timestamp::from_millis(1_795_000_000_000), TimeZone::UTC);
        assert_eq!(at, "18 November 2026, 11:06 (UTC)");
    }
}
