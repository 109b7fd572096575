//! Telling a conversation: episode after episode, with a topic that one episode hands to the next, and with times.

use kernel::Timestamp;

use super::{Chat, ChatLine, Frame, Voice};
use crate::demo::{
    daytime::{EVENING, MORNING, midnight},
    dialogue::{Episode, Said, When},
    diary::Visit,
    dice::Dice,
    salon::{OFFERS, TEAM},
    stage::{DAY, MINUTE},
    words::{Topic, words},
};

const NUDGES: [&str; 6] = [
    "Hello? 🙂",
    "Please let me know 🙏",
    "Mko?",
    "It's a bit urgent, sorry",
    "Are you there?",
    "No rush, whenever you can",
];

/// How the last words of a conversation stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Read,
    WaitsForAnswer,
    NotSeenByCustomer,
}

/// Knows the script and everybody in it.
pub(super) struct Teller<'a> {
    pub frame: &'a Frame<'a>,
    pub script: Vec<Episode>,
}

/// When an episode begins and ends, in milliseconds.
type Span = (i64, i64);

impl Teller<'_> {
    /// Tells the episodes so that the last one ends at `end`, and those before on days before.
    pub fn tell(&self, chat: &mut Chat, episodes: &[&Episode], end: i64, ending: Ending, dice: &mut Dice) {
        let spans = self.lay_out(episodes.len(), end, dice);
        let mut topic = self.real_topic(chat).unwrap_or_else(|| new_topic(dice));
        for (place, (episode, span)) in episodes.iter().zip(spans).enumerate() {
            let is_last = place + 1 == episodes.len();
            let me = speaker(chat, dice);
            if episode.when != When::After {
                // Only the last words can be about a visit that is still to come.
                let real = if is_last && episode.when == When::Before { self.real_topic(chat) } else { None };
                topic =
                    real.or_else(|| chat.visit.and_then(|_| self.real_topic(chat))).unwrap_or_else(|| new_topic(dice));
            }
            if let Some(offer) = subject_of(episode.name) {
                topic = Topic { offer, staff: String::new(), at: None };
            }
            if topic.at.is_none() && (topic.staff.is_empty() || topic.staff == TEAM[me].name) {
                topic.staff = self.choose_staff(topic.offer, me, dice);
            }
            let told_at = (Timestamp::from_millis(span.0), self.frame.zone);
            let words = words(&topic, &self.frame.customers[chat.customer], TEAM[me].name, told_at, dice);
            let mut said = episode.tell(&words, dice);
            let ending = if is_last { ending } else { Ending::Read };
            cut(&mut said, ending, dice);
            let times = spread(&said, span, dice);
            let count = said.len();
            write_down(chat, said, me, &times, dice);
            self.note_readers(chat, count, me, ending, dice);
        }
    }

    /// The times of so many episodes, the last one ending at `end`.
    fn lay_out(&self, count: usize, end: i64, dice: &mut Dice) -> Vec<Span> {
        let mut spans = Vec::with_capacity(count);
        let mut until = end;
        for place in 0..count {
            if place > 0 {
                until = self.by_day(until - dice.between(2 * DAY, 26 * DAY), dice);
            }
            let from = self.not_before_morning(until - dice.between(6 * MINUTE, 70 * MINUTE), until);
            spans.push((from, until));
            until = from;
        }
        spans.reverse();
        spans
    }

    /// The same date between morning and evening, when people write to a salon.
    pub fn by_day(&self, at: i64, dice: &mut Dice) -> i64 {
        midnight(self.frame.zone, at).map_or(at, |midnight| midnight + dice.between(MORNING, EVENING))
    }

    /// When an episode begins that ends then: it takes some minutes, and the day does not begin with it before it is light.
    fn not_before_morning(&self, from: i64, until: i64) -> i64 {
        let morning = midnight(self.frame.zone, until).map_or(from, |midnight| midnight + MORNING);
        from.max(morning).min(until - 6 * MINUTE)
    }

    /// The visit that the thread is about, or one of the customer's that is to come.
    fn real_topic(&self, chat: &Chat) -> Option<Topic> {
        let to_come =
            |v: &&Visit| v.customer == chat.customer && v.status.may_be_rescheduled() && v.time.start > self.frame.now;
        let visit = match chat.visit {
            Some(place) => self.frame.visits.get(place),
            None => self.frame.visits.iter().find(to_come),
        }?;
        let staff = TEAM[self.frame.chairs[visit.chair]].name.to_owned();
        Some(Topic { offer: visit.offer, staff, at: Some(visit.time.start) })
    }

    /// Somebody who gives the service and is not the one who writes.
    fn choose_staff(&self, offer: usize, me: usize, dice: &mut Dice) -> String {
        let others: Vec<usize> = self.frame.chairs.iter().copied().filter(|who| *who != me).collect();
        let able = |who: &usize| TEAM[*who].skills.contains(&OFFERS[offer].skill);
        let able: Vec<usize> = others.iter().copied().filter(able).collect();
        TEAM[*dice.pick(if able.is_empty() { &others } else { &able })].name.to_owned()
    }
}

