//! The letters about an account (`people::letters`) among the texts: a business reads them, and writes its own where they
//! speak in its name. They are no events: nobody states one, no other system hears of one, and they go by mail alone, at once.

use std::sync::{Arc, LazyLock};

use kernel::{Id, Problem, id, problem::Fields};
use people::letters::{self, Field, LetterKind};
use platform::{Fault, Result};
use serde_json::{Map, Value as Json};

use super::{
    model::{Rendered, Source},
    render::render_type,
};
use crate::{
    Delivery,
    catalogue::{EventType, FieldKind, FieldSpec, Owner, PersonFields, RecipientFields},
    model::{ChannelKind, EventFacts},
    preferences::{self, Person},
};

/// Under which heading they are listed.
const CATEGORY: &str = "Accounts";

static TYPES: LazyLock<Vec<Arc<EventType>>> =
    LazyLock::new(|| letters::ALL.into_iter().map(|kind| Arc::new(type_of(kind))).collect());

/// Every letter, as a type with a text.
pub(super) fn all() -> &'static [Arc<EventType>] {
    &TYPES
}

/// The one of this name.
pub(crate) fn find(name: &str) -> Option<Arc<EventType>> {
    TYPES.iter().find(|kind| kind.name == name).cloned()
}

fn kind_of(name: &str) -> Option<&'static LetterKind> {
    letters::ALL.into_iter().find(|kind| kind.name == name)
}

/// The built-in text.
pub(super) fn source(name: &str) -> Option<Source> {
    let kind = kind_of(name)?;
    Some(Source {
        subject: Some(kind.subject.to_owned()),
        text: kind.text.to_owned(),
        html: Some(kind.html.to_owned()),
    })
}

fn type_of(kind: &LetterKind) -> EventType {
    let fields: Vec<FieldSpec> = kind.fields.iter().map(field_of).collect();
    let example = fields.iter().map(|field| (field.name.clone(), field.example.clone())).collect::<Map<_, _>>();
    EventType {
        name: kind.name.to_owned(),
        title: kind.title.to_owned(),
        category: CATEGORY.to_owned(),
        description: kind.description.to_owned(),
        fields,
        recipients: RecipientFields::default(),
        people: PersonFields::default(),
        channels: vec![ChannelKind::Email],
        audience: None,
        example: Json::Object(example),
        owner: Owner::Builtin,
        postable: false,
        version: 0,
    }
}

fn field_of(field: &Field) -> FieldSpec {
    let kind = match (field.is_list, field.is_link) {
        (true, _) => FieldKind::List,
        (false, true) => FieldKind::Url,
        (false, false) => FieldKind::Text,
    };
    let example = if field.is_list { Json::from(vec![field.example]) } else { field.example.into() };
    FieldSpec {
        name: field.name.to_owned(),
        kind,
        required: field.is_always,
        description: field.description.to_owned(),
        example,
    }
}

/// Refuses a text of a letter that came out without its link or code.
pub(super) fn check_written(name: &str, written: &Rendered, data: &Json) -> std::result::Result<(), Problem> {
    let Some(kind) = kind_of(name) else { return Ok(()) };
    let mut refused = Fields::new();
    for missing in kind.find_missing(&written.text, written.html.as_deref(), data) {
        let words = format!(
            "must say {{{{ {} }}}}, whatever else is known: without it nobody can follow the mail",
            missing.field
        );
        refused.refuse(missing.part, "MISSING_VARIABLE", words);
    }
    refused.check()
}

/// A letter in the name of a business, in its own words or the built-in ones; in the language of this customer, when it is for
/// one. Not to be called inside a transaction.
pub async fn write_letter(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    customer: Option<Id<id::Customer>>,
    kind: &LetterKind,
    values: &Json,
) -> Result<Rendered> {
    let found = find(kind.name).ok_or_else(|| Fault::internal("writing a letter", kind.name))?;
    let language = match customer {
        Some(customer) => {
            let person = Person { tenant, id: customer.uuid(), is_customer: true };
            preferences::of(delivery, person).await?.choices.language.clone()
        }
        None => None,
    };
    let world = delivery.platform().world();
    let (data, name) = (Arc::new(values.clone()), found.name.as_str().into());
    let facts = EventFacts { id: world.id(), tenant, kind: name, data, at: world.now() };
    render_type(delivery, &found, &facts, ChannelKind::Email, language.as_deref(), None).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::{engine::tests::write, inspect::inspect, rules::check_source};

    #[test]
    fn every_letter_could_be_saved_by_a_business_and_holds_what_it_needs() {
        for kind in all() {
            let source = source(&kind.name).unwrap();
            for part in [source.subject.as_deref(), Some(&source.text), source.html.as_deref()].into_iter().flatten() {
                assert_eq!(inspect(part, kind), [], "{}: {part}", kind.name);
            }
            let source = check_source(source, kind, ChannelKind::Email).unwrap();
            for data in [&kind.example, &kind.least_example()] {
                kind.check(data).unwrap();
                let written = write(&source, kind, data, "en").unwrap();
                check_written(&kind.name, &written, data).unwrap();
            }
        }
    }

    #[test]
    fn a_letter_is_no_event() {
        for kind in all() {
            assert!(crate::catalogue::builtin_types().iter().all(|known| known.name != kind.name));
        }
    }
}
