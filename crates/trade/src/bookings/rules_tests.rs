//! The rules by example, on the days when clocks change, and by property.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::providers::hours::{OpenRange, WallTime, WeeklyHours, merge};

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}
fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}
fn provider(n: u128) -> Id<id::User> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}
fn daily(start: u16, end: u16) -> WeeklyHours {
    let wall = |m| WallTime::from_minutes(m).unwrap();
    WeeklyHours::parse((1..=7).map(|day| OpenRange { day, start: wall(start), end: wall(end) }).collect()).unwrap()
}
fn calendar(n: u128, hours: &WeeklyHours, zone: &TimeZone, first: Date, last: Date, busy: Vec<Interval>) -> Calendar {
    Calendar { provider: provider(n), open: hours.open_between(zone, first, last), busy: merge(busy) }
}
fn wall_starts(zone: &TimeZone, slots: &[Slot]) -> Vec<String> {
    let wall = |slot: &Slot| zone.to_datetime(slot.time.start.to_jiff().unwrap()).strftime("%H:%M").to_string();
    slots.iter().map(wall).collect()
}

const NOON: &str = "2026-11-21T09:00:00Z";

#[test]
fn a_day_in_nairobi_has_every_half_hour_that_ends_in_time() {
    let (zone, monday) = (zone("Africa/Nairobi"), date(2026, 11, 23));
    let frame = Frame { zone: &zone, now: at(NOON), minutes: 90 };
    let calendars = [calendar(1, &WeeklyHours::of_new_business(), &zone, monday, monday, vec![])];
    let starts = wall_starts(&zone, &free_slots(&frame, &calendars, monday));
    assert_eq!((starts.len(), starts[0].as_str(), starts[15].as_str()), (16, "09:00", "16:30"));
    assert_eq!(free_days(&frame, &calendars, date(2026, 11, 22), monday), [monday]);
}

#[test]
fn a_start_is_refused_for_its_own_reason() {
    let (zone, monday) = (zone("Africa/Nairobi"), date(2026, 11, 23));
    let frame = Frame { zone: &zone, now: at(NOON), minutes: 60 };
    let taken = Interval::of_minutes(at("2026-11-23T07:00:00Z"), 60);
    let calendars = [calendar(1, &WeeklyHours::of_new_business(), &zone, monday, monday, vec![taken])];
    let decide = |text| decide_providers(&frame, &calendars, at(text));
    assert_eq!(decide("2026-11-21T09:00:00Z"), Err(Refusal::Past));
    assert_eq!(decide("2027-11-22T09:00:00Z"), Err(Refusal::TooFar));
    assert_eq!(decide("2026-11-23T08:10:00Z"), Err(Refusal::Misaligned));
    assert_eq!(decide("2026-11-23T08:00:00.001Z"), Err(Refusal::Misaligned));
    assert_eq!(decide("2026-11-23T14:30:00Z"), Err(Refusal::Closed), "would end after 18:00");
    assert_eq!(decide("2026-11-23T06:30:00Z"), Err(Refusal::Taken), "runs into the next one");
    assert_eq!(decide("2026-11-23T06:00:00Z"), Ok(vec![provider(1)]));
    assert_eq!(decide("2026-11-23T08:00:00Z"), Ok(vec![provider(1)]));
}

#[test]
fn kathmandus_half_hours_are_those_of_its_own_clock() {
    let (zone, monday) = (zone("Asia/Kathmandu"), date(2026, 11, 23));
    let frame = Frame { zone: &zone, now: at(NOON), minutes: 30 };
    let calendars = [calendar(1, &daily(9 * 60 + 15, 10 * 60 + 30), &zone, monday, monday, vec![])];
    let slots = free_slots(&frame, &calendars, monday);
    assert_eq!(wall_starts(&zone, &slots), ["09:30", "10:00"], "09:15 is off the grid");
    assert_eq!(slots[0].time.start, at("2026-11-23T03:45:00Z"));
}

#[test]
fn berlin_has_no_start_in_the_hour_it_skips() {
    let (zone, sunday) = (zone("Europe/Berlin"), date(2027, 3, 28));
    let frame = Frame { zone: &zone, now: at(NOON), minutes: 30 };
    let calendars = [calendar(1, &daily(60, 240), &zone, sunday, sunday, vec![])];
    let slots = free_slots(&frame, &calendars, sunday);
    assert_eq!(wall_starts(&zone, &slots), ["01:00", "01:30", "03:00", "03:30"]);
    assert_eq!(free_slots(&frame, &[calendar(1, &daily(0, 1440), &zone, sunday, sunday, vec![])], sunday).len(), 46);
}

#[test]
fn new_york_sells_the_hour_it_repeats_twice() {
    let (zone, sunday) = (zone("America/New_York"), date(2027, 11, 7));
    let frame = Frame { zone: &zone, now: at("2027-11-01T00:00:00Z"), minutes: 30 };
    let calendars = [calendar(1, &daily(60, 150), &zone, sunday, sunday, vec![])];
    let slots = free_slots(&frame, &calendars, sunday);
    assert_eq!(wall_starts(&zone, &slots), ["01:00", "01:30", "01:00", "01:30", "02:00"]);
    assert!(slots.windows(2).all(|pair| pair[0].time.end <= pair[1].time.start), "they are different instants");
}

