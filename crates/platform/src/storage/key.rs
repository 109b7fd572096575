//! Names of stored files.

use std::fmt;

use kernel::{Id, Timestamp, id};
use uuid::Uuid;

use super::StorageError;

/// Longest key that is accepted back from the database.
const KEY_CHARS_MAX: usize = 128;

/// The place of one file: `tenant/yyyy/mm/id`. The tenant first, so that everything of one business can be found,
/// exported and removed together; the month next, so that no folder grows without end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key(String);

impl Key {
    /// A key that has never been used, given that `file` is fresh.
    pub fn new(tenant: Id<id::Tenant>, at: Timestamp, file: Uuid) -> Self {
        let (year, month) = at
            .to_jiff()
            .map(|t| t.to_zoned(jiff::tz::TimeZone::UTC))
            .map_or((1970, 1), |day| (day.year(), day.month()));
        Self(format!("{tenant}/{year:04}/{month:02}/{}", file.simple()))
    }

    /// The key of something made from this file, for example `thumb`.
    #[must_use]
    pub fn variant(&self, name: &'static str) -> Self {
        Self(format!("{}.{name}", self.0))
    }

    /// Reads a key back from where it was stored.
    ///
    /// # Errors
    /// [`StorageError::Key`] for anything that could leave its folder.
    pub fn parse(text: &str) -> Result<Self, StorageError> {
        let part_ok = |part: &str| {
            let plain = part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
            plain && !part.is_empty() && !part.starts_with('.')
        };
        let ok = text.len() <= KEY_CHARS_MAX && text.split('/').all(part_ok);
        if ok { Ok(Self(text.to_owned())) } else { Err(StorageError::Key) }
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_starts_with_its_tenant_and_month() {
        let tenant = Id::from_uuid(Uuid::from_u128(1));
        let at = Timestamp::parse("2026-11-21T00:00:00Z").unwrap();
        let key = Key::new(tenant, at, Uuid::from_u128(2));
        assert_eq!(key.as_str(), format!("{tenant}/2026/11/{}", Uuid::from_u128(2).simple()));
        assert_eq!(Key::parse(key.as_str()).unwrap(), key);
        assert_eq!(Key::parse(key.variant("thumb").as_str()).unwrap(), key.variant("thumb"));
    }

    #[test]
    fn no_key_leaves_its_folder() {
        for bad in ["", "/etc/passwd", "a/../b", "a//b", "a/.hidden", "a\\b", "a/b\0", "a/b/", "a/%2e%2e"] {
            assert!(Key::parse(bad).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn a_parsed_key_never_climbs(text in "[a-z./]{0,30}") {
            if let Ok(key) = Key::parse(&text) {
                prop_assert!(!key.as_str().contains("..") || key.as_str().split('/').all(|p| p != ".."));
                prop_assert!(!key.as_str().starts_with('/'));
            }
        }
    }
}
