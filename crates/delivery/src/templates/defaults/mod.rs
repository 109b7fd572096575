//! The built-in texts. One [`Wording`] says what a type says; mail, phone message and notice are made from it, in the same
//! language that a business writes its own texts in, so that the editor can begin with them. Which values are money or
//! times is known from the type's fields, and what may be absent is left out with its label.

mod commerce;
mod house;
mod office;

use std::{collections::HashMap, sync::LazyLock};

use super::{access::CHANNELS, engine::Compiled, letters, model::Source};
use crate::{
    catalogue::{self, EventType, FieldKind, FieldSpec},
    model::ChannelKind,
};

/// What a type says, with places for its data.
struct Wording {
    kind: &'static str,
    subject: &'static str,
    /// One or two sentences of a mail.
    lead: &'static str,
    /// Label and field of each line below them.
    details: &'static [(&'static str, &'static str)],
    /// What the button says, and the field with its address.
    button: Option<(&'static str, &'static str)>,
    /// The same for a plain link below it.
    link: Option<(&'static str, &'static str)>,
    /// A last sentence of a mail.
    closing: &'static str,
    /// To a phone.
    short: &'static str,
    /// Title and text in the app, for those who work here.
    notice: (&'static str, &'static str),
}

static WORDINGS: LazyLock<HashMap<&'static str, &'static Wording>> = LazyLock::new(|| {
    let all = [office::WORDINGS, commerce::WORDINGS, house::WORDINGS].into_iter().flatten();
    all.map(|wording| (wording.kind, wording)).collect()
});

/// The built-in texts, read once.
static COMPILED: LazyLock<HashMap<(&'static str, ChannelKind), Compiled>> = LazyLock::new(|| {
    let mut compiled = HashMap::new();
    for kind in catalogue::builtin_types() {
        for channel in CHANNELS {
            match Compiled::new(&source(kind, channel)) {
                Ok(text) => {
                    compiled.insert((kind.name.as_str(), channel), text);
                }
                // A test reads them all; should one slip through, the plain text of its type takes its place.
                Err(error) => tracing::error!(kind = kind.name, %error, "a built-in text cannot be read"),
            }
        }
    }
    compiled
});

/// The built-in text of a built-in type.
pub(super) fn compiled(kind: &str, channel: ChannelKind) -> Option<&'static Compiled> {
    // The key borrows for as long as the table lives, so it is looked up by the type's own name.
    let kind = WORDINGS.get_key_value(kind).map(|(name, _)| *name)?;
    COMPILED.get(&(kind, channel))
}

/// The text of a type when the business wrote none.
pub(super) fn source(kind: &EventType, channel: ChannelKind) -> Source {
    match WORDINGS.get(kind.name.as_str()) {
        Some(wording) => wording.source(kind, channel),
        None => letters::source(&kind.name).unwrap_or_else(|| plain(kind, channel)),
    }
}

const GREETING: &str = "{% if customer.name %}Hello {{ customer.name }},{% else %}Hello,{% endif %}";
const PARAGRAPH: &str = "margin:0 0 16px";
const LABEL: &str = "padding:7px 16px 7px 0;color:#667085;font-size:14px;vertical-align:baseline;white-space:nowrap";
const VALUE: &str = "padding:7px 0;font-weight:550;vertical-align:baseline";
const BUTTON: &str = "display:inline-block;padding:12px 22px;background:#1c2430;color:#ffffff;border-radius:9px;\
    text-decoration:none;font-weight:600";

impl Wording {
    fn source(&self, kind: &EventType, channel: ChannelKind) -> Source {
        match channel {
            ChannelKind::Email => Source {
                subject: Some(self.subject.to_owned()),
                text: self.mail_text(kind),
                html: Some(self.mail_html(kind)),
            },
            ChannelKind::Inapp | ChannelKind::Push => {
                Source { subject: Some(self.notice.0.to_owned()), text: self.notice.1.to_owned(), html: None }
            }
            ChannelKind::Sms | ChannelKind::Whatsapp | ChannelKind::Webhook => {
                Source { subject: None, text: self.short.to_owned(), html: None }
            }
        }
    }

    fn mail_text(&self, kind: &EventType) -> String {
        let mut text = format!("{GREETING}\n\n{}\n", self.lead);
        let details: Vec<&FieldSpec> = self.details.iter().filter_map(|(_, field)| kind.field(field)).collect();
        text.push_str(&blank_line_before(&details));
        for ((label, _), field) in self.details.iter().zip(details) {
            text.push_str(&when_there(field, &format!("{label}: {}\n", shown(field))));
        }
        let doors = [self.button, self.link].into_iter().flatten();
        for (label, field) in doors.filter_map(|(label, field)| Some((label, kind.field(field)?))) {
            text.push_str(&when_there(field, &format!("\n{label}: {}\n", shown(field))));
        }
        if !self.closing.is_empty() {
            text.push_str(&format!("\n{}\n", self.closing));
        }
        text.push_str("\n{{ business.name }}");
        text
    }

