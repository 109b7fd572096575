//! The calendar from two weeks ago to two weeks ahead, decided without a database: who comes when, for what, and what
//! became of it. Times of one provider never overlap, so that storing them cannot fail.

use jiff::{civil::Date, tz::TimeZone};
use kernel::Timestamp;
use trade::{
    bookings::{Source, Status},
    providers::{
        WeeklyHours,
        hours::{Interval, date_at},
    },
};

use super::{
    daytime::latest,
    dice::Dice,
    salon::OFFERS,
    stage::{DAY, HOUR, MINUTE},
};

/// Days before and after today.
const DAYS: i32 = 14;
/// Bookings begin on the half hour.
const STEP: i64 = 30 * MINUTE;
/// Working days of each provider, from today, on which every service can still be booked.
const OPEN_DAYS: usize = 2;
/// How soon after the demo is filled such a time may begin.
const OPEN_NOTICE: i64 = 2 * HOUR;
/// How well the rest of such a day is booked, in percent.
const OPEN_DAY_BUSY: i64 = 62;
/// How long a visit may run over.
const OVERRUN: i64 = HOUR;
/// Visits that wait for an answer today and tomorrow, at least.
const PENDING_SOON_MIN: usize = 4;

const NOTES: [&str; 8] = [
    "My hair is about 40 cm long and very thick.",
    "Please keep the edges loose, they are still growing back.",
    "I'm allergic to acetone.",
    "I'll come straight from work, maybe five minutes late.",
    "Same style as last time, please.",
    "It's for a graduation, so a bit of sparkle is welcome.",
    "Can we do it without small talk? I have a call at the same time.",
    "I'll bring my daughter along, she's three.",
];
const CALLED_OFF: [&str; 4] =
    ["Travelling for work", "Not feeling well", "Found an earlier time", "The car broke down"];
const DECLINED: [&str; 3] =
    ["Faith is away that day", "Too short for this service", "The place is closed for a training"];

/// Somebody who can be booked.
#[derive(Debug)]
pub(super) struct Chair {
    pub weekly: WeeklyHours,
    /// Places in [`OFFERS`].
    pub offers: Vec<usize>,
}

/// One planned appointment.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// Place among the chairs.
    pub chair: usize,
    /// Place in [`OFFERS`].
    pub offer: usize,
    /// Place among the customers.
    pub customer: usize,
    pub time: Interval,
    pub status: Status,
    pub booked_at: Timestamp,
    pub settled_at: Timestamp,
    pub reason: Option<&'static str>,
    pub notes: Option<&'static str>,
    pub source: Source,
}

/// What the plan is made for.
pub(super) struct Frame<'a> {
    pub now: Timestamp,
    pub zone: &'a TimeZone,
    pub chairs: &'a [Chair],
    /// How many customers there are; the first `regulars` of them sign in, and have visits to look at.
    pub customers: usize,
    pub regulars: usize,
}

/// All visits by time.
pub(super) fn plan(frame: &Frame<'_>, dice: &mut Dice) -> Vec<Visit> {
    let Some(today) = date_at(frame.zone, frame.now) else { return Vec::new() };
    let span = jiff::Span::new().days(DAYS);
    let (first, last) = (today.saturating_sub(span), today.saturating_add(span));
    let mut visits = Vec::new();
    for chair in 0..frame.chairs.len() {
        fill_chair(frame, chair, (first, last), dice, &mut visits);
    }
    visits.sort_by_key(|visit| (visit.time, visit.chair));
    keep_somebody_in_the_chair(frame, today, &mut visits);
    leave_some_to_answer(frame, today, &mut visits);
    for visit in &mut visits {
        date_back(frame, dice, visit);
    }
    give_to_customers(frame, dice, &mut visits);
    visits
}

