//! What may happen: each event type with the data it needs, who is reached by it and through which channels. The built-in
//! ones stand in one table (`builtin`); a business adds its own. A name is stored dotted, and `invoice:sent` is
//! `invoice.sent`. What an event of a type must hold is decided in `check.rs` and `fits.rs`; what it says, in [`crate::templates`].

mod access;
mod actions;
pub(crate) mod amount;
mod builtin;
mod check;
mod entity;
mod error;
mod field;
mod fits;
pub(crate) mod http;
mod json_schema;
mod model;
mod name;
mod rules;
mod store;
mod view;

pub use access::find;
pub use field::{FieldKind, FieldSpec};
pub use model::{EventType, Owner, PersonFields, RecipientFields};
pub use name::{normalize, same_spelling};

pub(crate) use access::{Known, find_all};
pub(crate) use builtin::{PERSONAL, all as builtin_types, is_personal};
pub(crate) use check::is_web_address;
pub(crate) use field::{find_path, put_path, texts_of};
