//! Where a paired phone stands, and what moves it. Pure: one table, from what is and what is heard to what becomes.

use serde::Serialize;

/// Where the session of a business stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// Nobody asked for one yet.
    NotInitialized,
    /// A code waits to be scanned.
    QrReady,
    /// The phone was paired; the connection is being set up.
    Authenticated,
    /// It can send.
    Ready,
    /// The connection was lost.
    Disconnected,
    /// WhatsApp refused the pairing or the session.
    AuthFailed,
    /// It was ended here or on the phone.
    LoggedOut,
}

use SessionStatus::{AuthFailed, Authenticated, Disconnected, LoggedOut, NotInitialized, QrReady, Ready};

impl SessionStatus {
    /// All of them.
    pub const ALL: [Self; 7] = [NotInitialized, QrReady, Authenticated, Ready, Disconnected, AuthFailed, LoggedOut];

    /// The word stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            NotInitialized => "not_initialized",
            QrReady => "qr_ready",
            Authenticated => "authenticated",
            Ready => "ready",
            Disconnected => "disconnected",
            AuthFailed => "auth_failed",
            LoggedOut => "logged_out",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// What a session tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// This text is to be shown as a code to scan.
    Code(String),
    /// The phone was paired.
    Paired,
    /// It can send.
    Connected,
    /// The connection is gone; it comes back by itself if it can.
    Lost(String),
    /// WhatsApp does not let it in for now: the number is banned for a while, say. A pairing stays.
    Barred(String),
    /// Nobody scanned a code in time; no more will come.
    Expired,
    /// WhatsApp refuses; it must be paired anew.
    Refused(String),
    /// It was ended, here or on the phone.
    Ended(String),
    /// These messages arrived at their recipients.
    Arrived(Vec<String>),
}

/// What becomes of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it stands now.
    pub status: SessionStatus,
    /// Why, where somebody may ask.
    pub reason: Option<String>,
    /// Whether it goes on by itself, also after a restart.
    pub goes_on: bool,
    /// Whether a phone is paired with it.
    pub paired: bool,
}

/// What follows a signal; nothing, when it comes too late or changes nothing.
pub fn decide(present: SessionStatus, signal: &Signal) -> Option<Step> {
    let step = |status, reason: Option<&str>, goes_on, paired| {
        Some(Step { status, reason: reason.map(str::to_owned), goes_on, paired })
    };
    match (present, signal) {
        // After the end nothing counts but a new code, which a person asked for.
        (
            LoggedOut | AuthFailed,
            Signal::Paired | Signal::Connected | Signal::Lost(_) | Signal::Barred(_) | Signal::Expired,
        ) => None,
        (LoggedOut, Signal::Ended(_) | Signal::Refused(_)) => None,
        (Authenticated | Ready, Signal::Code(_) | Signal::Expired) => None,
        (_, Signal::Code(_)) => step(QrReady, None, true, false),
        (Ready, Signal::Paired | Signal::Connected) | (Authenticated, Signal::Paired) => None,
        (_, Signal::Paired) => step(Authenticated, None, true, true),
        (_, Signal::Connected) => step(Ready, None, true, true),
        // An unpaired session asks for codes again by itself; a lost one of a paired phone is told.
        (NotInitialized | QrReady | Disconnected, Signal::Lost(_)) => None,
        (Authenticated | Ready, Signal::Lost(reason)) => step(Disconnected, Some(reason), true, true),
        // Also of one that was lost before, so that somebody reads why it does not come back.
        (Authenticated | Ready | Disconnected, Signal::Barred(reason)) => step(Disconnected, Some(reason), true, true),
        (NotInitialized | QrReady, Signal::Barred(reason)) => step(AuthFailed, Some(reason), false, false),
        (NotInitialized | QrReady | Disconnected, Signal::Expired) => {
            step(Disconnected, Some("Nobody scanned the code in time."), false, false)
        }
        (_, Signal::Refused(reason)) => step(AuthFailed, Some(reason), false, false),
        (_, Signal::Ended(reason)) => step(LoggedOut, Some(reason), false, false),
        (_, Signal::Arrived(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The row a session is in, the column it hears: code, paired, connected, lost, barred, expired, refused, ended.
    const TABLE: [(SessionStatus, [Option<SessionStatus>; 8]); 7] = [
        (
            NotInitialized,
            [
                Some(QrReady),
                Some(Authenticated),
                Some(Ready),
                None,
                Some(AuthFailed),
                Some(Disconnected),
                Some(AuthFailed),
                Some(LoggedOut),
            ],
        ),
        (
            QrReady,
            [
                Some(QrReady),
                Some(Authenticated),
                Some(Ready),
                None,
                Some(AuthFailed),
                Some(Disconnected),
                Some(AuthFailed),
                Some(LoggedOut),
            ],
        ),
        (
            Authenticated,
            [None, None, Some(Ready), Some(Disconnected), Some(Disconnected), None, Some(AuthFailed), Some(LoggedOut)],
        ),
        (Ready, [None, None, None, Some(Disconnected), Some(Disconnected), None, Some(AuthFailed), Some(LoggedOut)]),
        (
            Disconnected,
            [
                Some(QrReady),
                Some(Authenticated),
                Some(Ready),
                None,
                Some(Disconnected),
                Some(Disconnected),
                Some(AuthFailed),
                Some(LoggedOut),
            ],
        ),
        (AuthFailed, [Some(QrReady), None, None, None, None, None, Some(AuthFailed), Some(LoggedOut)]),
        (LoggedOut, [Some(QrReady), None, None, None, None, None, None, None]),
    ];

    fn signals() -> [Signal; 8] {
        let why = || "why".to_owned();
        [
            Signal::Code("2@x".to_owned()),
            Signal::Paired,
            Signal::Connected,
            Signal::Lost(why()),
            Signal::Barred(why()),
            Signal::Expired,
            Signal::Refused(why()),
            Signal::Ended(why()),
        ]
    }

    #[test]
    fn every_signal_in_every_state_does_what_the_table_says() {
        for (present, row) in TABLE {
            for (signal, expected) in signals().iter().zip(row) {
                let becomes = decide(present, signal).map(|step| step.status);
                assert_eq!(becomes, expected, "{present:?} hears {signal:?}");
            }
        }
    }

    #[test]
    fn only_a_paired_session_goes_on_by_itself_after_the_code() {
        for present in SessionStatus::ALL {
            for signal in signals() {
                let Some(step) = decide(present, &signal) else { continue };
                let is_away = step.status == Disconnected && matches!(signal, Signal::Lost(_) | Signal::Barred(_));
                let is_paired = is_away || matches!(step.status, Authenticated | Ready);
                assert_eq!(step.paired, is_paired, "{present:?} hears {signal:?}");
                assert_eq!(step.goes_on, is_paired || step.status == QrReady, "{present:?} hears {signal:?}");
            }
        }
    }

    #[test]
    fn what_arrived_moves_nothing_and_each_state_has_one_word() {
        for status in SessionStatus::ALL {
            assert_eq!(decide(status, &Signal::Arrived(vec!["A".to_owned()])), None);
            assert_eq!(SessionStatus::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert_eq!(SessionStatus::parse("asleep"), None);
    }
}
