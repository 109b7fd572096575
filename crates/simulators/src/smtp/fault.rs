//! Misbehaviour on request: what a mail server can do to us, one rule each.
//!
//! Rules are set while the server runs and asked at every stage of a conversation. The first that fits is
//! carried out and, when it was limited, counted down.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::limits::{FAULT_DELAY_MS_MAX, FAULT_RULES_MAX, GREYLIST_PAIRS_MAX};

/// Where in a conversation a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before the first line of the server.
    Greeting,
    /// After `AUTH`.
    Auth,
    /// After `MAIL`.
    Sender,
    /// After `RCPT`.
    Recipient,
    /// After the dot that ends a message, before it is kept.
    Message,
}

/// One way to misbehave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Greets with 421 and closes, as a server that is shutting down.
    RefuseConnection,
    /// Answers any credentials with 535.
    RejectAuth,
    /// Refuses the sender with this code.
    RejectSender {
        /// 400 to 599.
        code: u16,
    },
    /// Refuses a recipient with this code: 550 for an unknown mailbox, 452 for a full one.
    RejectRecipient {
        /// 400 to 599.
        code: u16,
    },
    /// Refuses a recipient with 451 the first time a sender writes to it, and takes it from then on.
    Greylist,
    /// Refuses the whole message with this code after it was sent: 554 for spam, 452 for a full disk.
    RejectMessage {
        /// 400 to 599.
        code: u16,
    },
    /// Stops answering and keeps the connection open until the client gives up.
    Hang {
        /// From where on.
        at: Stage,
    },
    /// Answers late.
    Delay {
        /// Which answer.
        at: Stage,
        /// By how much.
        delay_ms: u64,
    },
    /// Answers when it is told to, one message for each permit that [`Faults::permits`] are given: a server as slow as a
    /// test wants it, without a clock. Not over HTTP, where nobody could give them.
    #[serde(skip)]
    Wait {
        /// Which answer.
        at: Stage,
    },
    /// Closes the connection after the message was sent, without an answer. When the message was kept all the
    /// same, a sender that tries again sends it twice: the reason why mail carries a stable `Message-ID`.
    DropAfterData {
        /// Whether the message is kept.
        kept: bool,
    },
    /// Offers STARTTLS, refuses mail without it, and fails the handshake with 454.
    TlsRequired,
}

impl Fault {
    fn strikes_at(&self, stage: Stage) -> bool {
        match self {
            Self::RefuseConnection => stage == Stage::Greeting,
            Self::RejectAuth => stage == Stage::Auth,
            Self::RejectSender { .. } | Self::TlsRequired => stage == Stage::Sender,
            Self::RejectRecipient { .. } | Self::Greylist => stage == Stage::Recipient,
            Self::RejectMessage { .. } | Self::DropAfterData { .. } => stage == Stage::Message,
            Self::Hang { at } | Self::Delay { at, .. } | Self::Wait { at } => *at == stage,
        }
    }

    fn check(&self) -> Result<(), BadFault> {
        match *self {
            Self::RejectSender { code } | Self::RejectRecipient { code } | Self::RejectMessage { code }
                if !(400..=599).contains(&code) =>
            {
                Err(BadFault::Code { code })
            }
            Self::Delay { delay_ms, .. } if delay_ms > FAULT_DELAY_MS_MAX => Err(BadFault::Delay { delay_ms }),
            _ => Ok(()),
        }
    }
}

/// A fault with its bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultRule {
    /// What happens.
    #[serde(flatten)]
    pub fault: Fault,
    /// Only for this recipient; everybody when absent. Before a recipient is known (greeting, AUTH, MAIL) a
    /// rule with a recipient does not strike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<String>,
    /// How often it still strikes; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl From<Fault> for FaultRule {
    fn from(fault: Fault) -> Self {
        Self { fault, recipient: None, times: None }
    }
}

impl FaultRule {
    /// The same rule for one recipient only.
    #[must_use]
    pub fn only_for(mut self, recipient: impl Into<String>) -> Self {
        self.recipient = Some(recipient.into());
        self
    }

    /// The same rule, spent after it struck this often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn fits(&self, stage: Stage, recipients: &[String]) -> bool {
        self.fault.strikes_at(stage)
            && self.times != Some(0)
            && self.recipient.as_ref().is_none_or(|only| recipients.iter().any(|to| to.eq_ignore_ascii_case(only)))
    }
}

/// Why a set of rules was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFault {
    /// A code that no refusal can have.
    #[error("a refusal has a code from 400 to 599, not {code}")]
    Code {
        /// The code given.
        code: u16,
    },
    /// A pause past [`FAULT_DELAY_MS_MAX`].
    #[error("a delay is at most {FAULT_DELAY_MS_MAX} ms, not {delay_ms}")]
    Delay {
        /// The delay given.
        delay_ms: u64,
    },
    /// More rules than [`FAULT_RULES_MAX`].
    #[error("at most {FAULT_RULES_MAX} rules can be in force, not {rules}")]
    TooMany {
        /// How many were given.
        rules: usize,
    },
}

/// A shared handle on the rules in force.
#[derive(Clone, Debug)]
pub struct Faults {
    state: Arc<Mutex<State>>,
    permits: Arc<Semaphore>,
}

impl Default for Faults {
    fn default() -> Self {
        Self { state: Arc::default(), permits: Arc::new(Semaphore::new(0)) }
    }
}

#[derive(Debug, Default)]
struct State {
    rules: Vec<FaultRule>,
    greylisted: HashSet<(String, String)>,
}

