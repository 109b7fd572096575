//! What the simulated service does instead of taking a message, or after it did.

use serde::{Deserialize, Serialize};

/// One way to misbehave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum WhatsAppFault {
    /// Answers with this HTTP status and error code.
    Refuse {
        /// 400 to 599.
        status: u16,
        /// The Cloud API's error code; without one the answer is no JSON at all.
        code: Option<u32>,
        /// Sent as `Retry-After`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_seconds: Option<u64>,
    },
    /// Takes the request and never answers.
    Hang,
    /// Takes the message and reports later that it could not be delivered.
    Undelivered {
        /// The Cloud API's error code.
        code: u32,
    },
    /// Takes the message and never tells what became of it.
    Silent,
}

/// A fault with its bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatsAppRule {
    /// What happens.
    #[serde(flatten)]
    pub fault: WhatsAppFault,
    /// Only for this number; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How often it still strikes; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl From<WhatsAppFault> for WhatsAppRule {
    fn from(fault: WhatsAppFault) -> Self {
        Self { fault, to: None, times: None }
    }
}

impl WhatsAppRule {
    /// The same rule for one number only.
    #[must_use]
    pub fn only_for(mut self, to: impl Into<String>) -> Self {
        self.to = Some(to.into());
        self
    }

    /// The same rule, spent after it struck this often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    pub(super) fn fits(&self, to: &str) -> bool {
        self.times != Some(0) && self.to.as_deref().is_none_or(|only| only == to)
    }
}
