//! One file per use case.

mod come_back;
mod finish;
mod leave;

pub(super) use come_back::{Arrival, Return, come_back};
pub(super) use finish::{finish_customer, finish_user};
pub(super) use leave::{Leave, leave};
