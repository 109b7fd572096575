//! Looking back: who did what, to what, from where, and what it was before. Lines are written by whoever acts
//! (`tx.audit(…)`, in the transaction of the act itself); this room only shows them to the business's admins, with the names
//! of people beside their ids, and forgets them when their time has come. What an act put under `before`, `after` and
//! `userAgent` of its details is shown as members of their own; secrets are never among them, which is up to the acts.

mod access;
pub(crate) mod http;
mod jobs;
mod store;
mod view;

pub use jobs::forget_old;
