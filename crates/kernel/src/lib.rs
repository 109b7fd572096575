//! The values every floor speaks in: ids, money, time, text, rights, problems, the caller. Pure: nothing here reads a
//! clock, a database or the network. Look at [`problem`] for what clients get told when something is refused.

pub mod caller;
pub mod events;
pub mod fold;
pub mod id;
pub mod money;
#[cfg(feature = "orm")]
mod orm;
pub mod problem;
pub mod rights;
pub mod sender;
pub mod text;
pub mod time;

pub use caller::{Caller, Principal};
pub use id::{Id, Kind};
pub use money::{Currency, Money};
pub use problem::{FieldError, Problem};
pub use rights::{Right, Role};
pub use sender::{Scope, Sender};
pub use time::{Clock, Entropy, Timestamp, World};
