//! Reading what a client sent. Unparsable JSON is 400; each wrong, missing or unknown field is 422 and named; a malformed id
//! in the path is the same 404 as an absent one.

mod faults;
mod words;

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use bytes::Bytes;
use http::{
    header::{CONTENT_ENCODING, CONTENT_TYPE},
    request::Parts,
};
use kernel::{Id, Kind, Problem, problem::Fields};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use utoipa::{
    PartialSchema,
    openapi::{RefOr, Schema},
};

use crate::{Fault, Result};

/// A JSON body. An empty one counts as `{}` where nothing is required, and is no body elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Body<T>(pub T);

/// A JSON body whose values the route judges too. What could not be read comes beside what could, so that one answer names
/// all that is wrong: the route adds what it finds to [`Self::unread`] and refuses then. A field that is missing or of the wrong
/// type is empty in [`Self::sent`].
#[derive(Debug, Clone)]
pub struct Form<T> {
    /// As far as it could be read.
    pub sent: T,
    /// What could not be; nothing of the body counts before this was checked.
    pub unread: Fields,
}

/// A query string.
#[derive(Debug, Clone, Copy)]
pub struct Params<T>(pub T);

/// The id in the path.
pub struct PathId<K>(pub Id<K>);

impl<S: Send + Sync, T: DeserializeOwned + PartialSchema> FromRequest<S> for Body<T> {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self> {
        parse_body(&take_json(request, state).await?).map(Self).map_err(Fault::from)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + PartialSchema> FromRequest<S> for Form<T> {
    type Rejection = Fault;
    async fn from_request(request: Request, state: &S) -> Result<Self> {
        parse_form(&take_json(request, state).await?).map_err(Fault::from)
    }
}

/// The bytes of a body that is called JSON. One that is called nothing is refused as well: nobody knows what was meant.
async fn take_json<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes> {
    let is_json = request.headers().get(CONTENT_TYPE).is_some_and(|kind| {
        let kind = kind.to_str().unwrap_or("").split(';').next().unwrap_or("").trim();
        kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
    });
    let encoding = request.headers().get(CONTENT_ENCODING).map(|v| v.to_str().unwrap_or("?").trim().to_owned());
    let bytes = Bytes::from_request(request, state).await.map_err(|rejection| too_large_or_cut(&rejection))?;
    if let Some(encoding) = encoding.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("identity")) {
        let words = format!("Send the JSON as it is: bodies with Content-Encoding {encoding} are not taken.");
        return Err(Problem::new(415, "UNSUPPORTED_MEDIA_TYPE", words).into());
    }
    if !is_json && !bytes.is_empty() {
        let words = "Send JSON with Content-Type: application/json.";
        return Err(Problem::new(415, "UNSUPPORTED_MEDIA_TYPE", words).into());
    }
    Ok(bytes)
}

/// The same as [`parse_body`], but a body of which some fields are wrong is read without them.
fn parse_form<T: DeserializeOwned + PartialSchema>(bytes: &[u8]) -> std::result::Result<Form<T>, Problem> {
    let problem = match parse_body(bytes) {
        Ok(sent) => return Ok(Form { sent, unread: Fields::new() }),
        Err(problem) => problem,
    };
    match faults::read_rest(bytes, &problem.errors) {
        Some(sent) if !problem.errors.is_empty() => Ok(Form { sent, unread: Fields::unread(problem.errors) }),
        _ => Err(problem),
    }
}

fn parse_body<T: DeserializeOwned + PartialSchema>(bytes: &[u8]) -> std::result::Result<T, Problem> {
    if is_blank(bytes) {
        return read(NOTHING).map_err(|_| Problem::invalid_body("The body is empty; send a JSON object."));
    }
    read(bytes).map_err(|flaw| name_all::<T>(bytes, *flaw, &required_fields::<T>()))
}

/// What the description of the type says cannot be left out.
fn required_fields<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.required,
        _ => Vec::new(),
    }
}

fn name_all<T: DeserializeOwned>(bytes: &[u8], flaw: Flaw, required: &[String]) -> Problem {
    if flaw.problem.errors.is_empty() { flaw.problem } else { faults::name_all::<T>(bytes, flaw.problem, required) }
}

fn too_large_or_cut(rejection: &axum::extract::rejection::BytesRejection) -> Fault {
    if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(413, "PAYLOAD_TOO_LARGE", "The body is too large.").into();
    }
    Problem::invalid_body("The body ended before it was complete.").into()
}

/// What an empty body stands for.
const NOTHING: &[u8] = b"{}";

fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

