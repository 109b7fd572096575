//! The states of an appointment and the moves between them.

use kernel::Problem;
use serde::{Deserialize, Serialize};

/// Where an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AppointmentStatus)]
pub enum Status {
    /// Asked for by a customer.
    Pending,
    /// Agreed by the business.
    Confirmed,
    /// The customer is being served.
    InProgress,
    /// The service was given.
    Completed,
    /// Either side called it off.
    Cancelled,
    /// The business said no.
    Rejected,
    /// The customer did not come.
    NoShow,
}

/// What somebody does to an appointment's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The business agrees.
    Confirm,
    /// The business declines.
    Reject,
    /// The service begins.
    Start,
    /// The service is done.
    Complete,
    /// Either side calls it off.
    Cancel,
    /// The customer did not come.
    NoShow,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Confirmed,
        Self::InProgress,
        Self::Completed,
        Self::Cancelled,
        Self::Rejected,
        Self::NoShow,
    ];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::NoShow => "no_show",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
    /// The status after a move, when the move is legal.
    pub fn after(self, step: Move) -> Option<Self> {
        match (self, step) {
            (Self::Pending, Move::Confirm) => Some(Self::Confirmed),
            (Self::Pending, Move::Reject) => Some(Self::Rejected),
            (Self::Pending | Self::Confirmed, Move::Cancel) => Some(Self::Cancelled),
            (Self::Confirmed, Move::Start) => Some(Self::InProgress),
            (Self::Confirmed | Self::InProgress, Move::Complete) => Some(Self::Completed),
            (Self::Confirmed, Move::NoShow) => Some(Self::NoShow),
            _ => None,
        }
    }
    /// Whether the time may still be moved.
    pub fn may_be_rescheduled(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed)
    }
    /// Whether the provider's time is kept for it. Time of a finished visit stays taken: it was used.
    pub fn holds_time(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Rejected)
    }
}

impl Move {
    /// The word used in refusals and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirmed",
            Self::Reject => "rejected",
            Self::Start => "started",
            Self::Complete => "completed",
            Self::Cancel => "cancelled",
            Self::NoShow => "marked as no-show",
        }
    }
}

/// The status after a legal move, or 409 `INVALID_TRANSITION`.
pub fn decide_move(from: Status, step: Move) -> Result<Status, Problem> {
    from.after(step).ok_or_else(|| invalid_transition(from, step.as_str()))
}

/// 409: the appointment is not in a state for this.
pub fn invalid_transition(from: Status, verb: &str) -> Problem {
    let words = from.as_str().replace('_', " ");
    Problem::conflict("INVALID_TRANSITION", format!("An appointment that is {words} cannot be {verb}."))
}

/// Who made the booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = AppointmentSource)]
pub enum Source {
    /// A customer, on the public page.
    Storefront,
    /// The business itself.
    Desk,
}

impl Source {
    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Storefront => "storefront",
            Self::Desk => "desk",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Storefront, Self::Desk].into_iter().find(|source| source.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOVES: [Move; 6] = [Move::Confirm, Move::Reject, Move::Start, Move::Complete, Move::Cancel, Move::NoShow];

    #[test]
    fn only_the_moves_of_the_contract_are_legal() {
        let mut legal = Vec::new();
        for from in Status::ALL {
            for step in MOVES {
                if let Some(to) = from.after(step) {
                    legal.push((from.as_str(), to.as_str()));
                }
            }
        }
        assert_eq!(
            legal,
            [
                ("pending", "confirmed"),
                ("pending", "rejected"),
                ("pending", "cancelled"),
                ("confirmed", "in_progress"),
                ("confirmed", "completed"),
                ("confirmed", "cancelled"),
                ("confirmed", "no_show"),
                ("in_progress", "completed"),
            ]
        );
    }

    #[test]
    fn an_illegal_move_is_a_conflict_with_its_code() {
        let problem = decide_move(Status::InProgress, Move::Cancel).unwrap_err();
        assert_eq!((problem.status, problem.code), (409, "INVALID_TRANSITION"));
        assert_eq!(problem.detail, "An appointment that is in progress cannot be cancelled.");
    }

    #[test]
    fn words_read_back() {
        assert!(Status::ALL.into_iter().all(|s| Status::parse(s.as_str()) == Some(s)));
        assert_eq!(Status::parse("gone"), None);
    }
}
