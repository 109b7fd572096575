//! What a webhook may look like, and when it is given up. Pure.

use std::time::Duration;

use kernel::Timestamp;

use crate::channels::RESPONSE_BYTES_MAX;

/// Webhooks one business may add.
pub(super) const WEBHOOKS_MAX: u64 = 50;
/// Event types one webhook may name; a wish for more is a wish for `*`.
pub(super) const EVENTS_MAX: usize = 200;
/// Longest description.
pub(super) const DESCRIPTION_CHARS_MAX: usize = 500;
/// How long a webhook may do nothing but fail before it is switched off.
pub(super) const FAILING_MAX: Duration = Duration::from_secs(5 * 24 * 3600);
/// How long one call may take.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(15);
/// Stands behind an answer that was longer.
pub(super) const CUT_MARK: &str = "\n[cut here]";
/// Bytes of an answer that are read and kept; the mark fits in behind them.
pub(super) const ANSWER_BYTES_MAX: usize = RESPONSE_BYTES_MAX - CUT_MARK.len();
/// Headers of an answer that are kept; a receiver that sends more shows that it does.
pub(super) const ANSWER_HEADERS_MAX: usize = 50;
/// Bytes of all of them together, names included; the mark comes behind them.
pub(super) const ANSWER_HEADERS_BYTES_MAX: usize = 8 * 1024;
/// The longest wait that a receiver can ask for.
pub(super) const RETRY_AFTER_MAX: Duration = Duration::from_secs(24 * 3600);
/// Characters of a body that a line of the log shows.
pub(super) const LOGGED_CHARS_MAX: usize = 4_000;
/// Deliveries of one page of the log unless asked otherwise.
pub(super) const LOGS_DEFAULT: usize = 20;
/// Most deliveries of one page of the log.
pub(super) const LOGS_MAX: usize = 50;

/// Whether it has failed for so long that nobody seems to be there.
pub(super) fn is_given_up(failing_since: Timestamp, now: Timestamp) -> bool {
    now.since(failing_since) >= FAILING_MAX
}
