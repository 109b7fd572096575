//! What a request meets instead of a 200.

use serde::{Deserialize, Serialize};

/// How a request is answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// 200 with `ok`.
    #[default]
    None,
    /// Another status.
    #[serde(rename_all = "camelCase")]
    Status {
        /// The status.
        code: u16,
        /// `Retry-After`, as it shall stand there.
        #[serde(default)]
        retry_after: Option<String>,
        /// `Location`.
        #[serde(default)]
        location: Option<String>,
    },
    /// A 200 with these headers beside the usual ones.
    Headers {
        /// Names with their values.
        headers: Vec<(String, String)>,
    },
    /// A 200 after a while.
    Slow {
        /// How long.
        ms: u64,
    },
    /// No answer, ever.
    Hang,
    /// The head of a 200 and the beginning of its body, and no more.
    HangInBody,
    /// A 200 with a long body.
    Huge {
        /// How long.
        bytes: usize,
    },
    /// The connection is cut without an answer.
    Reset,
    /// Something that is no HTTP.
    Garbage,
}

/// A fault and how often it is met; for ever when `times` is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// What is met.
    #[serde(flatten)]
    pub fault: Fault,
    /// How often.
    #[serde(default)]
    pub times: Option<u32>,
}

impl Plan {
    /// Once.
    pub fn once(fault: Fault) -> Self {
        Self::times(fault, 1)
    }
    /// So often.
    pub fn times(fault: Fault, times: u32) -> Self {
        Self { fault, times: Some(times) }
    }
    /// Until something else is planned.
    pub fn always(fault: Fault) -> Self {
        Self { fault, times: None }
    }
}

impl Fault {
    /// Only another status.
    pub fn status(code: u16) -> Self {
        Self::Status { code, retry_after: None, location: None }
    }
}
