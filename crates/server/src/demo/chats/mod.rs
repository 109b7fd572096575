//! Forty conversations, decided without a database: who writes what when, how far everybody has read, and how the desk has
//! sorted them. The newest are minutes old, or of the evening before; some of them wait for an answer, in others the customer
//! has not looked yet.

mod readers;
mod telling;

use jiff::tz::TimeZone;
use kernel::Timestamp;
use platform::Result;
use talk::messaging::model::{Priority, Status};
use trade::bookings;

use self::telling::{Ending, Teller};
use super::{
    daytime::{back, latest},
    dialogue::{Episode, When, read_script},
    diary::Visit,
    dice::Dice,
    pictures::Picture,
    stage::{DAY, HOUR, MINUTE},
};

/// Threads of customers with the salon; those about single visits come on top.
const DIRECT: usize = 37;
/// The first of those who came only lately and have little to look back on.
pub(super) const NEWCOMERS_FROM: usize = 30;
const SPAMMER: usize = 20;
const ARCHIVED: [usize; 5] = [27, 29, 33, 35, 36];
/// Their last words wait for an answer.
const UNREAD: [usize; 7] = [1, 2, 4, 6, 7, 11, 13];
/// The salon spoke last, and the customer has not read it.
const UNSEEN: [usize; 4] = [0, 5, 8, 14];
/// Taken care of by somebody of the staff, by their place in the team.
const ASSIGNED: [(usize, usize); 10] =
    [(2, 2), (5, 3), (7, 4), (10, 2), (12, 3), (15, 2), (18, 4), (22, 3), (25, 2), (28, 4)];
const URGENT: [(usize, Priority); 8] = [
    (1, Priority::Urgent),
    (4, Priority::High),
    (11, Priority::High),
    (13, Priority::Urgent),
    (17, Priority::High),
    (19, Priority::Low),
    (24, Priority::Low),
    (26, Priority::High),
];
const TAGS: [(usize, &[&str]); 12] = [
    (0, &["VIP", "Braids"]),
    (1, &["Regular"]),
    (2, &["VIP"]),
    (3, &["Braids", "Photo"]),
    (6, &["Pays by M-Pesa"]),
    (9, &["Nails"]),
    (13, &["Regular", "Tender scalp"]),
    (16, &["Acetone allergy"]),
    (19, &["Prefers mornings"]),
    (23, &["Comes with children"]),
    (30, &["New"]),
    (31, &["New"]),
];

/// Who speaks or reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    Customer,
    /// By their place in the team.
    Team(usize),
}

/// One line of a conversation.
#[derive(Debug, Clone)]
pub(super) struct ChatLine {
    pub by: Voice,
    pub text: String,
    pub picture: Option<Picture>,
    pub at: Timestamp,
    /// The place of the line it answers.
    pub answers: Option<usize>,
}

/// Somebody has seen the first so many lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub by: Voice,
    pub lines: usize,
    pub at: Timestamp,
    /// Read, or only received by a device.
    pub read: bool,
}

/// A conversation.
#[derive(Debug)]
pub(super) struct Chat {
    /// Place among the customers.
    pub customer: usize,
    /// Place among the visits, for the thread of one.
    pub visit: Option<usize>,
    pub status: Status,
    pub priority: Priority,
    pub tags: Vec<String>,
    /// Place in the team.
    pub assigned_to: Option<usize>,
    pub lines: Vec<ChatLine>,
    pub seen: Vec<Seen>,
}

/// What the conversations are made for.
pub(super) struct Frame<'a> {
    pub now: Timestamp,
    pub zone: &'a TimeZone,
    /// Names of the customers.
    pub customers: &'a [String],
    pub visits: &'a [Visit],
    /// Who of the team sits where in the diary.
    pub chairs: &'a [usize],
}

/// All of them.
pub(super) fn plan(frame: &Frame<'_>, dice: &mut Dice) -> Result<Vec<Chat>> {
    let teller = Teller { frame, script: read_script()? };
    let mut chats: Vec<Chat> = (0..DIRECT).map(|nth| teller.direct(nth, dice)).collect();
    for visit in find_visits_to_talk_about(frame) {
        chats.push(teller.about_visit(visit, dice));
    }
    Ok(chats)
}

/// One that is agreed, one that waits, one that was.
fn find_visits_to_talk_about(frame: &Frame<'_>) -> Vec<usize> {
    let age = |visit: &Visit| frame.now.millis() - visit.settled_at.millis();
    let find = |wanted: &dyn Fn(&Visit) -> bool| frame.visits.iter().position(wanted);
    let agreed = find(&|v| v.customer == 0 && v.status == bookings::Status::Confirmed);
    let waiting = find(&|v| v.status == bookings::Status::Pending && age(v) > HOUR);
    let over = find(&|v| v.status == bookings::Status::Completed && (6 * HOUR..6 * DAY).contains(&age(v)));
    [agreed, waiting, over].into_iter().flatten().collect()
}

