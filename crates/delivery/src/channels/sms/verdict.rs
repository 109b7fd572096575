//! What an answer of Twilio means for a delivery: one table by its error codes, and the HTTP status where it gives none.

use std::time::Duration;

use super::super::{Failure, Outcome};

/// What becomes of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Worth another try.
    Retry,
    /// Never worth another try.
    Dead,
    /// Somebody must change the account or the settings first.
    Held,
}
use Fate::{Dead, Held, Retry};

/// Twilio's error codes, of answers and of status callbacks alike.
const BY_CODE: [(u32, Fate, &str); 42] = [
    (14_107, Retry, "TOO_MANY_MESSAGES"),
    (20_003, Held, "SMS_LOGIN_REFUSED"),
    (20_005, Held, "SMS_ACCOUNT_CLOSED"),
    (20_006, Held, "SMS_LOGIN_REFUSED"),
    (20_008, Held, "SMS_LOGIN_REFUSED"),
    (20_404, Held, "SMS_LOGIN_REFUSED"),
    (20_429, Retry, "TOO_MANY_MESSAGES"),
    (20_500, Retry, "SMS_PROVIDER_FAILED"),
    (20_503, Retry, "SMS_PROVIDER_FAILED"),
    (21_211, Dead, "PHONE_INVALID"),
    (21_212, Held, "SENDER_REFUSED"),
    (21_214, Dead, "PHONE_UNREACHABLE"),
    (21_217, Dead, "PHONE_INVALID"),
    (21_265, Dead, "PHONE_INVALID"),
    (21_408, Held, "SMS_COUNTRY_OFF"),
    (21_602, Dead, "MESSAGE_EMPTY"),
    (21_603, Held, "SENDER_REFUSED"),
    (21_604, Dead, "PHONE_INVALID"),
    (21_606, Held, "SENDER_REFUSED"),
    (21_608, Held, "SMS_TRIAL_ACCOUNT"),
    (21_610, Dead, "UNSUBSCRIBED"),
    (21_611, Retry, "TOO_MANY_MESSAGES"),
    (21_612, Dead, "PHONE_UNREACHABLE"),
    (21_614, Dead, "PHONE_INVALID"),
    (21_617, Dead, "MESSAGE_TOO_LARGE"),
    (21_620, Dead, "MESSAGE_INVALID"),
    (21_659, Held, "SENDER_REFUSED"),
    (21_660, Held, "SENDER_REFUSED"),
    (21_661, Held, "SENDER_REFUSED"),
    (21_703, Held, "SENDER_REFUSED"),
    (21_705, Held, "SENDER_REFUSED"),
    (30_001, Retry, "TOO_MANY_MESSAGES"),
    (30_002, Held, "SMS_ACCOUNT_CLOSED"),
    (30_003, Dead, "PHONE_UNREACHABLE"),
    (30_004, Dead, "MESSAGE_BLOCKED"),
    (30_005, Dead, "PHONE_UNKNOWN"),
    (30_006, Dead, "PHONE_UNREACHABLE"),
    (30_007, Dead, "MESSAGE_BLOCKED"),
    (30_008, Dead, "SMS_NOT_DELIVERED"),
    (30_034, Held, "SENDER_REFUSED"),
    (30_410, Retry, "SMS_PROVIDER_FAILED"),
    (63_038, Retry, "TOO_MANY_MESSAGES"),
];

/// Codes that speak of the account or of Twilio, not of one recipient.
const OF_THE_PROVIDER: [&str; 3] = ["TOO_MANY_MESSAGES", "SMS_PROVIDER_FAILED", "SMS_UNREACHABLE"];

/// Whether a failure says that the next message by the same account would fare no better.
pub(super) fn is_of_the_provider(failure: &Failure) -> bool {
    OF_THE_PROVIDER.contains(&failure.code)
}

/// What becomes of a delivery whose message was not taken.
pub(super) fn decide(status: u16, code: Option<u32>, words: &str, after: Option<Duration>) -> Outcome {
    let (fate, word) = code.and_then(by_code).unwrap_or_else(|| by_status(status));
    let failure = Failure { code: word, error: sentence(code, words, status) };
    match fate {
        Retry => Outcome::Retry { failure, after },
        Dead => Outcome::Dead { failure },
        Held => Outcome::Held { reason: failure },
    }
}

/// Why a message that was taken did not arrive, from a status callback.
pub(super) fn explain(code: Option<u32>) -> Failure {
    let word = code.and_then(by_code).map_or("SMS_NOT_DELIVERED", |(_, word)| word);
    let error = match code {
        Some(code) => format!("Twilio could not deliver the message (error {code})."),
        None => "Twilio could not deliver the message.".to_owned(),
    };
    Failure { code: word, error }
}

fn by_code(code: u32) -> Option<(Fate, &'static str)> {
    BY_CODE.binary_search_by_key(&code, |(known, ..)| *known).ok().map(|at| (BY_CODE[at].1, BY_CODE[at].2))
}

const fn by_status(status: u16) -> (Fate, &'static str) {
    match status {
        401 | 403 | 404 => (Held, "SMS_LOGIN_REFUSED"),
        408 | 425 | 500..=599 => (Retry, "SMS_PROVIDER_FAILED"),
        429 => (Retry, "TOO_MANY_MESSAGES"),
        400..=499 => (Dead, "SMS_REFUSED"),
        _ => (Retry, "SMS_ANSWER_UNREADABLE"),
    }
}

fn sentence(code: Option<u32>, words: &str, status: u16) -> String {
    match code {
        Some(code) if !words.is_empty() => format!("Twilio said: {words} (error {code})"),
        Some(code) => format!("Twilio said: error {code}"),
        None => format!("Twilio answered with HTTP {status}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(status: u16, code: Option<u32>) -> (Fate, &'static str) {
        match decide(status, code, "words", Some(Duration::from_secs(7))) {
            Outcome::Retry { failure, after } => {
                assert_eq!(after, Some(Duration::from_secs(7)));
                (Retry, failure.code)
            }
            Outcome::Dead { failure } => (Dead, failure.code),
            Outcome::Held { reason } => (Held, reason.code),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_twilio_answers_means_what_it_says() {
        assert_eq!(fate(400, Some(21_211)), (Dead, "PHONE_INVALID"));
        assert_eq!(fate(400, Some(21_610)), (Dead, "UNSUBSCRIBED"));
        assert_eq!(fate(429, Some(20_429)), (Retry, "TOO_MANY_MESSAGES"));
        assert_eq!(fate(429, None), (Retry, "TOO_MANY_MESSAGES"));
        assert_eq!(fate(401, Some(20_003)), (Held, "SMS_LOGIN_REFUSED"));
        assert_eq!(fate(404, Some(20_404)), (Held, "SMS_LOGIN_REFUSED"));
        assert_eq!(fate(400, Some(99_999)), (Dead, "SMS_REFUSED"));
        assert_eq!(fate(503, None), (Retry, "SMS_PROVIDER_FAILED"));
        assert_eq!(fate(200, None), (Retry, "SMS_ANSWER_UNREADABLE"));
    }

    #[test]
    fn the_table_is_in_order_so_that_every_line_is_found() {
        for (code, fate, word) in BY_CODE {
            assert_eq!(by_code(code), Some((fate, word)));
        }
        assert_eq!(explain(Some(30_003)).code, "PHONE_UNREACHABLE");
        assert_eq!(explain(None).code, "SMS_NOT_DELIVERED");
    }
}
