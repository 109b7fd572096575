//! How a key looks, and what may be asked of one. The text is `fdk_`, the key's id and 32 random bytes: the id finds the
//! row, and the prefix lets programs that search for leaked secrets know one when they see it.

use std::time::Duration;

use kernel::{
    Id, Problem, Scope, Timestamp, id,
    problem::Fields,
    text::{NAME_CHARS_MAX, TextError, parse_line},
};
use serde_json::Value;

/// What every key begins with.
pub const KEY_PREFIX: &str = "fdk_";
/// Characters of an id after its own prefix.
const ID_CHARS: usize = 26;
/// Characters of the secret part: 32 bytes in base64url.
const SECRET_CHARS: usize = 43;
/// Keys of one business that are not revoked.
pub const KEYS_PER_TENANT_MAX: u64 = 50;
/// How long a connection token is good for.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(3600);
/// What a connection token may do, as far as its key may.
pub const TOKEN_SCOPES: [Scope; 2] = [Scope::EventsWrite, Scope::Whatsapp];
/// Longest user or session of another system.
pub const FOREIGN_CHARS_MAX: usize = 128;

/// How the text of this key begins.
pub fn write_prefix(key: Id<id::ApiKey>) -> String {
    let id = key.to_string();
    format!("{KEY_PREFIX}{}", id.split_once('_').map_or(id.as_str(), |(_, text)| text))
}

/// The whole text of a key.
pub fn write_key(key: Id<id::ApiKey>, secret: &str) -> String {
    format!("{}_{secret}", write_prefix(key))
}

/// The id in a key's text, when it looks like one of ours.
pub fn parse_key(text: &str) -> Option<Id<id::ApiKey>> {
    let (id, secret) = text.strip_prefix(KEY_PREFIX)?.split_at_checked(ID_CHARS)?;
    let secret = secret.strip_prefix('_')?;
    let is_secret = secret.len() == SECRET_CHARS
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    Id::parse(&format!("key_{id}")).ok().filter(|_| is_secret)
}

/// A key that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyWish {
    /// What people will call it.
    pub name: String,
    /// What it may do; each once, in order.
    pub scopes: Vec<Scope>,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
}

impl KeyWish {
    /// Checks what was sent.
    pub fn parse(
        name: &str,
        mut scopes: Vec<Scope>,
        expires_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let mut fields = Fields::new();
        let name = fields.take("name", "INVALID_NAME", parse_line(name, NAME_CHARS_MAX)).unwrap_or_default();
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            fields.refuse("scopes", "REQUIRED", "name at least one");
        }
        if expires_at.is_some_and(|at| at <= now) {
            fields.refuse("expiresAt", "IN_THE_PAST", "must lie ahead");
        }
        fields.check()?;
        Ok(Self { name, scopes, expires_at })
    }
}

/// A user or session of another system: a number or a short text, which proves nothing here.
pub fn parse_foreign(fields: &mut Fields, field: &str, value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => {
            fields.refuse(field, "INVALID_VALUE", "must be a text or a number");
            return String::new();
        }
    };
    match parse_line(&text, FOREIGN_CHARS_MAX) {
        Ok(text) => return text,
        Err(TextError::Empty) => fields.refuse(field, "REQUIRED", "must not be empty"),
        Err(refused) => fields.refuse(field, "INVALID_TEXT", refused.to_string()),
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);
    const SECRET: &str = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE";

    #[test]
    fn a_key_says_which_one_it_is() {
        let id = Id::from_uuid(uuid::Uuid::from_u128(7));
        let key = write_key(id, SECRET);
        assert_eq!(key, format!("fdk_00000000000000000000000007_{SECRET}"));
        assert_eq!(parse_key(&key), Some(id));
    }

    #[test]
    fn what_does_not_look_like_a_key_is_none() {
        let key = write_key(Id::from_uuid(uuid::Uuid::nil()), SECRET);
        let longer = format!("{key}A");
        for text in ["", "fdk_", &key[1..], &key[..key.len() - 1], &longer, &key.replace("fdk_", "key_"), "fdk_ä"] {
            assert_eq!(parse_key(text), None, "{text}");
        }
        assert_eq!(parse_key(&key.replace('z', " ")), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reading_panic(text in "(fdk_)?.{0,90}") {
            parse_key(&text);
        }
    }

    #[test]
    fn a_wish_needs_a_name_a_scope_and_time_ahead() {
        let wish = KeyWish::parse(" Shop ", vec![Scope::EventsRead, Scope::EventsWrite, Scope::EventsRead], None, NOW);
        let scopes = vec![Scope::EventsWrite, Scope::EventsRead];
        assert_eq!(wish, Ok(KeyWish { name: "Shop".into(), scopes, expires_at: None }));
        let refused = KeyWish::parse("\u{7}", vec![], Some(NOW), NOW).unwrap_err();
        let fields: Vec<_> = refused.errors.iter().map(|e| (e.field.as_str(), e.code.as_ref())).collect();
        assert_eq!(fields, [("name", "INVALID_NAME"), ("scopes", "REQUIRED"), ("expiresAt", "IN_THE_PAST")]);
    }

    #[test]
    fn another_systems_names_are_short_texts_or_numbers() {
        let read = |value: Value| {
            let mut fields = Fields::new();
            let text = parse_foreign(&mut fields, "user_id", &value);
            fields.check().map(|()| text).map_err(|problem| problem.errors[0].code.to_string())
        };
        assert_eq!(read(123.into()).as_deref(), Ok("123"));
        assert_eq!(read("ann@shop".into()).as_deref(), Ok("ann@shop"));
        assert_eq!(read("".into()), Err("REQUIRED".into()));
        assert_eq!(read("a\u{0}b".into()), Err("INVALID_TEXT".into()));
        assert_eq!(read("x".repeat(129).into()), Err("INVALID_TEXT".into()));
        for value in [Value::Null, true.into(), serde_json::json!({}), serde_json::json!([1])] {
            assert_eq!(read(value), Err("INVALID_VALUE".into()));
        }
    }
}
