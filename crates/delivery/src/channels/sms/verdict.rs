//! What Twilio's answers and status callbacks mean.

use super::super::verdict::{
    Fate::{self, Dead, Held, Retry},
    Provider,
};
/// Twilio's error codes.
const BY_CODE: &[(u32, Fate, &str)] = &[
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

/// Twilio, as a delivery sees it.
pub(super) const TWILIO: Provider = Provider {
    name: "Twilio",
    by_code: BY_CODE,
    login_refused: "SMS_LOGIN_REFUSED",
    failed: "SMS_PROVIDER_FAILED",
    refused: "SMS_REFUSED",
    unreadable: "SMS_ANSWER_UNREADABLE",
    not_delivered: "SMS_NOT_DELIVERED",
    line_of: |code| code,
    of_the_provider: &["TOO_MANY_MESSAGES", "SMS_PROVIDER_FAILED", "SMS_UNREACHABLE"],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::verdict::{self, check_order};

    fn fate(status: u16, code: Option<u32>) -> (Fate, &'static str) {
        verdict::fate(&TWILIO, status, code)
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
        check_order(&TWILIO);
        assert_eq!(TWILIO.explain(Some(30_003), "").code, "PHONE_UNREACHABLE");
        assert_eq!(TWILIO.explain(None, "").code, "SMS_NOT_DELIVERED");
    }
}
