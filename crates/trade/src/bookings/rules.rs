//! Which times can be booked. Everything is passed in: the present, the zone, the calendars of the providers. A start lies
//! on the half hours of the wall clock, in the future and within the horizon; the whole booking lies within opening hours
//! and overlaps nothing that the provider already has.

use std::time::Duration;

use jiff::{civil::Date, tz::TimeZone};
use kernel::{Id, Timestamp, id};

use super::model::{Move, Status};
use crate::providers::hours::{Interval, date_at, day_interval, pieces_of};

/// Minutes between two possible starts, counted on the wall clock from the full hour.
pub const STEP_MINUTES: u32 = 30;
/// How far ahead one can book.
pub const HORIZON_DAYS: u32 = 365;
/// Free times offered when the wanted one is taken.
pub const ALTERNATIVES_MAX: usize = 3;
/// Days before and after a taken time in which others are looked for.
pub const ALTERNATIVES_DAYS: i32 = 14;

/// How long before the agreed time a visit may begin: people come early.
pub const EARLY_START: Duration = Duration::from_secs(3600);

const STEP_MS: i64 = STEP_MINUTES as i64 * 60_000;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Whether the time for a step has come. What was begun may be finished; else nothing is over, and nobody was missed, before
/// the agreed time.
pub fn has_come(step: Move, from: Status, start: Timestamp, now: Timestamp) -> bool {
    match step {
        Move::Confirm | Move::Reject | Move::Cancel => true,
        Move::Start => start <= now.plus(EARLY_START),
        Move::Complete => from == Status::InProgress || start <= now,
        Move::NoShow => start <= now,
    }
}

/// A provider's time: when they are open and what they already have; both merged and sorted.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The provider.
    pub provider: Id<id::User>,
    /// Open instants.
    pub open: Vec<Interval>,
    /// Taken instants.
    pub busy: Vec<Interval>,
}

impl Calendar {
    fn is_open(&self, slot: &Interval) -> bool {
        let at = self.open.partition_point(|open| open.end <= slot.start);
        self.open.get(at).is_some_and(|open| open.contains(slot))
    }
    fn is_busy(&self, slot: &Interval) -> bool {
        let at = self.busy.partition_point(|busy| busy.end <= slot.start);
        self.busy.get(at).is_some_and(|busy| busy.overlaps(slot))
    }
    fn is_free(&self, slot: &Interval) -> bool {
        self.is_open(slot) && !self.is_busy(slot)
    }
    /// Milliseconds already taken within an interval.
    fn load_ms(&self, within: &Interval) -> i64 {
        self.busy.iter().filter_map(|busy| busy.intersection(within)).map(|shared| shared.millis()).sum()
    }
}

/// A time that can be booked, and with whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When.
    pub time: Interval,
    /// With whom.
    pub provider: Id<id::User>,
}

/// Why a wanted time cannot be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not in the future.
    Past,
    /// Beyond [`HORIZON_DAYS`].
    TooFar,
    /// Not on the half hours of the wall clock.
    Misaligned,
    /// Nobody who gives this service is open for the whole of it.
    Closed,
    /// Open, but somebody else has it.
    Taken,
}

/// What a search for free time needs beside the calendars.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// The tenant's zone.
    pub zone: &'a TimeZone,
    /// The present.
    pub now: Timestamp,
    /// How long the service takes, in minutes.
    pub minutes: u32,
}

impl Frame<'_> {
    /// The last instant at which a booking may start.
    pub fn horizon(&self) -> Timestamp {
        self.now.plus(DAY * HORIZON_DAYS)
    }
    fn is_bookable_start(&self, start: Timestamp) -> bool {
        start > self.now && start <= self.horizon()
    }
    fn is_aligned(&self, start: Timestamp) -> bool {
        let Some(at) = start.to_jiff() else { return false };
        let wall = self.zone.to_datetime(at);
        let seconds = i64::from(wall.minute()) * 60 + i64::from(wall.second());
        start.millis() % 1000 == 0 && seconds % (i64::from(STEP_MINUTES) * 60) == 0
    }
    /// Every start of the date's grid that can be booked by its time alone.
    fn starts_on(&self, date: Date) -> Vec<Timestamp> {
        let in_piece = |piece: crate::providers::hours::Piece| {
            let passed = piece.interval.start.millis() - piece.midnight_ms;
            let first = piece.midnight_ms + (passed + STEP_MS - 1).div_euclid(STEP_MS) * STEP_MS;
            (0..)
                .map(move |n| Timestamp::from_millis(first + n * STEP_MS))
                .take_while(move |at| *at < piece.interval.end)
        };
        let starts = pieces_of(self.zone, date).into_iter().flat_map(in_piece);
        starts.filter(|start| self.is_bookable_start(*start)).collect()
    }
}