/// Reads JSON into `T`, with the problem a client would get. Nothing at all counts as `{}`, so that what is missing is named.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> std::result::Result<T, Problem> {
    let bytes = if is_blank(bytes) { NOTHING } else { bytes };
    read(bytes).map_err(|flaw| name_all::<T>(bytes, *flaw, &[]))
}

/// The first thing found wrong, and where.
struct Flaw {
    problem: Problem,
    path: Vec<Segment>,
}

impl From<Problem> for Box<Flaw> {
    fn from(problem: Problem) -> Self {
        Self::new(Flaw { problem, path: Vec::new() })
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> std::result::Result<T, Box<Flaw>> {
    // serde would fill the fields of an object from a list, one by one, and name them by their places; no body of ours is one.
    if bytes.trim_ascii_start().starts_with(b"[") {
        let read = serde_json::from_slice::<serde::de::IgnoredAny>(bytes);
        return match read {
            Ok(_) => Err(Problem::field("body", "INVALID_VALUE", "must be an object").into()),
            Err(broken) => Err(refusal("", &broken).into()),
        };
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
        let path = e.path().to_string();
        // What is no JSON at all is told first, whatever was found wrong in its beginning.
        let problem = match serde_json::from_slice::<serde_json::Value>(bytes) {
            Err(broken) => refusal("", &broken),
            // A number where one of several words is expected counts as a fault of syntax there; it is one of type.
            Ok(_) if e.inner().is_syntax() => wrong_type(&path),
            Ok(_) => refusal(&path, e.inner()),
        };
        Box::new(Flaw { problem, path: e.path().iter().cloned().collect() })
    });
    let value = read?;
    reader.end().map_err(|e| refusal("", &e))?;
    Ok(value)
}

fn wrong_type(path: &str) -> Problem {
    let field = if path == "." || path.is_empty() { "body" } else { path };
    Problem::field(field, "INVALID_VALUE", "has the wrong type")
}

/// The problem for a JSON error at a path.
pub fn refusal(path: &str, error: &serde_json::Error) -> Problem {
    use serde_json::error::Category;
    match error.classify() {
        Category::Data => {}
        Category::Syntax | Category::Eof | Category::Io => {
            return Problem::invalid_body(format!(
                "This is not readable JSON (line {}, column {}).",
                error.line(),
                error.column()
            ));
        }
    }
    let text = error.to_string();
    let named = |prefix: &str| {
        let rest = text.strip_prefix(prefix)?;
        rest.split('`').next().map(str::to_owned)
    };
    let join = |name: &str| match path {
        "" | "." => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    if let Some(name) = named("missing field `") {
        return Problem::field(join(&name), "REQUIRED", "is required");
    }
    if let Some(name) = named("unknown field `") {
        // The path already ends in the unknown name.
        let field = if path.ends_with(&name) { path.to_owned() } else { join(&name) };
        return Problem::field(field, "UNKNOWN_FIELD", "is not known here");
    }
    let field = if path == "." || path.is_empty() { "body".to_owned() } else { path.to_owned() };
    Problem::field(field, "INVALID_VALUE", words::plain(&text))
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let query = parts.uri.query().unwrap_or("");
        let pairs = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|e| {
            let path = e.path().to_string();
            let text = e.inner().to_string();
            let named = text.strip_prefix("missing field `").or_else(|| text.strip_prefix("unknown field `"));
            match named.and_then(|rest| rest.split('`').next()) {
                Some(name) if text.starts_with("missing") => Problem::field(name, "REQUIRED", "is required").into(),
                Some(name) => Problem::field(name, "UNKNOWN_FIELD", "is not known here").into(),
                None => {
                    let field = if path == "." { "query".into() } else { path };
                    Problem::field(field, "INVALID_VALUE", words::plain(&text)).into()
                }
            }
        })
    }
}