/// Walks through the open hours of one provider and puts visits into them with gaps between.
fn fill_chair(frame: &Frame<'_>, chair: usize, (first, last): (Date, Date), dice: &mut Dice, visits: &mut Vec<Visit>) {
    let Chair { weekly, offers } = &frame.chairs[chair];
    let kept_free = keep_free(frame, chair, last);
    for open in weekly.open_between(frame.zone, first, last) {
        let mut start = open.start;
        while start < open.end {
            let ahead = start.millis() - frame.now.millis();
            // The past is well booked, next week less, the week after still has room.
            let busy = match ahead {
                _ if kept_free.iter().any(|free| is_same_day(frame.zone, free.start, start)) => OPEN_DAY_BUSY,
                ..0 => 36,
                ahead => 36 - 22 * (ahead / DAY) / i64::from(DAYS),
            };
            let offer = *dice.pick(offers);
            let time = Interval::of_minutes(start, OFFERS[offer].minutes);
            let is_kept = kept_free.iter().any(|free| free.overlaps(&time));
            if !dice.percent(busy) || time.end > open.end || is_kept {
                start = Timestamp::from_millis(start.millis() + STEP);
                continue;
            }
            visits.push(Visit {
                chair,
                offer,
                customer: 0,
                time,
                status: decide_status(frame.now, &time, dice),
                booked_at: start,
                settled_at: start,
                reason: None,
                notes: dice.percent(22).then(|| *dice.pick(&NOTES)),
                source: if dice.percent(65) { Source::Storefront } else { Source::Desk },
            });
            let steps = (time.millis() + STEP - 1) / STEP;
            start = Timestamp::from_millis(start.millis() + steps * STEP);
        }
    }
}

/// Whoever tries the storefront finds a time for any service in the next days: at the end of each of the provider's next
/// working days there is room for the longest service they give.
fn keep_free(frame: &Frame<'_>, chair: usize, last: Date) -> Vec<Interval> {
    let Chair { weekly, offers } = &frame.chairs[chair];
    let longest = offers.iter().map(|offer| i64::from(OFFERS[*offer].minutes)).max().unwrap_or(0) * MINUTE;
    let Some(today) = date_at(frame.zone, frame.now) else { return Vec::new() };
    let mut kept: Vec<Interval> = Vec::new();
    for open in weekly.open_between(frame.zone, today, last) {
        let start = Timestamp::from_millis(open.end.millis() - longest);
        if start < open.start || start.millis() < frame.now.millis() + OPEN_NOTICE {
            continue;
        }
        // The later part of a day with a break counts.
        if kept.last().is_some_and(|before| is_same_day(frame.zone, before.start, start)) {
            kept.pop();
        }
        if kept.len() == OPEN_DAYS {
            break;
        }
        kept.push(Interval { start, end: open.end });
    }
    kept
}

fn is_same_day(zone: &TimeZone, one: Timestamp, other: Timestamp) -> bool {
    date_at(zone, one) == date_at(zone, other)
}

fn decide_status(now: Timestamp, time: &Interval, dice: &mut Dice) -> Status {
    let roll = dice.below(100);
    if time.end <= now {
        return match roll {
            0..80 => Status::Completed,
            80..88 => Status::NoShow,
            88..95 => Status::Cancelled,
            _ => Status::Rejected,
        };
    }
    if time.start <= now {
        return Status::InProgress;
    }
    // Most of what lies further ahead has been answered.
    let pending = if time.start.millis() - now.millis() < 2 * DAY { 30 } else { 8 };
    match roll {
        _ if roll < pending => Status::Pending,
        0..90 => Status::Confirmed,
        90..96 => Status::Cancelled,
        _ => Status::Rejected,
    }
}

/// While the salon is open somebody is being served: where the plan has nobody, the visit before runs over.
fn keep_somebody_in_the_chair(frame: &Frame<'_>, today: Date, visits: &mut [Visit]) {
    let now = frame.now;
    let is_at_work = |chair: &Chair| {
        chair.weekly.open_between(frame.zone, today, today).iter().any(|open| open.start <= now && now < open.end)
    };
    if !frame.chairs.iter().any(is_at_work) || visits.iter().any(|visit| visit.status == Status::InProgress) {
        return;
    }
    let runs_over = |visit: &&mut Visit| {
        let over = now.millis() - visit.time.end.millis();
        visit.status == Status::Completed && (0..OVERRUN).contains(&over)
    };
    if let Some(visit) = visits.iter_mut().rev().find(runs_over) {
        visit.status = Status::InProgress;
    }
}

