//! What the letters ask of the floor where the texts of businesses are.

use futures_util::future::BoxFuture;
use kernel::{Id, id};
use platform::Result;
use serde_json::Value as Json;

use super::kinds::LetterKind;

/// A letter that was written out.
#[derive(Debug, Clone)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The whole page.
    pub html: Option<String>,
}

/// Writes in the name of a business, in its own words where it has some.
pub trait OwnWords: Send + Sync + 'static {
    /// The letter with these values; in the language of this customer, when it is for one.
    fn write<'a>(
        &'a self,
        tenant: Id<id::Tenant>,
        customer: Option<Id<id::Customer>>,
        kind: &'static LetterKind,
        values: &'a Json,
    ) -> BoxFuture<'a, Result<Written>>;
}