/// Something to talk about whose day and hour are made up.
fn new_topic(dice: &mut Dice) -> Topic {
    Topic { offer: dice.below(OFFERS.len()), staff: String::new(), at: None }
}

/// The place of the service that an episode is about, when its words say so.
fn subject_of(episode: &str) -> Option<usize> {
    let category = match episode {
        "photo" => "Braids",
        "colours" => "Nails",
        _ => return None,
    };
    OFFERS.iter().position(|offer| offer.category == category)
}

/// Who answers: who takes care of it, and in direct threads sometimes the manager or the owner.
fn speaker(chat: &Chat, dice: &mut Dice) -> usize {
    match chat.assigned_to {
        Some(who) if chat.visit.is_some() || dice.percent(75) => who,
        _ => usize::from(dice.percent(65)),
    }
}

/// Stops where the conversation stands now.
fn cut(said: &mut Vec<Said>, ending: Ending, dice: &mut Dice) {
    let by_customer = match ending {
        Ending::Read => return,
        Ending::WaitsForAnswer => true,
        Ending::NotSeenByCustomer => false,
    };
    let is_end = |place: &usize| {
        let goes_on = said.get(place + 1).is_some_and(|next| next.by_customer == by_customer);
        said[*place].by_customer == by_customer && !goes_on
    };
    let places: Vec<usize> = (0..said.len()).filter(is_end).collect();
    // In the first half: at the very end everything has been said.
    if let Some(place) = places.get(dice.below(places.len().div_ceil(2))) {
        said.truncate(place + 1);
    }
    if by_customer && dice.percent(40) {
        said.push(Said { by_customer, text: (*dice.pick(&NUDGES)).to_owned(), picture: None });
    }
}

/// Times for the lines within the span: the same person goes on quickly, the other side takes a while.
fn spread(said: &[Said], (from, until): Span, dice: &mut Dice) -> Vec<i64> {
    let mut weight = 0;
    let mut weights = Vec::with_capacity(said.len());
    for (place, line) in said.iter().enumerate() {
        let goes_on = place > 0 && said[place - 1].by_customer == line.by_customer;
        weight += if goes_on { dice.between(1, 3) } else { dice.between(4, 30) };
        weights.push(weight);
    }
    weights.into_iter().map(|at| from + (until - from) * at / weight.max(1)).collect()
}

fn write_down(chat: &mut Chat, said: Vec<Said>, me: usize, times: &[i64], dice: &mut Dice) {
    let first = chat.lines.len();
    for (said, at) in said.into_iter().zip(times) {
        let by = if said.by_customer { Voice::Customer } else { Voice::Team(me) };
        let before = chat.lines.len().checked_sub(1).filter(|before| *before >= first);
        // Now and then somebody answers a line by holding on to it.
        let answers = before.filter(|before| chat.lines[*before].by != by && dice.percent(10));
        chat.lines.push(ChatLine {
            by,
            text: said.text,
            picture: said.picture,
            at: Timestamp::from_millis(*at),
            answers,
        });
    }
}
