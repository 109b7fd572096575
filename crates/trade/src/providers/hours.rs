//! Weekly hours and what they mean on a given date. Hours are wall-clock times; a place is open at an instant when the
//! clock on its wall reads a time within the hours of that weekday. Where clocks jump ahead the missing hour is missing
//! from the hours too, and where they fall back it counts twice.

use std::fmt;

use jiff::{civil::Date, tz::TimeZone};
use kernel::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Ranges one weekday may have: morning, afternoon, evening and some to spare.
pub const RANGES_PER_DAY_MAX: usize = 8;
/// The end of a day, written `24:00`.
const DAY_MINUTES: u16 = 24 * 60;
const MINUTE_MS: i64 = 60_000;

/// A stretch of time, start included, end not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// The first instant in it.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

impl Interval {
    /// From `start` for some minutes.
    pub fn of_minutes(start: Timestamp, minutes: u32) -> Self {
        Self { start, end: Timestamp::from_millis(start.millis().saturating_add(i64::from(minutes) * MINUTE_MS)) }
    }
    /// Whether the other one lies in this one.
    pub fn contains(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
    /// Whether they share an instant.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
    /// What they share, when they share anything.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let shared = Self { start: self.start.max(other.start), end: self.end.min(other.end) };
        (shared.start < shared.end).then_some(shared)
    }
    /// Its length in milliseconds.
    pub fn millis(&self) -> i64 {
        self.end.millis() - self.start.millis()
    }
}

/// Sorts intervals and joins those that touch or overlap.
pub fn merge(mut intervals: Vec<Interval>) -> Vec<Interval> {
    intervals.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(intervals.len());
    for next in intervals {
        match merged.last_mut() {
            Some(last) if next.start <= last.end => last.end = last.end.max(next.end),
            _ => merged.push(next),
        }
    }
    merged
}

/// A time on the wall clock in whole minutes, `00:00` to `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WallTime(u16);

impl WallTime {
    /// From minutes since midnight, at most 1,440.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= DAY_MINUTES).then_some(Self(minutes))
    }
    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }
    /// Reads `HH:MM`.
    pub fn parse(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let two_digits = |t: &str| t.len() == 2 && t.bytes().all(|b| b.is_ascii_digit());
        if !two_digits(hours) || !two_digits(minutes) {
            return None;
        }
        let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
        if minutes > 59 {
            return None;
        }
        Self::from_minutes(hours * 60 + minutes)
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
impl Serialize for WallTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for WallTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("expected a time of day such as 09:30"))
    }
}

/// Open on one weekday from one time to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenRange {
    /// 1 = Monday to 7 = Sunday.
    #[schema(minimum = 1, maximum = 7)]
    pub day: u8,
    /// Opens, `HH:MM`.
    #[schema(value_type = String, example = "09:00")]
    pub start: WallTime,
    /// Closes, `HH:MM`; `24:00` is midnight.
    #[schema(value_type = String, example = "18:00")]
    pub end: WallTime,
}

/// Why weekly hours were refused, with the position of the range at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// Not 1 to 7.
    #[error("a day is a number from 1 (Monday) to 7 (Sunday)")]
    Day(usize),
    /// Ends before it starts, or at once.
    #[error("a range must end after it starts; split one that passes midnight in two")]
    Order(usize),
    /// Two ranges of a day share time.
    #[error("two ranges of the same day overlap")]
    Overlap(usize),
    /// Over [`RANGES_PER_DAY_MAX`].
    #[error("a day may have at most {RANGES_PER_DAY_MAX} ranges")]
    TooMany(usize),
}

impl HoursError {
    /// Position of the range at fault, as it was sent.
    pub fn position(self) -> usize {
        match self {
            Self::Day(at) | Self::Order(at) | Self::Overlap(at) | Self::TooMany(at) => at,
        }
    }
}

/// When a provider can be booked, week after week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeeklyHours(Vec<OpenRange>);

