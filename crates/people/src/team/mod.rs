//! The people who run a business, each with a role. A user may be a member of several businesses; the role counts in one.
//! Inviting members comes with another issue; [`create_member`] is how the demo and the tests add them.

mod access;
mod actions;
pub(crate) mod entity;
mod model;
pub(crate) mod store;

pub use access::{find_members, find_user_names};
pub use actions::{NewMember, create_member, import_member};
pub use model::{Member, MembershipView};

pub(crate) use access::{find_active_role, list_memberships};
