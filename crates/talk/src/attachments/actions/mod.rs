//! What can be done with files.

mod claim;
mod describe_many;
mod forget_unsent;
mod upload;
mod withdraw;

pub use claim::{ATTACHMENTS_PER_MESSAGE_MAX, claim};
pub use describe_many::describe_many;
pub use forget_unsent::{UNSENT_KEPT_FOR, forget_unsent};
pub(super) use upload::upload;
pub use upload::{UNSENT_MAX, Uploaded, import_file};
pub use withdraw::withdraw;