#[test]
fn nairobi_never_changes_its_clocks() {
    let zone = zone("Africa/Nairobi");
    let year = date(2026, 1, 1).series(jiff::Span::new().days(1)).take(365);
    assert!(year.into_iter().all(|day| pieces_of(&zone, day).len() == 1));
}

#[test]
fn any_provider_means_the_one_with_least_to_do() {
    let (zone, monday) = (zone("Africa/Nairobi"), date(2026, 11, 23));
    let frame = Frame { zone: &zone, now: at(NOON), minutes: 30 };
    let hours = WeeklyHours::of_new_business();
    let busy = vec![Interval::of_minutes(at("2026-11-23T06:00:00Z"), 60)];
    let calendars =
        [calendar(1, &hours, &zone, monday, monday, busy), calendar(2, &hours, &zone, monday, monday, vec![])];
    let order = decide_providers(&frame, &calendars, at("2026-11-23T09:00:00Z")).unwrap();
    assert_eq!(order, [provider(2), provider(1)]);
}

#[test]
fn among_equals_the_turn_goes_round() {
    let (zone, monday) = (zone("Africa/Nairobi"), date(2026, 11, 23));
    let frame = Frame { zone: &zone, now: at(NOON), minutes: 30 };
    let hours = WeeklyHours::of_new_business();
    let calendars: Vec<_> = (1..=3).map(|n| calendar(n, &hours, &zone, monday, monday, vec![])).collect();
    let slots = free_slots(&frame, &calendars, monday);
    for n in 1..=3 {
        assert_eq!(slots.iter().filter(|slot| slot.provider == provider(n)).count(), 6);
    }
}

#[test]
fn the_nearest_free_times_are_offered_in_order() {
    let (zone, monday) = (zone("Africa/Nairobi"), date(2026, 11, 23));
    let frame = Frame { zone: &zone, now: at(NOON), minutes: 60 };
    let wanted = at("2026-11-23T07:00:00Z");
    let (first, last) = search_dates(&zone, wanted).unwrap();
    let busy = vec![Interval::of_minutes(wanted, 60)];
    let calendars = [calendar(1, &WeeklyHours::of_new_business(), &zone, first, last, busy)];
    let starts = wall_starts(&zone, &nearest_free(&frame, &calendars, wanted));
    assert_eq!(starts, ["09:00", "11:00", "11:30"]);
    assert_eq!(first_free(&frame, &calendars, monday), Some(at("2026-11-23T06:00:00Z")));
}

fn any_zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Africa/Nairobi",
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/Havana",
    ])
}

proptest! {
    #[test]
    fn every_offered_slot_is_open_free_aligned_and_to_come(
        zone_name in any_zone(),
        day in 0_i32..500,
        hours in (0_u16..1400, 1_u16..900),
        minutes in 1_u32..40,
        busy in prop::collection::vec((0_i64..2000, 1_u32..200), 0..12),
        now_minute in 0_i64..2000,
    ) {
        let zone = zone(zone_name);
        let date = date(2026, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let Some(whole) = day_interval(&zone, date) else { return Ok(()) };
        let minute = |m: i64| Timestamp::from_millis(whole.start.millis() + m * 60_000);
        let busy: Vec<_> = busy.into_iter().map(|(from, length)| Interval::of_minutes(minute(from), length)).collect();
        let frame = Frame { zone: &zone, now: minute(now_minute - 400), minutes: minutes * 5 };
        let weekly = daily(hours.0, (hours.0 + hours.1).min(1440));
        let last = date.tomorrow().unwrap();
        let calendars = [
            calendar(1, &weekly, &zone, date, last, busy.clone()),
            calendar(2, &daily(600, 900), &zone, date, last, vec![]),
        ];
        let slots = free_slots(&frame, &calendars, date);
        for slot in &slots {
            let calendar = calendars.iter().find(|c| c.provider == slot.provider).unwrap();
            prop_assert!(calendar.open.iter().any(|open| open.contains(&slot.time)));
            prop_assert!(!calendar.busy.iter().any(|busy| busy.overlaps(&slot.time)));
            prop_assert!(frame.is_aligned(slot.time.start) && slot.time.start > frame.now);
            prop_assert_eq!(date_at(&zone, slot.time.start), Some(date));
            let decided = decide_providers(&frame, &calendars, slot.time.start);
            prop_assert_eq!(decided.map(|order| order[0]), Ok(slot.provider));
        }
        prop_assert_eq!(first_free(&frame, &calendars, date), slots.first().map(|slot| slot.time.start));
    }

    #[test]
    fn whatever_may_be_booked_is_offered(zone_name in any_zone(), day in 0_i32..500, quarter in 0_i64..100) {
        let zone = zone(zone_name);
        let date = date(2026, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let Some(whole) = day_interval(&zone, date) else { return Ok(()) };
        let start = Timestamp::from_millis(whole.start.millis() + quarter * 900_000);
        prop_assume!(start < whole.end);
        let frame = Frame { zone: &zone, now: whole.start.minus(Duration::from_secs(1)), minutes: 45 };
        let calendars = [calendar(1, &daily(480, 1200), &zone, date, date, vec![])];
        let offered = free_slots(&frame, &calendars, date).iter().any(|slot| slot.time.start == start);
        prop_assert_eq!(offered, decide_providers(&frame, &calendars, start).is_ok());
    }
}