impl WeeklyHours {
    /// Checks ranges as they were sent, in any order.
    pub fn parse(ranges: Vec<OpenRange>) -> Result<Self, HoursError> {
        for (at, range) in ranges.iter().enumerate() {
            if !(1..=7).contains(&range.day) {
                return Err(HoursError::Day(at));
            }
            if range.start >= range.end {
                return Err(HoursError::Order(at));
            }
            let earlier = ranges[..at].iter().filter(|r| r.day == range.day);
            if earlier.clone().count() >= RANGES_PER_DAY_MAX {
                return Err(HoursError::TooMany(at));
            }
            if earlier.into_iter().any(|r| r.start < range.end && range.start < r.end) {
                return Err(HoursError::Overlap(at));
            }
        }
        Ok(Self::from_stored(ranges))
    }
    /// From rows that were checked when they were written.
    pub fn from_stored(mut ranges: Vec<OpenRange>) -> Self {
        ranges.sort_unstable();
        Self(ranges)
    }
    /// Monday to Saturday, 9:00 to 18:00: how a new business is open.
    pub fn of_new_business() -> Self {
        Self((1..=6).map(|day| OpenRange { day, start: WallTime(9 * 60), end: WallTime(18 * 60) }).collect())
    }
    /// The ranges by day and time.
    pub fn ranges(&self) -> &[OpenRange] {
        &self.0
    }
    /// Whether there is no open minute in the week.
    pub fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    /// The instants at which the place is open on the dates from `first` to `last`, joined where they touch.
    pub fn open_between(&self, zone: &TimeZone, first: Date, last: Date) -> Vec<Interval> {
        let dates = first.series(jiff::Span::new().days(1)).take_while(|date| *date <= last);
        merge(dates.flat_map(|date| self.open_on(zone, date)).collect())
    }

    fn open_on(&self, zone: &TimeZone, date: Date) -> Vec<Interval> {
        let day = u8::try_from(date.weekday().to_monday_one_offset()).unwrap_or(0);
        let ranges: Vec<&OpenRange> = self.0.iter().filter(|r| r.day == day).collect();
        if ranges.is_empty() {
            return Vec::new();
        }
        let on_piece = |piece: Piece| {
            let open = |range: &&OpenRange| {
                let wall = |time: WallTime| Timestamp::from_millis(piece.midnight_ms + i64::from(time.0) * MINUTE_MS);
                piece.interval.intersection(&Interval { start: wall(range.start), end: wall(range.end) })
            };
            ranges.iter().filter_map(open).collect::<Vec<_>>()
        };
        pieces_of(zone, date).into_iter().flat_map(on_piece).collect()
    }
}

/// A part of a date during which the zone's offset stays the same.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// The part.
    pub interval: Interval,
    /// Where midnight of the date would be by this offset, in milliseconds.
    pub midnight_ms: i64,
}

/// The date's instants, cut wherever the clocks change.
pub fn pieces_of(zone: &TimeZone, date: Date) -> Vec<Piece> {
    let Some(day) = day_interval(zone, date) else { return Vec::new() };
    let (Some(start), Some(end)) = (day.start.to_jiff(), day.end.to_jiff()) else { return Vec::new() };
    let changes = zone.following(start).map(|change| change.timestamp()).take_while(|at| *at < end);
    let mut cuts: Vec<jiff::Timestamp> = std::iter::once(start).chain(changes).collect();
    cuts.push(end);
    let midnight = date.at(0, 0, 0, 0);
    let piece = |pair: &[jiff::Timestamp]| {
        let midnight = zone.to_offset(pair[0]).to_timestamp(midnight).ok()?;
        let interval = Interval { start: Timestamp::from_jiff(pair[0]), end: Timestamp::from_jiff(pair[1]) };
        Some(Piece { interval, midnight_ms: midnight.as_millisecond() })
    };
    cuts.windows(2).filter_map(piece).collect()
}

/// From the first instant of a date to the first of the next; `None` at the end of the calendar.
pub fn day_interval(zone: &TimeZone, date: Date) -> Option<Interval> {
    let first = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0)).ok().map(Timestamp::from_jiff);
    let day = Interval { start: first(date)?, end: first(date.tomorrow().ok()?)? };
    (day.start < day.end).then_some(day)
}