impl<S: Send + Sync, K: Kind> FromRequestParts<S> for PathId<K> {
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        Id::parse(&text).map(Self).map_err(|_| Problem::not_found().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, utoipa::ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code, reason = "only its reading is tested")]
        name: String,
        #[serde(default)]
        #[allow(dead_code, reason = "only its reading is tested")]
        count: u32,
        #[allow(dead_code, reason = "only its reading is tested")]
        kind: Option<Word>,
    }

    #[derive(Debug, Deserialize, utoipa::ToSchema)]
    enum Word {
        #[serde(rename = "one")]
        One,
    }

    fn refused(body: &str) -> Problem {
        parse_body::<Sample>(body.as_bytes()).err().unwrap_or_else(Problem::internal)
    }

    #[test]
    fn each_fault_is_named() {
        assert_eq!(refused("{").code, "INVALID_BODY");
        assert_eq!(refused(r#"{"name":"\ud800"}"#).code, "INVALID_BODY");
        assert_eq!(refused("{} x").code, "INVALID_BODY");
        assert_eq!(refused("[1,").code, "INVALID_BODY");
        assert_eq!(refused(r#"{"name":7,"#).code, "INVALID_BODY");
        assert_eq!(refused(" ").code, "INVALID_BODY");
        let missing = refused("{}");
        assert_eq!((missing.status, missing.errors[0].field.as_str()), (422, "name"));
        let unknown = refused(r#"{"name":"a","role":"owner"}"#);
        assert_eq!((unknown.errors[0].field.as_str(), unknown.errors[0].code.as_ref()), ("role", "UNKNOWN_FIELD"));
        let list = refused(r#"["a", 3]"#);
        assert_eq!((list.status, list.errors[0].field.as_str()), (422, "body"));
        assert_eq!(refused(r#"["a", "#).code, "INVALID_BODY");
        assert!(!refused("7").detail.contains("Sample"), "{}", refused("7"));
        let no_word = refused(r#"{"name":"a","kind":7}"#);
        assert_eq!((no_word.status, no_word.errors[0].field.as_str()), (422, "kind"));
        assert_eq!(refused(r#"{"name":"a","kind":7"#).code, "INVALID_BODY");
        let wrong = refused(r#"{"name":"a","count":"many"}"#);
        assert_eq!((wrong.errors[0].field.as_str(), wrong.errors[0].code.as_ref()), ("count", "INVALID_VALUE"));
    }

    #[test]
    fn a_form_is_read_as_far_as_it_goes() {
        let form = |body: &str| parse_form::<Sample>(body.as_bytes());
        let named =
            |body: &str| form(body).ok().and_then(|form| form.unread.check().err()).map(|problem| problem.errors);
        assert_eq!(named(r#"{"name":"a","count":3}"#), None);
        let torn = form(r#"{"count":"many","role":1}"#).unwrap();
        assert_eq!((torn.sent.name.as_str(), torn.sent.count), ("", 0));
        assert!(["name", "count", "role"].iter().all(|field| torn.unread.has_unread(field)), "{:?}", torn.unread);
        for broken in ["{", "[]", "7", ""] {
            assert!(form(broken).is_err(), "{broken}");
        }
    }

    #[derive(Debug, Deserialize, utoipa::ToSchema)]
    #[serde(deny_unknown_fields, rename_all = "camelCase")]
    #[allow(dead_code, reason = "only its reading is tested")]
    struct Wide {
        first_name: String,
        last_name: String,
        age: u8,
        note: Option<String>,
        inner: Option<Sample>,
        #[serde(default)]
        list: Vec<u8>,
    }

    fn faults(body: &str) -> Vec<String> {
        let problem = parse_body::<Wide>(body.as_bytes()).err().unwrap_or_else(Problem::internal);
        assert_eq!(problem.status, 422, "{problem:?}");
        let mut named: Vec<String> = problem.errors.iter().map(|e| format!("{}/{}", e.field, e.code)).collect();
        named.sort();
        named
    }

    #[test]
    fn every_fault_of_a_body_is_named_at_once() {
        assert_eq!(faults("{}"), ["age/REQUIRED", "firstName/REQUIRED", "lastName/REQUIRED"]);
        assert_eq!(
            faults(r#"{"firstName":7,"age":"old","role":1,"note":null,"list":[1]}"#),
            ["age/INVALID_VALUE", "firstName/INVALID_VALUE", "lastName/REQUIRED", "role/UNKNOWN_FIELD"]
        );
        assert_eq!(
            faults(
                r#"{"firstName":"a","lastName":"b","age":1,"inner":{"name":"x","a":1,"b":2,"count":"y"},"list":[1,"z"]}"#
            ),
            ["inner.a/UNKNOWN_FIELD", "inner.b/UNKNOWN_FIELD", "inner.count/INVALID_VALUE", "list[1]/INVALID_VALUE"]
        );
        assert_eq!(
            faults(r#"{"firstName":"a","lastName":"b","age":1,"inner":{}}"#),
            ["inner.name/REQUIRED"],
            "what is there and right is not named"
        );
        let many: String = (0..300).map(|n| format!("\"x{n}\":1,")).collect();
        assert_eq!(faults(&format!("{{{many}\"age\":1}}")).len(), 50, "a refusal is bounded too");
    }
}