impl Teller<'_> {
    fn direct(&self, nth: usize, dice: &mut Dice) -> Chat {
        let assigned_to = ASSIGNED.iter().find(|(at, _)| *at == nth).map(|(_, who)| *who);
        let status = match nth {
            SPAMMER => Status::Blocked,
            _ if ARCHIVED.contains(&nth) => Status::Archived,
            _ => Status::Active,
        };
        let mut chat = Chat {
            customer: nth,
            visit: None,
            status,
            priority: URGENT.iter().find(|(at, _)| *at == nth).map_or(Priority::Normal, |(_, priority)| *priority),
            tags: TAGS.iter().find(|(at, _)| *at == nth).map_or_else(Vec::new, |(_, tags)| words_of(tags)),
            assigned_to,
            lines: Vec::new(),
            seen: Vec::new(),
        };
        let ending = match nth {
            _ if UNREAD.contains(&nth) => Ending::WaitsForAnswer,
            _ if UNSEEN.contains(&nth) => Ending::NotSeenByCustomer,
            _ => Ending::Read,
        };
        let now = self.frame.now.millis();
        let age = match nth {
            0..8 => (2 + 19 * i64::try_from(nth).unwrap_or(0)) * MINUTE + dice.between(0, 9 * MINUTE),
            8..16 => dice.between(4 * HOUR, 30 * HOUR),
            16..28 => dice.between(31 * HOUR, 7 * DAY),
            _ => dice.between(8 * DAY, 30 * DAY),
        };
        let episodes = self.choose(nth, dice);
        let end = if nth < 8 {
            back(self.frame.zone, now, age)
        } else {
            // Any hour of that day will do that is not later than now.
            let end = self.by_day(now - age, dice);
            end - if end > now { DAY } else { 0 }
        };
        self.tell(&mut chat, &episodes, end, ending, dice);
        chat
    }

    fn about_visit(&self, place: usize, dice: &mut Dice) -> Chat {
        let visit = &self.frame.visits[place];
        let now = self.frame.now.millis();
        let ago = |millis: i64| back(self.frame.zone, now, millis);
        let (episode, ending, end) = match visit.status {
            bookings::Status::Pending => ("deposit", Ending::WaitsForAnswer, ago(dice.between(12, 40) * MINUTE)),
            bookings::Status::Confirmed => ("prepare", Ending::NotSeenByCustomer, ago(dice.between(2, 3) * HOUR)),
            _ => ("care", Ending::Read, visit.settled_at.millis() + dice.between(3, 5) * HOUR),
        };
        let mut chat = Chat {
            customer: visit.customer,
            visit: Some(place),
            status: Status::Active,
            priority: Priority::Normal,
            tags: Vec::new(),
            assigned_to: Some(self.frame.chairs[visit.chair]),
            lines: Vec::new(),
            seen: Vec::new(),
        };
        let episodes: Vec<&Episode> = self.script.iter().filter(|e| e.name == episode).collect();
        self.tell(&mut chat, &episodes, latest(self.frame.zone, end.min(now)), ending, dice);
        chat
    }

    /// What a customer has talked about so far, oldest first.
    fn choose(&self, nth: usize, dice: &mut Dice) -> Vec<&Episode> {
        let named = |name: &str| self.script.iter().filter(|e| e.name == name).collect::<Vec<_>>();
        let mut pool = |when: When| {
            let mut pool: Vec<&Episode> = self.script.iter().filter(|e| e.when == when && !e.has_picture).collect();
            dice.shuffle(&mut pool);
            pool.into_iter()
        };
        if nth == SPAMMER {
            return pool(When::Spam).collect();
        }
        let mut pools = [pool(When::Ask), pool(When::Before), pool(When::After)];
        let count = if nth < NEWCOMERS_FROM { dice.between(12, 16) } else { dice.between(1, 2) };
        // Who comes for the first time asks or books; from then on one thing follows the other.
        let first = dice.below(2);
        let mut chosen: Vec<&Episode> =
            (first..).take(usize::try_from(count).unwrap_or(1)).filter_map(|turn| pools[turn % 3].next()).collect();
        match nth {
            3 => chosen.extend(named("photo")),
            9 => chosen.extend(named("colours")),
            _ => {}
        }
        chosen
    }
}

fn words_of(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

#[cfg(test)]
mod tests;
