//! The people who run a business, each with a role. A user may be a member of several businesses; the role counts in one.
//! They are invited by mail ([`jobs`]), and every change of the team is a line of the audit log. [`create_member`] is how the
//! demo and the tests add them.

mod access;
mod actions;
pub(crate) mod entity;
mod error;
pub(crate) mod http;
mod invitations;
mod jobs;
mod model;
mod roles;
pub mod rules;
pub(crate) mod store;

pub use access::{OwnerAddress, find_members, find_owners, find_user_names};
pub use actions::{NewMember, create_member, import_member};
pub use model::{Member, MembershipView};

pub(crate) use access::{find_active_role, list_memberships};
pub(crate) use jobs::register_jobs;