    fn mail_html(&self, kind: &EventType) -> String {
        let lead = self.lead.replace('\n', "<br>\n");
        let mut html = format!("<p style=\"{PARAGRAPH}\">{GREETING}</p>\n<p style=\"{PARAGRAPH}\">{lead}</p>\n");
        let rows = self.details.iter().filter_map(|(label, field)| Some((*label, kind.field(field)?)));
        html.push_str(&table(rows));
        if let Some((label, field)) = self.button.and_then(|(label, field)| Some((label, kind.field(field)?))) {
            let link = format!("<a href=\"{}\" style=\"{BUTTON}\">{label}</a>", shown(field));
            html.push_str(&when_there(field, &format!("<p style=\"margin:24px 0\">{link}</p>\n")));
        }
        if let Some((label, field)) = self.link.and_then(|(label, field)| Some((label, kind.field(field)?))) {
            let link = format!("<a href=\"{}\">{label}</a>", shown(field));
            html.push_str(&when_there(field, &format!("<p style=\"{PARAGRAPH}\">{link}</p>\n")));
        }
        if !self.closing.is_empty() {
            html.push_str(&format!("<p style=\"margin:16px 0 0\">{}</p>\n", self.closing));
        }
        html
    }
}

/// An empty line, when one of these follows.
fn blank_line_before(fields: &[&FieldSpec]) -> String {
    if fields.iter().any(|field| field.required) {
        return "\n".to_owned();
    }
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("{{% if {} %}}\n{{% endif %}}", names.join(" or ")) }
}

/// Label and value, line by line; a line whose value is absent is left out.
fn table<'a>(rows: impl Iterator<Item = (&'a str, &'a FieldSpec)>) -> String {
    let lines: String = rows
        .map(|(label, field)| {
            let label = format!("<td style=\"{LABEL}\">{label}</td>");
            let value = format!("<td style=\"{VALUE}\" dir=\"auto\">{}</td>", shown(field));
            when_there(field, &format!("<tr>{label}{value}</tr>\n"))
        })
        .collect();
    if lines.is_empty() {
        return lines;
    }
    format!(
        "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:8px 0\">\n{lines}</table>\n"
    )
}

/// The part, or nothing when the field is optional and not there.
fn when_there(field: &FieldSpec, part: &str) -> String {
    // Yes and no are both answers; everything else that is absent is empty.
    if field.required || field.kind == FieldKind::Boolean {
        return part.to_owned();
    }
    format!("{{% if {} %}}{part}{{% endif %}}", field.name)
}

/// The place for a field's value, written as its kind is.
fn shown(field: &FieldSpec) -> String {
    let name = &field.name;
    match field.kind {
        FieldKind::Money | FieldKind::Price => format!("{{{{ {name}|money }}}}"),
        FieldKind::Date => format!("{{{{ {name}|date }}}}"),
        FieldKind::Datetime | FieldKind::Moment => format!("{{{{ {name}|datetime }}}}"),
        FieldKind::Boolean => format!("{{% if {name} %}}yes{{% else %}}no{{% endif %}}"),
        FieldKind::List => format!("{{{{ {name}|join }}}}"),
        _ => format!("{{{{ {name} }}}}"),
    }
}

/// For a type that nobody wrote a text for: what it is, and its data line by line.
fn plain(kind: &EventType, channel: ChannelKind) -> Source {
    let title = "{{ event.title }}".to_owned();
    let labelled: Vec<(String, &FieldSpec)> =
        kind.fields.iter().filter(|f| is_listed(f)).map(|f| (label_of(f), f)).collect();
    let lines = |between: &str| -> String {
        let line =
            |(label, field): &(String, &FieldSpec)| when_there(field, &format!("{between}{label}: {}", shown(field)));
        labelled.iter().map(line).collect()
    };
    match channel {
        ChannelKind::Email => {
            let rows = table(labelled.iter().map(|(label, field)| (label.as_str(), *field)));
            let text = format!("{GREETING}\n\n{{{{ event.title }}}}\n{}\n\n{{{{ business.name }}}}", lines("\n"));
            let html = format!("<p style=\"{PARAGRAPH}\">{GREETING}</p>\n<p style=\"{PARAGRAPH}\">{title}</p>\n{rows}");
            Source { subject: Some(format!("{title} – {{{{ business.name }}}}")), text, html: Some(html) }
        }
        ChannelKind::Inapp | ChannelKind::Push => {
            let text = if labelled.is_empty() { title.clone() } else { format!("{title}.{}", lines(" · ")) };
            Source { subject: Some(title), text, html: None }
        }
        ChannelKind::Sms | ChannelKind::Whatsapp | ChannelKind::Webhook => {
            let text = format!("{{{{ business.name }}}}: {title}{}", lines("\n"));
            Source { subject: None, text, html: None }
        }
    }
}

/// Whether the field says something to a person who reads it in a list.
fn is_listed(field: &FieldSpec) -> bool {
    !matches!(field.kind, FieldKind::Email | FieldKind::Phone | FieldKind::Object)
}

/// `order.item_count` is called `Order item count`.
fn label_of(field: &FieldSpec) -> String {
    let mut label = String::with_capacity(field.name.len() + 4);
    for c in field.name.chars() {
        match c {
            '.' | '_' => label.push(' '),
            c if c.is_ascii_uppercase() && !label.is_empty() => {
                label.push(' ');
                label.push(c.to_ascii_lowercase());
            }
            c if label.is_empty() => label.push(c.to_ascii_uppercase()),
            c => label.push(c),
        }
    }
    label
}

#[cfg(test)]
#[path = "../defaults_tests.rs"]
mod tests;
