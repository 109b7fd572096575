//! When people write to a salon and a salon answers: between morning and evening on its own clock. Where the demo is filled
//! at night, the last thing that happened is of the evening before.

use jiff::tz::TimeZone;
use kernel::Timestamp;

use super::stage::{DAY, HOUR, MINUTE};

/// Since midnight.
pub(super) const MORNING: i64 = 8 * HOUR + 20 * MINUTE;
/// Since midnight.
pub(super) const EVENING: i64 = 20 * HOUR;

/// When the date of this moment began; times are in milliseconds here.
pub(super) fn midnight(zone: &TimeZone, at: i64) -> Option<i64> {
    let local = Timestamp::from_millis(at).to_jiff()?.to_zoned(zone.clone());
    Some(local.start_of_day().ok()?.timestamp().as_millisecond())
}

/// The latest moment by day that is not after this one.
pub(super) fn latest(zone: &TimeZone, at: i64) -> i64 {
    match midnight(zone, at) {
        Some(midnight) if at < midnight + MORNING => midnight - DAY + EVENING,
        Some(midnight) => at.min(midnight + EVENING),
        None => at,
    }
}

/// So long before a moment, where only time by day passes.
pub(super) fn back(zone: &TimeZone, at: i64, millis: i64) -> i64 {
    let (mut at, mut left) = (latest(zone, at), millis);
    while let Some(morning) = midnight(zone, at).map(|midnight| midnight + MORNING) {
        if left <= at - morning {
            break;
        }
        left -= at - morning;
        at = latest(zone, morning - 1);
    }
    at - left
}

#[cfg(test)]
mod tests {
    use kernel::text::parse_zone;

    use super::*;

    /// Friday, 2026-11-20, midnight in Nairobi.
    const FRIDAY: i64 = 1_795_122_000_000;

    #[test]
    fn the_night_belongs_to_the_evening_before() {
        let zone = parse_zone("Africa/Nairobi").unwrap();
        assert_eq!(latest(&zone, FRIDAY + 3 * HOUR), FRIDAY - 4 * HOUR);
        assert_eq!(latest(&zone, FRIDAY + 14 * HOUR), FRIDAY + 14 * HOUR);
        assert_eq!(latest(&zone, FRIDAY + 23 * HOUR), FRIDAY + EVENING);
    }

    #[test]
    fn only_time_by_day_passes() {
        let zone = parse_zone("Africa/Nairobi").unwrap();
        assert_eq!(back(&zone, FRIDAY + 14 * HOUR, HOUR), FRIDAY + 13 * HOUR);
        assert_eq!(back(&zone, FRIDAY + 23 * HOUR, HOUR), FRIDAY + 19 * HOUR);
        assert_eq!(back(&zone, FRIDAY + MORNING + 10 * MINUTE, HOUR), FRIDAY - DAY + EVENING - 50 * MINUTE);
        let day = EVENING - MORNING;
        assert_eq!(back(&zone, FRIDAY + 3 * HOUR, 2 * day + HOUR), FRIDAY - 3 * DAY + EVENING - HOUR);
    }
}
