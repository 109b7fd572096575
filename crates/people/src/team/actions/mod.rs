//! The use cases of this slice.

mod create_member;

pub use create_member::{NewMember, create_member, import_member};
