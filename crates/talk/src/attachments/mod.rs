//! Files in conversations. A file is uploaded first and belongs to nobody but its uploader; sending a message claims it,
//! and from then on whoever may read the conversation may read the file. What was never sent is removed after a day.
//!
//! Uploads are spooled without a name, judged by content ([`platform::media`]), and stored under keys made here
//! ([`platform::storage`]); the row comes before the bytes, so a crash in between leaves something that the clean-up job
//! finds. Browsers load pictures and sound without headers, so each reader gets links signed for them alone ([`links`]).
//! Start with [`actions`]; what messaging needs is [`claim`], [`describe_many`] and [`withdraw`].

mod access;
pub mod actions;
pub mod entity;
mod error;
mod http;
pub mod jobs;
pub mod links;
mod model;
mod receive;
mod rules;
mod serve;
mod store;

pub use actions::{ATTACHMENTS_PER_MESSAGE_MAX, claim, describe_many, import_file, withdraw};
pub use http::routes;
pub use jobs::register_jobs;
pub use model::{Attachment, AttachmentView, Reader};
