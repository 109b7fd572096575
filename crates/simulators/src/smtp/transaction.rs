//! One mail being handed over: from MAIL to the dot.

use super::command::not_ascii;
use super::limits::RECIPIENTS_MAX;
use super::reply::Reply;

/// The envelope as far as it is known.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) from: String,
    pub(super) to: Vec<String>,
    smtputf8: bool,
}

impl Transaction {
    pub(super) fn new(from: String, smtputf8: bool) -> Self {
        Self { from, to: Vec::new(), smtputf8 }
    }

    /// Whether one more recipient can be taken.
    pub(super) fn check_recipient(&self, to: &str) -> Result<(), Reply> {
        if self.to.len() >= RECIPIENTS_MAX {
            return Err(Reply::new(452, "4.5.3", "too many recipients"));
        }
        if !self.smtputf8 && !to.is_ascii() {
            return Err(not_ascii());
        }
        Ok(())
    }
}
