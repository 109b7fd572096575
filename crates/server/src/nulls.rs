//! What an answer's document says of values that may be missing. The derive calls every `Option` optional and nullable at
//! once; the house writes an empty one as `null`, always, unless its field is left out, and that field is declared
//! `nullable = false`. So of an answer holds: nullable is always there, optional is never null.

use std::collections::BTreeSet;

use utoipa::openapi::{
    OpenApi as Document, Ref, RefOr, Schema,
    path::{Operation, PathItem},
    schema::{AdditionalProperties, ArrayItems, SchemaType, Type},
};

const SCHEMAS: &str = "#/components/schemas/";

/// Requires what may be null, in every schema that no request uses.
pub fn require_in_answers(document: &mut Document) {
    let asked = schemas_of_requests(document);
    let Some(components) = &mut document.components else { return };
    for (name, schema) in &mut components.schemas {
        if !asked.contains(name) {
            require(schema);
        }
    }
}

fn require(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    if let Schema::Object(object) = schema {
        for (name, value) in &object.properties {
            if may_be_null(value) && !object.required.contains(name) {
                object.required.push(name.clone());
            }
        }
    }
    for part in parts_mut(schema) {
        require(part);
    }
}

fn may_be_null(schema: &RefOr<Schema>) -> bool {
    let RefOr::T(schema) = schema else { return false };
    let kind = match schema {
        Schema::Object(object) => &object.schema_type,
        Schema::Array(array) => &array.schema_type,
        Schema::OneOf(one) => return one.items.iter().any(may_be_null),
        _ => return false,
    };
    match kind {
        SchemaType::Type(kind) => *kind == Type::Null,
        SchemaType::Array(kinds) => kinds.contains(&Type::Null),
        SchemaType::AnyValue => false,
    }
}

/// The names of all schemas that a body may be made of.
fn schemas_of_requests(document: &Document) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for operation in document.paths.paths.values().flat_map(operations) {
        let Some(RefOr::T(body)) = &operation.request_body else { continue };
        for content in body.content.values() {
            if let RefOr::T(content) = content
                && let Some(schema) = &content.schema
            {
                collect(schema, document, &mut found);
            }
        }
    }
    found
}

fn operations(item: &PathItem) -> impl Iterator<Item = &Operation> {
    [&item.get, &item.post, &item.put, &item.patch, &item.delete].into_iter().flatten()
}

fn collect(schema: &RefOr<Schema>, document: &Document, found: &mut BTreeSet<String>) {
    match schema {
        RefOr::Ref(Ref { ref_location, .. }) => {
            let name = ref_location.strip_prefix(SCHEMAS).unwrap_or(ref_location);
            let known = document.components.as_ref().and_then(|components| components.schemas.get(name));
            if let Some(schema) = known
                && found.insert(name.to_owned())
            {
                collect(schema, document, found);
            }
        }
        RefOr::T(schema) => parts(schema).into_iter().for_each(|part| collect(part, document, found)),
    }
}

/// What a schema is made of.
fn parts(schema: &Schema) -> Vec<&RefOr<Schema>> {
    match schema {
        Schema::Object(object) => {
            let rest = object.additional_properties.as_deref().and_then(|rest| match rest {
                AdditionalProperties::RefOr(rest) => Some(rest),
                AdditionalProperties::FreeForm(_) => None,
            });
            object.properties.values().chain(rest).collect()
        }
        Schema::Array(array) => match &array.items {
            ArrayItems::RefOrSchema(items) => vec![items],
            ArrayItems::False => Vec::new(),
        },
        Schema::OneOf(one) => one.items.iter().collect(),
        Schema::AllOf(all) => all.items.iter().collect(),
        Schema::AnyOf(any) => any.items.iter().collect(),
        _ => Vec::new(),
    }
}

fn parts_mut(schema: &mut Schema) -> Vec<&mut RefOr<Schema>> {
    match schema {
        Schema::Object(object) => object.properties.values_mut().collect(),
        Schema::Array(array) => match &mut array.items {
            ArrayItems::RefOrSchema(items) => vec![items],
            ArrayItems::False => Vec::new(),
        },
        Schema::OneOf(one) => one.items.iter_mut().collect(),
        Schema::AllOf(all) => all.items.iter_mut().collect(),
        Schema::AnyOf(any) => any.items.iter_mut().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use utoipa::{OpenApi, ToSchema};

    use super::*;

    #[derive(Serialize, ToSchema)]
    #[allow(dead_code, reason = "only its description is looked at")]
    struct Shown {
        sure: String,
        empty: Option<String>,
        inner: Option<Inner>,
        #[schema(nullable = false)]
        left_out: Option<String>,
        rows: Vec<Inner>,
    }

    #[derive(Serialize, ToSchema)]
    #[allow(dead_code, reason = "only its description is looked at")]
    struct Inner {
        empty: Option<i64>,
    }

    #[derive(Deserialize, ToSchema)]
    #[allow(dead_code, reason = "only its description is looked at")]
    struct Asked {
        optional: Option<String>,
        both: Option<Shared>,
    }

    #[derive(Serialize, Deserialize, ToSchema)]
    #[allow(dead_code, reason = "only its description is looked at")]
    struct Shared {
        optional: Option<String>,
    }

    #[utoipa::path(post, path = "/", request_body = Asked, responses((status = 200, body = Shown), (status = 201, body = Shared)))]
    #[allow(dead_code, reason = "only its description is looked at")]
    async fn route() {}

    #[derive(OpenApi)]
    #[openapi(paths(route))]
    struct Frame;

    fn required(name: &str) -> Vec<String> {
        let mut document = Frame::openapi();
        require_in_answers(&mut document);
        let described = serde_json::to_value(&document).unwrap();
        let schema = &described["components"]["schemas"][name];
        serde_json::from_value(schema["required"].clone()).unwrap_or_default()
    }

    #[test]
    fn what_an_answer_may_say_null_for_is_always_there() {
        assert_eq!(required("Shown"), ["sure", "rows", "empty", "inner"]);
        assert_eq!(required("Inner"), ["empty"]);
    }

    #[test]
    fn what_a_request_may_leave_out_stays_optional() {
        assert!(required("Asked").is_empty());
        assert!(required("Shared").is_empty());
    }
}
