//! Typed identifiers: a UUIDv7 in 16 bytes, shown to clients with a prefix that names its kind (`msg_…`). The text after
//! the prefix is the UUID in Crockford base32, 26 lower-case characters, so that ids sort by time as text too.

use std::{fmt, hash, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 128 bits at 5 bits a character.
const ENCODED_CHARS: usize = 26;
const PREFIX_CHARS_MAX: usize = 7;

/// What an id names; gives the prefix.
pub trait Kind: 'static {
    /// The prefix without the underscore, at most seven letters.
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {}
        impl Kind for $name { const PREFIX: &'static str = $prefix; }
        const _: () = assert!($prefix.len() <= PREFIX_CHARS_MAX);
        // A kind never travels alone; the derive asks every generic argument for a schema, so it gets the id's.
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> { id_schema::<Self>() }
        }
        impl utoipa::ToSchema for $name {}
    )*};
}

kinds! {
    /// A person on the business side.
    User = "user";
    /// One business.
    Tenant = "biz";
    /// An end customer of one tenant.
    Customer = "cust";
    /// A signed-in device.
    Session = "sess";
    /// A thread between a customer and the business.
    Conversation = "conv";
    /// One message.
    Message = "msg";
    /// A file in a conversation.
    Attachment = "att";
    /// A booked time.
    Appointment = "appt";
    /// Something a business sells by time.
    Service = "svc";
    /// A fact about the business.
    Event = "evt";
    /// Work to be done later.
    Job = "job";
    /// A passkey of a person.
    Passkey = "pkey";
    /// A line of the audit log.
    Audit = "aud";
    /// One event for one recipient on one channel.
    Delivery = "dlv";
    /// One try of a delivery.
    Attempt = "atp";
    /// An address of another system that hears of events.
    Webhook = "whk";
    /// A credential of another system.
    ApiKey = "key";
    /// A text for one type, channel and language.
    Template = "tpl";
    /// A mail that the built-in server took.
    Mail = "mail";
    /// One attempt to sign in.
    SignInAttempt = "sia";
    /// A line in somebody's notice centre.
    Notification = "ntf";
    /// A way into a team.
    Invitation = "inv";
    /// A browser that shows notices of one person.
    PushSubscription = "psub";
}

/// An identifier of kind `K`.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// The text is no id of this kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not a valid {0} id")]
pub struct InvalidId(pub &'static str);

impl<K> Id<K> {
    /// Wraps a UUID that is known to be of this kind.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// The bare UUID, for the database.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K: Kind> Id<K> {
    /// Reads the prefixed form.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let err = InvalidId(K::PREFIX);
        let rest = text.strip_prefix(K::PREFIX).and_then(|t| t.strip_prefix('_')).ok_or(InvalidId(K::PREFIX))?;
        if rest.len() != ENCODED_CHARS {
            return Err(err);
        }
        let mut value: u128 = 0;
        for (i, byte) in rest.bytes().enumerate() {
            let digit = ALPHABET.iter().position(|c| *c == byte).ok_or(InvalidId(K::PREFIX))? as u128;
            // 26 characters hold 130 bits: the first may only use three.
            if i == 0 && digit > 7 {
                return Err(err);
            }
            value = (value << 5) | digit;
        }
        Ok(Self::from_uuid(Uuid::from_u128(value)))
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written in one piece: pages of messages hold hundreds of ids.
        let mut text = [b'_'; PREFIX_CHARS_MAX + 1 + ENCODED_CHARS];
        let length = K::PREFIX.len() + 1 + ENCODED_CHARS;
        text[..K::PREFIX.len()].copy_from_slice(K::PREFIX.as_bytes());
        let mut value = self.uuid.as_u128();
        for slot in text[K::PREFIX.len() + 1..length].iter_mut().rev() {
            *slot = ALPHABET[(value & 31) as usize];
            value >>= 5;
        }
        f.write_str(std::str::from_utf8(&text[..length]).map_err(|_| fmt::Error)?)
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> hash::Hash for Id<K> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}
impl<K: Kind> FromStr for Id<K> {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::parse(text)
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}
fn id_schema<K: Kind>() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .description(Some(format!("Opaque id, `{}_…`", K::PREFIX)))
        .into()
}
// The derive treats `Id<K>` as a generic schema; its argument changes nothing but the prefix.
impl<K: Kind> utoipa::__dev::ComposeSchema for Id<K> {
    fn compose(
        _: Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>>,
    ) -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        id_schema::<K>()
    }
}
impl<K: Kind> utoipa::ToSchema for Id<K> {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Owned(format!("Id_{}", K::PREFIX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_reads_back(value: u128) {
            let id = Id::<Message>::from_uuid(Uuid::from_u128(value));
            prop_assert_eq!(Id::parse(&id.to_string()), Ok(id));
        }

        #[test]
        fn text_order_is_id_order(a: u128, b: u128) {
            let (x, y) = (Id::<User>::from_uuid(Uuid::from_u128(a)), Id::<User>::from_uuid(Uuid::from_u128(b)));
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            if let Ok(id) = Id::<User>::parse(&text) {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn another_kinds_prefix_is_refused() {
        let id = Id::<User>::from_uuid(Uuid::from_u128(7));
        assert_eq!(Id::<Customer>::parse(&id.to_string()), Err(InvalidId("cust")));
        assert!(Id::<User>::parse("user_zzzzzzzzzzzzzzzzzzzzzzzzzz").is_err());
    }
}
