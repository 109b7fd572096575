//! What the Cloud API's answers and reports mean.

use super::super::verdict::{
    Fate::{self, Dead, Held, Retry},
    Provider,
};
/// The Cloud API's error codes.
const BY_CODE: &[(u32, Fate, &str)] = &[
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

/// The Cloud API, as a delivery sees it.
pub(super) const CLOUD_API: Provider = Provider {
    name: "WhatsApp",
    by_code: BY_CODE,
    login_refused: "WHATSAPP_LOGIN_REFUSED",
    failed: "WHATSAPP_PROVIDER_FAILED",
    refused: "WHATSAPP_REFUSED",
    unreadable: "WHATSAPP_ANSWER_UNREADABLE",
    not_delivered: "WHATSAPP_NOT_DELIVERED",
    // All of these speak of permissions.
    line_of: |code| if (200..300).contains(&code) { 200 } else { code },
    of_the_provider: &["WHATSAPP_PROVIDER_FAILED", "WHATSAPP_UNREACHABLE", "WHATSAPP_ANSWER_UNREADABLE", "TIMEOUT"],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::verdict::{self, check_order};

    fn fate(status: u16, code: Option<u32>) -> (Fate, &'static str) {
        verdict::fate(&CLOUD_API, status, code)
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
        check_order(&CLOUD_API);
        assert_eq!(CLOUD_API.explain(Some(131_026), "").code, "NOT_ON_WHATSAPP");
        assert_eq!(CLOUD_API.explain(None, "").code, "WHATSAPP_NOT_DELIVERED");
    }
}
