//! Whatever the hour at which the demo is filled, the calendar makes sense.

use std::collections::HashSet;

use kernel::text::parse_zone;
use trade::providers::{OpenRange, WallTime};

use super::*;

/// Friday, 2026-11-20, midnight in Nairobi.
const MIDNIGHT: i64 = 1_795_122_000_000;

fn chair(offers: &[usize]) -> Chair {
    let wall = |text| WallTime::parse(text).unwrap();
    let ranges = (1..=6).map(|day| OpenRange { day, start: wall("09:00"), end: wall("18:00") });
    Chair { weekly: WeeklyHours::parse(ranges.collect()).unwrap(), offers: offers.to_vec() }
}

fn plan_at(now: i64) -> Vec<Visit> {
    let chairs = [chair(&[0, 1, 2, 4]), chair(&[8, 9, 10]), chair(&[16, 17])];
    let zone = parse_zone("Africa/Nairobi").unwrap();
    let frame = Frame { now: Timestamp::from_millis(now), zone: &zone, chairs: &chairs, customers: 200, regulars: 3 };
    plan(&frame, &mut Dice::new(1))
}

/// Every three hours of three days, one of them a Sunday.
fn hours() -> impl Iterator<Item = i64> {
    (0..24).map(|step| MIDNIGHT + step * 3 * HOUR + 7 * MINUTE)
}

/// Whether the salon of these tests has been open for so long.
fn is_open_since(now: i64, millis: i64) -> bool {
    let zone = parse_zone("Africa/Nairobi").unwrap();
    let today = date_at(&zone, Timestamp::from_millis(now)).unwrap();
    let days = chair(&[0]).weekly.open_between(&zone, today, today);
    days.iter().any(|day| day.start.millis() + millis <= now && now < day.end.millis())
}

#[test]
fn every_status_is_there_and_some_wait_for_an_answer() {
    for now in hours() {
        let visits = plan_at(now);
        let statuses: HashSet<&str> = visits.iter().map(|visit| visit.status.as_str()).collect();
        let expected = if statuses.contains("in_progress") { Status::ALL.len() } else { Status::ALL.len() - 1 };
        assert_eq!(statuses.len(), expected, "{statuses:?} at {now}");
        let soon = visits.iter().filter(|v| v.status == Status::Pending && v.time.start.millis() < now + 3 * DAY);
        assert!(soon.count() >= PENDING_SOON_MIN, "at {now}");
        assert!((120..400).contains(&visits.len()), "{} at {now}", visits.len());
    }
}

#[test]
fn somebody_is_in_the_chair_by_day_and_nobody_at_night() {
    for now in hours() {
        let visits = plan_at(now);
        let served: Vec<_> = visits.iter().filter(|visit| visit.status == Status::InProgress).collect();
        assert!(served.is_empty() || is_open_since(now, 0), "{served:?} at {now}");
        assert!(!served.is_empty() || !is_open_since(now, HOUR), "at {now}");
        assert!(served.iter().all(|visit| visit.time.end.millis() + OVERRUN > now), "{served:?} at {now}");
    }
}

#[test]
fn nobody_is_booked_twice_at_the_same_time() {
    for now in hours() {
        let visits = plan_at(now);
        for (i, one) in visits.iter().enumerate() {
            for other in visits[i + 1..].iter().filter(|other| other.time.overlaps(&one.time)) {
                assert!(one.chair != other.chair && one.customer != other.customer, "{one:?} {other:?}");
            }
        }
    }
}

#[test]
fn nothing_has_happened_in_the_future() {
    for now in hours() {
        for visit in plan_at(now) {
            assert!(visit.booked_at <= visit.settled_at && visit.settled_at.millis() <= now, "{visit:?} at {now}");
            match visit.status {
                Status::Pending | Status::Confirmed => assert!(visit.time.start.millis() > now, "{visit:?}"),
                Status::Completed | Status::NoShow => assert!(visit.time.end.millis() <= now, "{visit:?}"),
                Status::InProgress => assert!(visit.time.start.millis() <= now, "{visit:?}"),
                Status::Cancelled | Status::Rejected => assert!(visit.reason.is_some()),
            }
        }
    }
}

#[test]
fn those_who_sign_in_have_something_to_look_at() {
    for now in hours() {
        let visits = plan_at(now);
        for regular in 0..3 {
            let own: Vec<Status> = visits.iter().filter(|v| v.customer == regular).map(|v| v.status).collect();
            assert_eq!(own, [Status::Completed, Status::Confirmed], "{regular} at {now}");
        }
    }
}

#[test]
fn every_service_can_be_booked_on_the_next_two_working_days_and_those_days_look_busy() {
    let zone = parse_zone("Africa/Nairobi").unwrap();
    for now in hours() {
        let visits = plan_at(now);
        let holding = |v: &&Visit| v.status.holds_time() && v.time.start.millis() > now;
        let mut free_days = 0;
        for (chair, longest) in [(0, 240), (1, 60), (2, 120)] {
            let open = self::chair(&[0]).weekly;
            let today = date_at(&zone, Timestamp::from_millis(now)).unwrap();
            let days = open.open_between(&zone, today, today.saturating_add(jiff::Span::new().days(3)));
            let room = |day: &Interval| {
                let starts = (0..).map(|n| day.start.millis() + n * STEP).take_while(|start| *start < day.end.millis());
                let mut windows = starts.map(|start| Interval::of_minutes(Timestamp::from_millis(start), longest));
                windows.any(|window| {
                    window.end <= day.end
                        && window.start.millis() >= now
                        && !visits.iter().filter(holding).any(|v| v.chair == chair && v.time.overlaps(&window))
                })
            };
            let late = |day: &Interval| day.end.millis() - i64::from(longest) * MINUTE < now + OPEN_NOTICE;
            for day in days.iter().filter(|day| !late(day)).take(2) {
                assert!(room(day), "chair {chair} at {now}");
                free_days += 1;
            }
        }
        assert_eq!(free_days, 6, "at {now}");
        let soon = visits.iter().filter(holding).filter(|v| v.time.start.millis() < now + 3 * DAY).count();
        assert!(soon >= 12, "{soon} visits to come at {now}");
    }
}
