//! Quiet hours and the hour of the daily mail: pure, with time and zone handed in. Both are meant on the person's own wall
//! clock, so a day with 23 or 25 hours has no quiet hours that are too long or a mail that comes twice.

use jiff::{
    ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use kernel::Timestamp;

use super::model::QuietHours;

/// `22:00`, from 00:00 to 23:59.
pub(crate) fn parse_time(text: &str) -> Option<Time> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits =
        |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok());
    Time::new(two_digits(hours)??, two_digits(minutes)??, 0, 0).ok()
}

/// When this person may be disturbed again; `None` when they may be now.
pub fn quiet_until(quiet: &QuietHours, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    if !quiet.enabled {
        return None;
    }
    let (from, to) = (parse_time(&quiet.from)?, parse_time(&quiet.to)?);
    let local = now.to_jiff()?.to_zoned(zone.clone());
    let (date, time) = (local.date(), local.time());
    let end = if from < to {
        (from <= time && time < to).then_some(date)
    } else if from > to {
        if time >= from { date.tomorrow().ok() } else { (time < to).then_some(date) }
    } else {
        None
    };
    // The wall clock may pass the end twice, when it is put back: the first time counts, unless it is over.
    let ends = end.and_then(|date| at(zone, date, to)).filter(|end| *end > now)?;
    Some(ends)
}

/// When this wall clock shows the time next, after now.
pub fn next_at(time: Time, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today = now.to_jiff()?.to_zoned(zone.clone()).date();
    let days = [Some(today), today.checked_add(1.day()).ok()];
    days.into_iter().flatten().filter_map(|date| at(zone, date, time)).find(|at| *at > now)
}

/// A time that a day leaves out is taken for the first one after it.
fn at(zone: &TimeZone, date: Date, time: Time) -> Option<Timestamp> {
    let there = zone.to_ambiguous_zoned(date.to_datetime(time)).compatible().ok()?;
    Some(Timestamp::from_jiff(there.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn until(from: &str, to: &str, zone: &str, now: &str) -> Option<Timestamp> {
        let quiet = QuietHours { enabled: true, from: from.to_owned(), to: to.to_owned() };
        quiet_until(&quiet, &TimeZone::get(zone).unwrap(), at(now))
    }

    #[test]
    fn quiet_hours_go_across_midnight_in_the_persons_own_zone() {
        // Nairobi is three hours ahead of UTC.
        let nairobi = |now| until("22:00", "07:00", "Africa/Nairobi", now);
        assert_eq!(nairobi("2026-11-20T18:59:59Z"), None);
        assert_eq!(nairobi("2026-11-20T19:00:00Z"), Some(at("2026-11-21T04:00:00Z")));
        assert_eq!(nairobi("2026-11-20T21:30:00Z"), Some(at("2026-11-21T04:00:00Z")));
        assert_eq!(nairobi("2026-11-21T03:59:59Z"), Some(at("2026-11-21T04:00:00Z")));
        assert_eq!(nairobi("2026-11-21T04:00:00Z"), None);
    }

    #[test]
    fn quiet_hours_within_a_day_and_none_at_all() {
        let noon = |now| until("12:00", "14:00", "UTC", now);
        assert_eq!(noon("2026-11-20T13:00:00Z"), Some(at("2026-11-20T14:00:00Z")));
        assert_eq!(noon("2026-11-20T14:00:00Z"), None);
        assert_eq!(until("07:00", "07:00", "UTC", "2026-11-20T07:00:00Z"), None);
        let off = QuietHours::default();
        assert_eq!(quiet_until(&off, &TimeZone::UTC, at("2026-11-20T23:00:00Z")), None);
    }

    #[test]
    fn a_night_with_a_changed_clock_ends_when_the_wall_clock_says_so() {
        // Berlin goes from 2:00 to 3:00 on 29 March 2026, and from 3:00 back to 2:00 on 25 October.
        let berlin = |from, to, now| until(from, to, "Europe/Berlin", now);
        assert_eq!(berlin("22:00", "07:00", "2026-03-28T23:00:00Z"), Some(at("2026-03-29T05:00:00Z")));
        assert_eq!(berlin("22:00", "07:00", "2026-10-24T22:00:00Z"), Some(at("2026-10-25T06:00:00Z")));
        // 2:30 is left out in March: the clock shows 3:30 where it would have been.
        assert_eq!(berlin("22:00", "02:30", "2026-03-29T00:30:00Z"), Some(at("2026-03-29T01:30:00Z")));
        // 2:30 comes twice in October: the first one counts, and the second is not quiet again.
        assert_eq!(berlin("22:00", "02:30", "2026-10-25T00:10:00Z"), Some(at("2026-10-25T00:30:00Z")));
        assert_eq!(berlin("22:00", "02:30", "2026-10-25T01:10:00Z"), None);
    }

    #[test]
    fn the_daily_mail_comes_once_a_day_whatever_the_clock_does() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let next = |time: &str, now: &str| next_at(parse_time(time).unwrap(), &berlin, at(now)).unwrap();
        assert_eq!(next("08:00", "2026-03-28T07:00:00Z"), at("2026-03-29T06:00:00Z"));
        assert_eq!(next("08:00", "2026-03-28T06:59:59Z"), at("2026-03-28T07:00:00Z"));
        assert_eq!(next("02:30", "2026-10-25T00:30:00Z"), at("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn times_are_two_digits_each() {
        for good in ["00:00", "07:05", "23:59"] {
            assert!(parse_time(good).is_some(), "{good}");
        }
        for bad in ["", "7:00", "24:00", "12:60", "12-30", "12:3", "aa:bb", "12:30:00", "+1:00"] {
            assert!(parse_time(bad).is_none(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn quiet_hours_always_end_within_a_day_and_are_over_then(
            from in 0_i8..24, to in 0_i8..24, millis in 1_700_000_000_000_i64..1_900_000_000_000
        ) {
            let quiet = QuietHours { enabled: true, from: format!("{from:02}:00"), to: format!("{to:02}:00") };
            let zone = TimeZone::get("Europe/Berlin").unwrap();
            let now = Timestamp::from_millis(millis);
            if let Some(end) = quiet_until(&quiet, &zone, now) {
                prop_assert!(end > now && end.since(now) <= std::time::Duration::from_secs(25 * 3600));
                prop_assert_eq!(quiet_until(&quiet, &zone, end), None);
            }
        }
    }
}