/// The desk has something to do when the demo is opened.
fn leave_some_to_answer(frame: &Frame<'_>, today: Date, visits: &mut [Visit]) {
    // Tomorrow may be a Sunday: the next day with visits counts then.
    let ahead = |visit: &Visit| visit.time.start > frame.now && visit.status.may_be_rescheduled();
    let dates = visits.iter().filter(|v| ahead(v)).filter_map(|v| date_at(frame.zone, v.time.start));
    let Some(until) = dates.filter(|date| *date > today).min() else { return };
    let soon = |visit: &Visit| ahead(visit) && date_at(frame.zone, visit.time.start).is_some_and(|date| date <= until);
    let mut missing =
        PENDING_SOON_MIN.saturating_sub(visits.iter().filter(|v| soon(v) && v.status == Status::Pending).count());
    for visit in visits.iter_mut().filter(|visit| soon(visit)) {
        if missing > 0 && visit.status == Status::Confirmed {
            visit.status = Status::Pending;
            missing -= 1;
        }
    }
}

/// When it was booked and when it came to where it stands, never after the present. Customers book by themselves at any hour;
/// the salon answers by day.
fn date_back(frame: &Frame<'_>, dice: &mut Dice, visit: &mut Visit) {
    let now = frame.now;
    let at = |millis: i64| Timestamp::from_millis(millis.min(now.millis()));
    let (start, end) = (visit.time.start.millis(), visit.time.end.millis());
    let lead = dice.between(3 * HOUR, 11 * DAY);
    let recent = dice.between(4 * MINUTE, 20 * HOUR);
    let booked = match visit.status {
        Status::Pending => now.millis() - recent,
        _ => latest(frame.zone, (start - lead).min(now.millis() - recent - HOUR)),
    };
    visit.booked_at = at(booked);
    let settled = match visit.status {
        Status::Pending => booked,
        Status::Completed => end + dice.between(0, 15 * MINUTE),
        Status::NoShow => start + 30 * MINUTE,
        Status::InProgress => start,
        Status::Confirmed | Status::Rejected => latest(frame.zone, booked + dice.between(4 * MINUTE, HOUR)),
        Status::Cancelled => booked + dice.between(HOUR, lead.max(2 * HOUR)).min((start - booked).max(HOUR)),
    };
    visit.settled_at = at(settled).max(visit.booked_at);
    visit.reason = match visit.status {
        Status::Cancelled => Some(*dice.pick(&CALLED_OFF)),
        Status::Rejected => Some(*dice.pick(&DECLINED)),
        _ => None,
    };
    if visit.status == Status::Pending {
        visit.source = Source::Storefront;
    }
}

/// Hands the visits out in turn, so that nobody is in two places. Those who sign in get a visit that was and one that is
/// agreed for the coming days.
fn give_to_customers(frame: &Frame<'_>, dice: &mut Dice, visits: &mut [Visit]) {
    let mut deck: Vec<usize> = (frame.regulars..frame.customers).collect();
    dice.shuffle(&mut deck);
    for (visit, customer) in visits.iter_mut().zip(deck.iter().cycle()) {
        visit.customer = *customer;
    }
    let tomorrow = Timestamp::from_millis(frame.now.millis() + DAY);
    let to_come = |v: &&mut Visit| v.status == Status::Confirmed && v.time.start > tomorrow;
    for (regular, visit) in visits.iter_mut().filter(to_come).take(frame.regulars).enumerate() {
        visit.customer = regular;
    }
    let over = |v: &&mut Visit| v.status == Status::Completed && v.settled_at.millis() < frame.now.millis() - DAY;
    for (regular, visit) in visits.iter_mut().rev().filter(over).take(frame.regulars).enumerate() {
        visit.customer = regular;
    }
}

#[cfg(test)]
#[path = "diary_tests.rs"]
mod tests;
