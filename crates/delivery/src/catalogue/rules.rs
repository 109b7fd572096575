//! What an own type may look like.

use std::collections::HashSet;

use kernel::{
    Problem, Right,
    problem::Fields,
    text::{NAME_CHARS_MAX, parse_line, parse_prose},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{
    builtin::channels_of,
    check::check_value,
    field::{FieldKind, FieldSpec},
    model::{EventType, Owner, PersonFields, RecipientFields, example_of},
    name,
};

/// Own types of one business.
pub(super) const OWN_TYPES_MAX: u64 = 200;
/// Fields of one type.
const FIELDS_MAX: usize = 60;
/// Longest place of a field.
const FIELD_NAME_CHARS_MAX: usize = 80;
/// Deepest place of a field.
const FIELD_DEPTH_MAX: usize = 5;
/// Longest description.
const DESCRIPTION_CHARS_MAX: usize = 500;
/// Largest example of a field, as JSON.
const EXAMPLE_BYTES_MAX: usize = 2000;
/// What every template has, and words that templates read as their own.
const RESERVED: [&str; 18] = [
    "business", "event", "customer", "loop", "self", "super", "true", "false", "none", "not", "and", "or", "in", "is",
    "if", "else", "for", "import",
];
/// The category of types that name none.
const OWN_CATEGORY: &str = "Own";

/// Which members are told in the app: those with this role or a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = EventAudience)]
pub(super) enum Audience {
    /// Everybody.
    Staff,
    /// Who runs the day.
    Manager,
    /// Who runs the account.
    Admin,
}

impl Audience {
    /// The right that stands for the role here.
    const fn right(self) -> Right {
        match self {
            Self::Staff => Right::Messages,
            Self::Manager => Right::Events,
            Self::Admin => Right::Team,
        }
    }
}

/// A field, as a business describes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WriteEventField)]
pub(super) struct FieldDraft {
    /// Its place in `event_data`, dotted where objects are nested.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldKind,
    /// Whether an event without it is refused.
    #[serde(default)]
    pub required: bool,
    /// What it means.
    #[serde(default)]
    pub description: String,
    /// A good value; one is chosen when absent.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub example: Option<Json>,
}

/// An own type, as a business describes it and as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WriteEventType)]
pub(super) struct Definition {
    /// Two to four words with dots between: `stock.low`. A type keeps its name.
    #[serde(default, skip_serializing)]
    pub name: Option<String>,
    /// For people; made from the name when absent.
    #[serde(default)]
    pub title: Option<String>,
    /// For people.
    #[serde(default)]
    pub category: Option<String>,
    /// When it happens.
    #[serde(default)]
    pub description: String,
    /// Its data. Fields of the types `email` and `phone` say where to write to.
    #[serde(default)]
    pub fields: Vec<FieldDraft>,
    /// Which members are told in the app; nobody when absent.
    #[serde(default)]
    pub audience: Option<Audience>,
}

impl Definition {
    /// The type, or everything that is not right about it.
    pub(super) fn check(self, dotted: &str, version: i64) -> Result<EventType, Problem> {
        let mut refused = Fields::new();
        let line = |refused: &mut Fields, field: &str, sent: Option<&str>| {
            let sent = sent.filter(|text| !text.trim().is_empty())?;
            refused.take(field, "INVALID_TEXT", parse_line(sent, NAME_CHARS_MAX))
        };
        let title = line(&mut refused, "title", self.title.as_deref());
        let category = line(&mut refused, "category", self.category.as_deref());
        let description =
            refused.take("description", "INVALID_TEXT", parse_prose(&self.description, DESCRIPTION_CHARS_MAX));
        if self.fields.len() > FIELDS_MAX {
            refused.refuse("fields", "TOO_MANY", format!("may be at most {FIELDS_MAX}"));
        }
        check_fields(&self.fields, &mut refused);
        refused.check()?;
        // Whoever sends back what was shown declares nothing of their own by it.
        let shared = FieldSpec::language();
        let fields = self.fields.into_iter().map(FieldSpec::from).filter(|field| *field != shared);
        let fields: Vec<FieldSpec> = fields.collect();
        let of_kind = |kind: FieldKind| fields.iter().filter(|f| f.kind == kind).map(|f| f.name.clone()).collect();
        let recipients = RecipientFields { email: of_kind(FieldKind::Email), phone: of_kind(FieldKind::Phone) };
        let (people, audience) = (PersonFields::default(), self.audience.map(Audience::right));
        Ok(EventType {
            name: dotted.to_owned(),
            title: title.unwrap_or_else(|| title_of(dotted)),
            category: category.unwrap_or_else(|| OWN_CATEGORY.to_owned()),
            description: description.unwrap_or_default(),
            channels: channels_of(&recipients, &people, audience),
            example: example_of(&fields),
            fields,
            recipients,
            people,
            audience,
            owner: Owner::Tenant,
            postable: true,
            version,
        })
    }
}

/// The dotted name of a new own type.
pub(super) fn parse_name(sent: &str) -> Result<String, Problem> {
    let dotted = name::normalize(sent);
    if name::is_name(&dotted) {
        return Ok(dotted);
    }
    let words = "is two to four words with dots between, for example stock.low";
    Err(Problem::field("name", "INVALID_NAME", words))
}

/// `stock.ran_low` is called `Stock ran low`.
fn title_of(dotted: &str) -> String {
    let words = dotted.replace(['.', '_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn check_fields(fields: &[FieldDraft], refused: &mut Fields) {
    let mut seen = HashSet::new();
    for (at, field) in fields.iter().enumerate().take(FIELDS_MAX) {
        let refuse = |refused: &mut Fields, member: &str, code: &'static str, words: &str| {
            refused.refuse(&format!("fields[{at}].{member}"), code, words);
        };
        let first = field.name.split('.').next().unwrap_or_default();
        if !is_field_name(&field.name) {
            refuse(refused, "name", "INVALID_NAME", "is letters, digits and _, with dots between nested names");
        } else if RESERVED.contains(&first) {
            refuse(refused, "name", "RESERVED", "is a word that templates have already");
        } else if !seen.insert(field.name.as_str()) || is_part_of_other(&field.name, fields) {
            refuse(refused, "name", "REPEATED", "is there already, alone or as part of another name");
        }
        if parse_prose(&field.description, DESCRIPTION_CHARS_MAX).is_err() {
            refuse(refused, "description", "INVALID_TEXT", "is too long or holds control characters");
        }
        let Some(example) = field.example.as_ref().filter(|example| !example.is_null()) else { continue };
        if example.to_string().len() > EXAMPLE_BYTES_MAX {
            refuse(refused, "example", "TOO_LONG", "is too long for an example");
        } else if let Err((code, words)) = check_value(field.kind, example) {
            refuse(refused, "example", code, &words);
        }
    }
}

/// Whether a template can name it: `a`, `line_1`, `order.customer.name`.
fn is_field_name(name: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    name.len() <= FIELD_NAME_CHARS_MAX && name.split('.').count() <= FIELD_DEPTH_MAX && name.split('.').all(is_word)
}

/// Whether another field lies inside this one.
fn is_part_of_other(name: &str, fields: &[FieldDraft]) -> bool {
    fields.iter().any(|other| other.name.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

impl From<FieldDraft> for FieldSpec {
    fn from(draft: FieldDraft) -> Self {
        let example = draft.example.filter(|example| !example.is_null()).unwrap_or_else(|| sample_of(draft.kind));
        Self {
            name: draft.name,
            kind: draft.kind,
            required: draft.required,
            description: draft.description.trim().to_owned(),
            example,
        }
    }
}

/// A good value of this kind.
fn sample_of(kind: FieldKind) -> Json {
    match kind {
        FieldKind::Text => "An example".into(),
        FieldKind::Reference => "A-100".into(),
        FieldKind::Integer => 3.into(),
        FieldKind::Money => "1500.00".into(),
        FieldKind::Price => serde_json::json!({"amount": 150_000, "currency": "KES"}),
        FieldKind::Email => "wanjiru@example.com".into(),
        FieldKind::Phone => "+254712345678".into(),
        FieldKind::Date => "2026-05-15".into(),
        FieldKind::Datetime | FieldKind::Moment => "2026-05-15T10:00:00+03:00".into(),
        FieldKind::Url => "https://shop.example.com/".into(),
        FieldKind::Boolean => true.into(),
        FieldKind::Object => serde_json::json!({}),
        FieldKind::List => serde_json::json!([]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn definition(body: Json) -> Result<EventType, Problem> {
        serde_json::from_value::<Definition>(body).unwrap().check("stock.low", 1)
    }
    fn refused(body: Json) -> Vec<String> {
        let problem = definition(body).err().unwrap();
        problem.errors.iter().map(|e| format!("{}/{}", e.field, e.code)).collect()
    }

    #[test]
    fn a_type_reaches_whom_its_fields_name() {
        let kind = definition(json!({"audience": "manager", "fields": [
            {"name": "item.name", "type": "text", "required": true},
            {"name": "buyer_email", "type": "email", "example": "b@example.com"},
        ]}));
        let kind = kind.unwrap();
        assert_eq!((kind.title.as_str(), kind.category.as_str()), ("Stock low", "Own"));
        assert_eq!(kind.recipients.email, ["buyer_email"]);
        assert_eq!(kind.audience, Some(Right::Events));
        assert_eq!(kind.example, json!({"item": {"name": "An example"}, "buyer_email": "b@example.com"}));
        kind.check(&kind.example).unwrap();
        assert_eq!(kind.check(&json!({})).err().unwrap().errors[0].field, "event_data.item.name");
    }

    #[test]
    fn every_sample_is_of_its_kind() {
        use FieldKind::*;
        for kind in
            [Text, Reference, Integer, Money, Price, Email, Phone, Date, Datetime, Moment, Url, Boolean, Object, List]
        {
            assert_eq!(check_value(kind, &sample_of(kind)), Ok(()), "{kind:?}");
        }
    }

    #[test]
    fn each_field_that_no_template_could_name_is_refused() {
        let field = |name: &str| json!({"name": name, "type": "text"});
        for (name, code) in [
            ("", "INVALID_NAME"),
            ("a b", "INVALID_NAME"),
            ("a..b", "INVALID_NAME"),
            ("1a", "INVALID_NAME"),
            ("a.b.c.d.e.f", "INVALID_NAME"),
            ("business", "RESERVED"),
            ("event.id", "RESERVED"),
            ("true", "RESERVED"),
        ] {
            assert_eq!(refused(json!({"fields": [field(name)]})), [format!("fields[0].name/{code}")], "{name}");
        }
        assert_eq!(refused(json!({"fields": [field("a"), field("a")]})), ["fields[1].name/REPEATED"]);
        assert_eq!(refused(json!({"fields": [field("a"), field("a.b")]})), ["fields[0].name/REPEATED"]);
        let many: Vec<Json> = (0..=FIELDS_MAX).map(|n| field(&format!("f{n}"))).collect();
        assert_eq!(refused(json!({"fields": many})), ["fields/TOO_MANY"]);
        let wrong = json!({"title": "x".repeat(200), "fields": [{"name": "a", "type": "integer", "example": "x"}]});
        assert_eq!(refused(wrong), ["title/INVALID_TEXT", "fields[0].example/INVALID_VALUE"]);
    }
}