impl Faults {
    /// Each change under the lock is a single step, so a poisoned lock is used on.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the rules in force; an empty list makes the server behave. Greylisting starts afresh.
    ///
    /// # Errors
    /// When a rule is out of bounds; the old rules stay then.
    pub fn set(&self, rules: Vec<FaultRule>) -> Result<(), BadFault> {
        if rules.len() > FAULT_RULES_MAX {
            return Err(BadFault::TooMany { rules: rules.len() });
        }
        rules.iter().try_for_each(|rule| rule.fault.check())?;
        *self.lock() = State { rules, greylisted: HashSet::new() };
        Ok(())
    }

    /// Makes the server behave again.
    pub fn clear(&self) {
        *self.lock() = State::default();
    }

    /// The rules in force, with what is left of their `times`.
    pub fn list(&self) -> Vec<FaultRule> {
        self.lock().rules.clone()
    }

    /// Lets answers go that wait by [`Fault::Wait`].
    pub fn permits(&self) -> &Semaphore {
        &self.permits
    }

    /// Whether STARTTLS is to be offered; asking does not use up the rule.
    pub(super) fn offers_tls(&self) -> bool {
        self.lock().rules.iter().any(|rule| rule.fault == Fault::TlsRequired && rule.times != Some(0))
    }

    /// Every fault that strikes now, each counted down: all the delays and waits that fit, then at most one other.
    pub(super) fn strike(&self, stage: Stage, sender: &str, recipients: &[String]) -> Vec<Fault> {
        let mut state = self.lock();
        let State { rules, greylisted } = &mut *state;
        let mut struck = Vec::new();
        for rule in rules.iter_mut().filter(|rule| rule.fits(stage, recipients)) {
            if rule.fault == Fault::Greylist && !is_new(greylisted, sender, recipients) {
                continue;
            }
            rule.times = rule.times.map(|left| left - 1);
            struck.push(rule.fault.clone());
            if !matches!(rule.fault, Fault::Delay { .. } | Fault::Wait { .. }) {
                break;
            }
        }
        struck
    }
}

fn is_new(greylisted: &mut HashSet<(String, String)>, sender: &str, recipients: &[String]) -> bool {
    if greylisted.len() >= GREYLIST_PAIRS_MAX {
        greylisted.clear();
    }
    let recipient = recipients.last().map(|to| to.to_ascii_lowercase()).unwrap_or_default();
    greylisted.insert((sender.to_ascii_lowercase(), recipient))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Vec<String> {
        vec!["ann@example.test".to_owned()]
    }

    #[test]
    fn a_limited_rule_is_spent() {
        let faults = Faults::default();
        faults.set(vec![FaultRule::from(Fault::RejectRecipient { code: 550 }).times(2)]).unwrap();
        let strike = || faults.strike(Stage::Recipient, "", &ann()).len();
        assert_eq!([strike(), strike(), strike()], [1, 1, 0]);
    }

    #[test]
    fn a_rule_for_one_recipient_spares_the_others() {
        let faults = Faults::default();
        faults.set(vec![FaultRule::from(Fault::Greylist).only_for("Ann@example.test")]).unwrap();
        assert!(faults.strike(Stage::Recipient, "s", &["bob@example.test".to_owned()]).is_empty());
        assert_eq!(faults.strike(Stage::Recipient, "s", &ann()), [Fault::Greylist]);
        assert!(faults.strike(Stage::Recipient, "s", &ann()).is_empty());
        assert_eq!(faults.strike(Stage::Recipient, "another", &ann()), [Fault::Greylist]);
    }

    #[test]
    fn a_delay_comes_before_the_refusal_it_delays() {
        let faults = Faults::default();
        let delay = Fault::Delay { at: Stage::Message, delay_ms: 5 };
        let reject = Fault::RejectMessage { code: 554 };
        faults
            .set(vec![delay.clone().into(), reject.clone().into(), Fault::Hang { at: Stage::Message }.into()])
            .unwrap();
        assert_eq!(faults.strike(Stage::Message, "", &ann()), [delay, reject]);
    }

    #[test]
    fn rules_out_of_bounds_leave_the_old_ones_in_force() {
        let faults = Faults::default();
        faults.set(vec![Fault::TlsRequired.into()]).unwrap();
        let rule = |fault: Fault| vec![FaultRule::from(fault)];
        assert_eq!(faults.set(rule(Fault::RejectMessage { code: 250 })), Err(BadFault::Code { code: 250 }));
        let delay_ms = FAULT_DELAY_MS_MAX + 1;
        let refused = faults.set(rule(Fault::Delay { at: Stage::Auth, delay_ms }));
        assert_eq!(refused, Err(BadFault::Delay { delay_ms }));
        let rules = FAULT_RULES_MAX + 1;
        assert_eq!(faults.set(vec![Fault::Greylist.into(); rules]), Err(BadFault::TooMany { rules }));
        assert_eq!(faults.list(), rule(Fault::TlsRequired));
        faults.clear();
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_rule_reads_as_flat_json() {
        let rule: FaultRule = serde_json::from_str(r#"{"fault":"reject_recipient","code":452,"times":3}"#).unwrap();
        assert_eq!(rule, FaultRule::from(Fault::RejectRecipient { code: 452 }).times(3));
        let hang: FaultRule = serde_json::from_str(r#"{"fault":"hang","at":"greeting"}"#).unwrap();
        assert_eq!(hang.fault, Fault::Hang { at: Stage::Greeting });
    }
}
