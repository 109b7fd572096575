//! One file per use case.

pub mod browse;
pub mod change;
pub mod edit;
pub mod follow;
pub mod let_go;
pub mod mark;
pub mod monitor;
pub mod open;
pub mod presence;
pub mod search;
pub mod send;

pub use crate::messaging::store::begin_at_present;
pub use browse::{ConversationList, ConversationQuery, conversation_view, list_conversations, read_conversation};
pub use change::{ConversationChange, change_conversation};
pub use edit::{delete_message, edit_message};
pub use follow::{follow_appointment, follow_in};
pub use let_go::let_go;
pub use mark::{Mark, mark};
pub use open::{open_appointment_thread, open_direct};
pub use search::search;
pub use send::{SendInput, send};
