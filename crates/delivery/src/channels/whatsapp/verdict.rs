//! What an answer of the Cloud API means for a delivery: one table by its error codes, and the HTTP status where it gives
//! none.

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

/// The Cloud API's error codes, of answers and of reports alike.
const BY_CODE: [(u32, Fate, &str); 39] = [
    (0, Held, "WHATSAPP_LOGIN_REFUSED"),
    (1, Retry, "WHATSAPP_PROVIDER_FAILED"),
    (2, Retry, "WHATSAPP_PROVIDER_FAILED"),
    (3, Held, "WHATSAPP_LOGIN_REFUSED"),
    (4, Retry, "TOO_MANY_MESSAGES"),
    (10, Held, "WHATSAPP_LOGIN_REFUSED"),
    (33, Held, "WHATSAPP_ACCOUNT_CLOSED"),
    (100, Dead, "MESSAGE_INVALID"),
    (190, Held, "WHATSAPP_LOGIN_REFUSED"),
    (200, Held, "WHATSAPP_LOGIN_REFUSED"),
    (368, Held, "WHATSAPP_ACCOUNT_CLOSED"),
    (80_007, Retry, "TOO_MANY_MESSAGES"),
    (130_429, Retry, "TOO_MANY_MESSAGES"),
    (130_472, Dead, "MESSAGE_BLOCKED"),
    (130_497, Dead, "MESSAGE_BLOCKED"),
    (131_000, Retry, "WHATSAPP_PROVIDER_FAILED"),
    (131_005, Held, "WHATSAPP_LOGIN_REFUSED"),
    (131_008, Dead, "MESSAGE_INVALID"),
    (131_009, Dead, "MESSAGE_INVALID"),
    (131_016, Retry, "WHATSAPP_PROVIDER_FAILED"),
    (131_021, Dead, "PHONE_INVALID"),
    (131_026, Dead, "NOT_ON_WHATSAPP"),
    (131_030, Held, "WHATSAPP_TEST_NUMBER"),
    (131_031, Held, "WHATSAPP_ACCOUNT_CLOSED"),
    (131_037, Held, "WHATSAPP_ACCOUNT_CLOSED"),
    (131_042, Held, "WHATSAPP_ACCOUNT_CLOSED"),
    (131_045, Held, "WHATSAPP_ACCOUNT_CLOSED"),
    (131_047, Dead, "WHATSAPP_WINDOW_CLOSED"),
    (131_048, Retry, "TOO_MANY_MESSAGES"),
    (131_049, Dead, "MESSAGE_BLOCKED"),
    (131_050, Dead, "UNSUBSCRIBED"),
    (131_051, Dead, "MESSAGE_INVALID"),
    (131_052, Dead, "MEDIA_UNREADABLE"),
    (131_053, Dead, "MEDIA_UNREADABLE"),
    (131_056, Retry, "TOO_MANY_MESSAGES"),
    (131_057, Retry, "WHATSAPP_PROVIDER_FAILED"),
    (133_004, Retry, "WHATSAPP_PROVIDER_FAILED"),
    (133_010, Held, "WHATSAPP_ACCOUNT_CLOSED"),
    (135_000, Retry, "WHATSAPP_PROVIDER_FAILED"),
];

/// Codes that speak of the number or of WhatsApp, not of one recipient.
const OF_THE_PROVIDER: [&str; 4] =
    ["WHATSAPP_PROVIDER_FAILED", "WHATSAPP_UNREACHABLE", "WHATSAPP_ANSWER_UNREADABLE", "TIMEOUT"];

/// Whether a failure says that the next message by the same number would fare no better.
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

/// Why a message that was taken did not arrive, from a report.
pub(super) fn explain(code: Option<u32>, words: &str) -> Failure {
    let word = code.and_then(by_code).map_or("WHATSAPP_NOT_DELIVERED", |(_, word)| word);
    let error = match code {
        Some(code) if !words.is_empty() => format!("WhatsApp could not deliver the message: {words} (error {code})"),
        Some(code) => format!("WhatsApp could not deliver the message (error {code})."),
        None => "WhatsApp could not deliver the message.".to_owned(),
    };
    Failure { code: word, error }
}

fn by_code(code: u32) -> Option<(Fate, &'static str)> {
    // All of these speak of permissions.
    let code = if (200..300).contains(&code) { 200 } else { code };
    BY_CODE.binary_search_by_key(&code, |(known, ..)| *known).ok().map(|at| (BY_CODE[at].1, BY_CODE[at].2))
}

const fn by_status(status: u16) -> (Fate, &'static str) {
    match status {
        401 | 403 | 404 => (Held, "WHATSAPP_LOGIN_REFUSED"),
        408 | 425 | 500..=599 => (Retry, "WHATSAPP_PROVIDER_FAILED"),
        429 => (Retry, "TOO_MANY_MESSAGES"),
        400..=499 => (Dead, "WHATSAPP_REFUSED"),
        _ => (Retry, "WHATSAPP_ANSWER_UNREADABLE"),
    }
}

fn sentence(code: Option<u32>, words: &str, status: u16) -> String {
    match code {
        Some(code) if !words.is_empty() => format!("WhatsApp said: {words} (error {code})"),
        Some(code) => format!("WhatsApp said: error {code}"),
        None => format!("WhatsApp answered with HTTP {status}."),
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
    fn what_the_cloud_api_answers_means_what_it_says() {
        assert_eq!(fate(400, Some(131_026)), (Dead, "NOT_ON_WHATSAPP"));
        assert_eq!(fate(400, Some(131_056)), (Retry, "TOO_MANY_MESSAGES"));
        assert_eq!(fate(429, Some(130_429)), (Retry, "TOO_MANY_MESSAGES"));
        assert_eq!(fate(401, Some(190)), (Held, "WHATSAPP_LOGIN_REFUSED"));
        assert_eq!(fate(403, Some(299)), (Held, "WHATSAPP_LOGIN_REFUSED"));
        assert_eq!(fate(400, Some(131_047)), (Dead, "WHATSAPP_WINDOW_CLOSED"));
        assert_eq!(fate(400, Some(999_999)), (Dead, "WHATSAPP_REFUSED"));
        assert_eq!(fate(503, None), (Retry, "WHATSAPP_PROVIDER_FAILED"));
        assert_eq!(fate(200, None), (Retry, "WHATSAPP_ANSWER_UNREADABLE"));
    }

    #[test]
    fn the_table_is_in_order_so_that_every_line_is_found() {
        for (code, fate, word) in BY_CODE {
            assert_eq!(by_code(code), Some((fate, word)));
        }
        assert_eq!(explain(Some(131_026), "").code, "NOT_ON_WHATSAPP");
        assert_eq!(explain(None, "").code, "WHATSAPP_NOT_DELIVERED");
    }
}
