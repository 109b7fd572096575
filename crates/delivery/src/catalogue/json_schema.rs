//! The JSON Schema (2020-12) of a type's data, made from its fields.

use serde_json::{Map, Value as Json, json};

use super::{
    check::RECIPIENTS_MAX,
    field::{FieldKind, FieldSpec},
    model::{EventType, Owner},
};

impl EventType {
    /// What `event_data` must look like.
    pub fn json_schema(&self) -> Json {
        let shown = self.fields_shown();
        let fields: Vec<(&str, &FieldSpec)> = shown.iter().map(|field| (field.name.as_str(), field)).collect();
        let mut schema = object_of(&fields, self.owner == Owner::Tenant);
        if let Json::Object(schema) = &mut schema {
            schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
            schema.insert("title".into(), self.name.as_str().into());
            schema.insert("description".into(), self.description.as_str().into());
            schema.insert("examples".into(), json!([self.example]));
        }
        schema
    }
}

/// An object with these fields, each with what is left of its path; `may_owe` where amounts may be below zero.
fn object_of(fields: &[(&str, &FieldSpec)], may_owe: bool) -> Json {
    let mut properties = Map::new();
    let mut required: Vec<&str> = Vec::new();
    for (path, field) in fields {
        let (first, rest) = path.split_once('.').map_or((*path, None), |(first, rest)| (first, Some(rest)));
        if field.required && !required.contains(&first) {
            required.push(first);
        }
        match rest {
            None => {
                properties.insert(first.to_owned(), schema_of(field, may_owe));
            }
            Some(_) if properties.contains_key(first) => {}
            Some(_) => {
                let prefix = format!("{first}.");
                let inner: Vec<(&str, &FieldSpec)> =
                    fields.iter().filter_map(|(path, field)| Some((path.strip_prefix(&prefix)?, *field))).collect();
                properties.insert(first.to_owned(), object_of(&inner, may_owe));
            }
        }
    }
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn schema_of(field: &FieldSpec, may_owe: bool) -> Json {
    let mut schema = shape_of(field.kind, may_owe);
    schema["description"] = field.description.as_str().into();
    // An optional field may also be sent as null, which means the same as leaving it out.
    if field.required { schema } else { json!({"anyOf": [schema, {"type": "null"}]}) }
}

fn shape_of(kind: FieldKind, may_owe: bool) -> Json {
    let one_or_many = |one: Json| {
        let many = json!({"type": "array", "items": one, "minItems": 1, "maxItems": RECIPIENTS_MAX});
        json!({"anyOf": [one, many]})
    };
    match kind {
        FieldKind::Text => json!({"type": "string"}),
        FieldKind::Reference | FieldKind::Moment => json!({"type": ["string", "integer"]}),
        FieldKind::Integer => json!({"type": "integer"}),
        FieldKind::Money => {
            let sign = if may_owe { "-?" } else { "" };
            let text = json!({"type": "string", "pattern": format!("^{sign}[0-9]{{1,12}}(\\.[0-9]{{1,20}})?$")});
            let number = if may_owe { json!({"type": "number"}) } else { json!({"type": "number", "minimum": 0}) };
            json!({"anyOf": [number, text, price(may_owe)]})
        }
        FieldKind::Price => price(may_owe),
        FieldKind::Email => one_or_many(json!({"type": "string", "format": "email"})),
        FieldKind::Phone => one_or_many(json!({"type": "string"})),
        FieldKind::Date => json!({"type": "string", "format": "date"}),
        FieldKind::Datetime => json!({"type": "string"}),
        FieldKind::Url => json!({"type": "string", "format": "uri"}),
        FieldKind::Boolean => json!({"type": "boolean"}),
        FieldKind::Object => json!({"type": "object"}),
        FieldKind::List => json!({"type": "array"}),
    }
}

/// Minor units and their currency.
fn price(may_owe: bool) -> Json {
    let amount = if may_owe { json!({"type": "integer"}) } else { json!({"type": "integer", "minimum": 0}) };
    json!({"type": "object", "required": ["amount", "currency"], "properties": {
        "amount": amount, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}}})
}

#[cfg(test)]
mod tests {
    use super::super::builtin;
    use serde_json::json;

    #[test]
    fn nested_fields_become_nested_objects() {
        let schema = builtin::find("appointment.created").unwrap().json_schema();
        assert_eq!(schema["required"], json!(["appointment"]));
        let appointment = &schema["properties"]["appointment"];
        assert_eq!(appointment["required"], json!(["id", "status", "service", "start", "customer"]));
        assert_eq!(appointment["properties"]["customer"]["required"], json!(["name"]));
        let email = &appointment["properties"]["customer"]["properties"]["email"]["anyOf"][0];
        assert_eq!(email["anyOf"][0]["format"], "email");
    }

    #[test]
    fn every_schema_says_how_the_language_is_chosen() {
        for kind in builtin::all() {
            let language = &kind.json_schema()["properties"]["language"]["anyOf"][0];
            assert_eq!(language["type"], "string", "{}", kind.name);
            assert!(language["description"].as_str().unwrap().contains("BCP 47"), "{}", kind.name);
            assert!(!kind.fields_shown().is_empty() && kind.field("language").is_none());
        }
    }

    #[test]
    fn the_schema_of_an_invoice_names_what_is_needed() {
        let schema = builtin::find("invoice.sent").unwrap().json_schema();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["required"], json!(["invoice_id", "client_email", "invoice_number", "total_amount"]));
        assert_eq!(schema["examples"][0]["total_amount"], json!(1500.0));
    }
}