/// Decides who could take a booking at `start`, best first, or why nobody can.
pub fn decide_providers(
    frame: &Frame<'_>,
    calendars: &[Calendar],
    start: Timestamp,
) -> Result<Vec<Id<id::User>>, Refusal> {
    if start <= frame.now {
        return Err(Refusal::Past);
    }
    if start > frame.horizon() {
        return Err(Refusal::TooFar);
    }
    if !frame.is_aligned(start) {
        return Err(Refusal::Misaligned);
    }
    let slot = Interval::of_minutes(start, frame.minutes);
    if !calendars.iter().any(|calendar| calendar.is_open(&slot)) {
        return Err(Refusal::Closed);
    }
    let fair = fair_order(frame, calendars, &slot);
    if fair.is_empty() { Err(Refusal::Taken) } else { Ok(fair) }
}

/// Those who are free, who has least to do that day first. Among equals the turn goes round with the time asked for, so
/// that the first name of the list does not get every first booking of a day.
fn fair_order(frame: &Frame<'_>, calendars: &[Calendar], slot: &Interval) -> Vec<Id<id::User>> {
    let day = date_at(frame.zone, slot.start).and_then(|date| day_interval(frame.zone, date)).unwrap_or(*slot);
    let turn = usize::try_from(slot.start.millis().div_euclid(STEP_MS)).unwrap_or(0);
    let count = calendars.len().max(1);
    let free = calendars.iter().enumerate().filter(|(_, calendar)| calendar.is_free(slot));
    let mut ranked: Vec<_> =
        free.map(|(at, calendar)| (calendar.load_ms(&day), (at + turn) % count, calendar.provider)).collect();
    ranked.sort_unstable_by_key(|(load, place, _)| (*load, *place));
    ranked.into_iter().map(|(_, _, provider)| provider).collect()
}

/// The free times of a date, each with the provider whose turn it is.
pub fn free_slots(frame: &Frame<'_>, calendars: &[Calendar], date: Date) -> Vec<Slot> {
    let slot = |start| {
        let time = Interval::of_minutes(start, frame.minutes);
        fair_order(frame, calendars, &time).first().map(|provider| Slot { time, provider: *provider })
    };
    frame.starts_on(date).into_iter().filter_map(slot).collect()
}

/// The first free time of a date.
pub fn first_free(frame: &Frame<'_>, calendars: &[Calendar], date: Date) -> Option<Timestamp> {
    let free = |start: &Timestamp| {
        let time = Interval::of_minutes(*start, frame.minutes);
        calendars.iter().any(|calendar| calendar.is_free(&time))
    };
    frame.starts_on(date).into_iter().find(free)
}

/// The dates of a range that have a free time.
pub fn free_days(frame: &Frame<'_>, calendars: &[Calendar], first: Date, last: Date) -> Vec<Date> {
    let dates = first.series(jiff::Span::new().days(1)).take_while(|date| *date <= last);
    dates.filter(|date| first_free(frame, calendars, *date).is_some()).collect()
}

/// The free times nearest to a wanted one, in order of time.
pub fn nearest_free(frame: &Frame<'_>, calendars: &[Calendar], wanted: Timestamp) -> Vec<Slot> {
    let Some((first, last)) = search_dates(frame.zone, wanted) else { return Vec::new() };
    let dates = first.series(jiff::Span::new().days(1)).take_while(|date| *date <= last);
    let mut slots: Vec<Slot> = dates.flat_map(|date| free_slots(frame, calendars, date)).collect();
    slots.sort_by_key(|slot| (slot.time.start.millis().abs_diff(wanted.millis()), slot.time.start));
    slots.truncate(ALTERNATIVES_MAX);
    slots.sort_by_key(|slot| slot.time.start);
    slots
}

/// The dates that [`nearest_free`] looks at.
pub fn search_dates(zone: &TimeZone, wanted: Timestamp) -> Option<(Date, Date)> {
    let date = date_at(zone, wanted)?;
    let days = jiff::Span::new().days(ALTERNATIVES_DAYS);
    Some((date.checked_sub(days).ok()?, date.checked_add(days).ok()?))
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
