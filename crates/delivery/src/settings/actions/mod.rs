//! What a manager does with the channels.

mod change_channels;
mod test_channel;

pub(super) use change_channels::change_channels;
pub(super) use test_channel::{TestReport, TestedChannel, test_channel};