/// The date on the wall calendar at an instant.
pub fn date_at(zone: &TimeZone, at: Timestamp) -> Option<Date> {
    at.to_jiff().map(|at| zone.to_datetime(at).date())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(day: u8, start: &str, end: &str) -> OpenRange {
        OpenRange { day, start: WallTime::parse(start).unwrap(), end: WallTime::parse(end).unwrap() }
    }
    fn daily(start: &str, end: &str) -> WeeklyHours {
        WeeklyHours::parse((1..=7).map(|day| range(day, start, end)).collect()).unwrap()
    }
    fn open(hours: &WeeklyHours, zone: &str, date: &str) -> Vec<(String, String)> {
        let (zone, date) = (TimeZone::get(zone).unwrap(), date.parse().unwrap());
        let open = hours.open_between(&zone, date, date);
        open.iter().map(|i| (i.start.to_string(), i.end.to_string())).collect()
    }
    fn pair(start: &str, end: &str) -> (String, String) {
        (start.to_owned(), end.to_owned())
    }

    #[test]
    fn hours_are_wall_clock_times_of_the_zone() {
        let hours = WeeklyHours::of_new_business();
        let monday = open(&hours, "Africa/Nairobi", "2026-11-23");
        assert_eq!(monday, [pair("2026-11-23T06:00:00.000Z", "2026-11-23T15:00:00.000Z")]);
        assert!(open(&hours, "Africa/Nairobi", "2026-11-22").is_empty(), "closed on Sundays");
    }

    #[test]
    fn the_hour_that_berlin_skips_is_not_open() {
        // 2027-03-28: 02:00 becomes 03:00 at 01:00Z.
        assert_eq!(
            open(&daily("01:30", "03:30"), "Europe/Berlin", "2027-03-28"),
            [pair("2027-03-28T00:30:00.000Z", "2027-03-28T01:30:00.000Z")]
        );
        assert!(open(&daily("02:00", "03:00"), "Europe/Berlin", "2027-03-28").is_empty());
    }

    #[test]
    fn the_hour_that_new_york_repeats_is_open_twice() {
        // 2026-11-01: 02:00 EDT becomes 01:00 EST at 06:00Z.
        assert_eq!(
            open(&daily("01:00", "02:00"), "America/New_York", "2026-11-01"),
            [pair("2026-11-01T05:00:00.000Z", "2026-11-01T07:00:00.000Z")]
        );
        assert_eq!(
            open(&daily("01:00", "01:30"), "America/New_York", "2026-11-01"),
            [
                pair("2026-11-01T05:00:00.000Z", "2026-11-01T05:30:00.000Z"),
                pair("2026-11-01T06:00:00.000Z", "2026-11-01T06:30:00.000Z")
            ]
        );
    }

    #[test]
    fn hours_that_touch_midnight_join() {
        let (zone, date) = (TimeZone::get("Africa/Nairobi").unwrap(), "2026-11-23".parse::<Date>().unwrap());
        let open = daily("00:00", "24:00").open_between(&zone, date, date.tomorrow().unwrap());
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].millis(), 48 * 3_600_000);
    }

    #[test]
    fn faulty_hours_are_refused_by_position() {
        let refused = |ranges| WeeklyHours::parse(ranges).unwrap_err();
        assert_eq!(refused(vec![range(1, "09:00", "12:00"), range(8, "09:00", "12:00")]), HoursError::Day(1));
        assert_eq!(refused(vec![range(1, "12:00", "12:00")]), HoursError::Order(0));
        assert_eq!(refused(vec![range(1, "09:00", "12:00"), range(1, "11:59", "13:00")]), HoursError::Overlap(1));
        assert!(WeeklyHours::parse(vec![range(1, "12:00", "13:00"), range(1, "09:00", "12:00")]).is_ok());
        for bad in ["9:00", "24:01", "12:60", "-1:00", "aa:bb", "12", "12:00:00", ""] {
            assert_eq!(WallTime::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn open_means_that_the_wall_clock_reads_an_open_time(
            zone in prop::sample::select(vec![
                "Africa/Nairobi", "Europe/Berlin", "America/New_York", "Asia/Kathmandu",
                "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Africa/Casablanca",
            ]),
            day in 0_i32..800,
            minute in 0_i64..1500,
            bounds in (0_u16..1440, 1_u16..600),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let date = jiff::civil::date(2026, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
            let (start, end) = (bounds.0, (bounds.0 + bounds.1).min(1440));
            let all = (1..=7).map(|day| OpenRange { day, start: WallTime(start), end: WallTime(end) }).collect();
            let hours = WeeklyHours::parse(all).unwrap();
            let Some(whole) = day_interval(&zone, date) else { return Ok(()) };
            let at = Interval::of_minutes(Timestamp::from_millis(whole.start.millis() + minute * MINUTE_MS), 1);
            prop_assume!(whole.contains(&at));
            let wall = zone.to_datetime(at.start.to_jiff().unwrap());
            let reads = u16::try_from(wall.hour()).unwrap() * 60 + u16::try_from(wall.minute()).unwrap();
            let open = hours.open_between(&zone, date, date);
            prop_assert_eq!(open.iter().any(|i| i.contains(&at)), start <= reads && reads < end);
        }
    }
}
