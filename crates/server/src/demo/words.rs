//! The words that fill the dialogues: who, what, when and how much.

use jiff::{
    civil::{Date, Weekday},
    tz::TimeZone,
};
use kernel::Timestamp;

use super::{
    dialogue::Words,
    dice::Dice,
    salon::{OFFERS, Offer},
};

/// Every word that a dialogue may use.
#[cfg(test)]
pub(super) const NAMES: [&str; 17] = [
    "first", "me", "staff", "service", "thing", "price", "half", "dur", "extra", "total", "day", "altday", "time",
    "alt", "month", "code", "shop",
];

/// What an episode talks about.
#[derive(Debug, Clone)]
pub(super) struct Topic {
    /// Place in [`OFFERS`].
    pub offer: usize,
    /// Who gives it.
    pub staff: String,
    /// When the visit is; made up when absent.
    pub at: Option<Timestamp>,
}

/// The words for an episode that is told at `now`.
pub(super) fn words(
    topic: &Topic,
    customer: &str,
    me: &str,
    (now, zone): (Timestamp, &TimeZone),
    dice: &mut Dice,
) -> Words {
    let offer = &OFFERS[topic.offer];
    let extra = another(offer, dice);
    let here = |at: Timestamp| at.to_jiff().map(|at| at.to_zoned(zone.clone()));
    let today = here(now).map_or(Date::ZERO, |z| z.date());
    let (day, (hour, minute)) = match topic.at.and_then(here) {
        Some(visit) => (day_word(today, visit.date()), (i64::from(visit.hour()), i64::from(visit.minute()))),
        None => {
            let date = open_day(today, dice.between(1, 5));
            (day_word(today, date), (dice.between(9, 15), half_hour(dice)))
        }
    };
    // The other time is a later one, so that it makes sense after "later".
    let alt = clock(dice.between(hour + 1, (hour + 4).clamp(hour + 1, 17.max(hour + 1))), half_hour(dice));
    let altday = day_word(today, open_day(today, dice.between(6, 9)));
    vec![
        ("first", first_name(customer).to_owned()),
        ("me", first_name(me).to_owned()),
        ("staff", first_name(&topic.staff).to_owned()),
        ("service", offer.spoken.to_owned()),
        ("thing", offer.spoken.strip_prefix("a ").unwrap_or(offer.spoken).to_owned()),
        ("price", shillings(offer.price)),
        ("half", shillings(offer.price / 2)),
        ("dur", length(offer.minutes).to_owned()),
        ("extra", extra.spoken.to_owned()),
        ("total", shillings(offer.price + extra.price)),
        ("day", day),
        ("altday", altday),
        ("time", clock(hour, minute)),
        ("alt", alt),
        ("month", month(today, dice.between(1, 5))),
        ("code", code(dice)),
        ("shop", super::salon::NAME.to_owned()),
    ]
}

fn another<'a>(offer: &Offer, dice: &mut Dice) -> &'a Offer {
    let other = std::iter::repeat_with(|| dice.pick(&OFFERS)).find(|other| other.category != offer.category);
    other.unwrap_or(&OFFERS[0])
}

pub(super) fn first_name(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}

/// `KES 4,500`.
fn shillings(amount: i64) -> String {
    match (amount / 1000, amount % 1000) {
        (0, rest) => format!("KES {rest}"),
        (thousands, rest) => format!("KES {thousands},{rest:03}"),
    }
}

const fn length(minutes: u32) -> &'static str {
    match minutes {
        0..=30 => "half an hour",
        31..=45 => "45 minutes",
        46..=60 => "an hour",
        61..=90 => "an hour and a half",
        91..=120 => "two hours",
        121..=150 => "two and a half hours",
        151..=210 => "three and a half hours",
        _ => "about four hours",
    }
}

/// Some days later, and not on a Sunday.
fn open_day(today: Date, days: i64) -> Date {
    let date = today.saturating_add(jiff::Span::new().days(days));
    if date.weekday() == Weekday::Sunday { date.tomorrow().unwrap_or(date) } else { date }
}

/// How people name a day when they stand on another.
fn day_word(today: Date, date: Date) -> String {
    match (date - today).get_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=6 => weekday(date).to_owned(),
        _ => format!("{} the {}{}", weekday(date), date.day(), ending(date.day())),
    }
}

const fn ending(day: i8) -> &'static str {
    match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    }
}

fn weekday(date: Date) -> &'static str {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    usize::try_from(date.weekday().to_monday_zero_offset())
        .ok()
        .and_then(|at| DAYS.get(at))
        .copied()
        .unwrap_or("Monday")
}

fn month(today: Date, later: i64) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = today.first_of_month().saturating_add(jiff::Span::new().months(later));
    MONTHS[usize::try_from(date.month() - 1).unwrap_or(0) % MONTHS.len()].to_owned()
}

fn clock(hour: i64, minute: i64) -> String {
    format!("{hour}:{minute:02}")
}

fn half_hour(dice: &mut Dice) -> i64 {
    30 * dice.between(0, 1)
}

/// Looks like the code of a mobile payment: ten capitals and digits.
fn code(dice: &mut Dice) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
    std::iter::once('S').chain((0..9).map(|_| char::from(*dice.pick(SIGNS)))).collect()
}

#[cfg(test)]
mod tests {
    use kernel::text::parse_zone;

    use super::*;

    #[test]
    fn every_word_is_there_and_says_something() {
        let zone = parse_zone("Africa/Nairobi").unwrap();
        let now = Timestamp::parse("2026-11-20T08:00:00+03:00").unwrap();
        let visit = Timestamp::parse("2026-11-21T10:30:00+03:00").unwrap();
        let topic = Topic { offer: 9, staff: "Grace Akinyi".to_owned(), at: Some(visit) };
        let words = words(&topic, "Wanjiku Kamau", "Brian Ochieng", (now, &zone), &mut Dice::new(1));
        assert_eq!(words.iter().map(|(name, _)| *name).collect::<Vec<_>>(), NAMES);
        assert!(words.iter().all(|(_, word)| !word.is_empty()));
        let word = |name| words.iter().find(|(known, _)| *known == name).map(|(_, word)| word.as_str()).unwrap();
        assert_eq!((word("day"), word("time"), word("first")), ("tomorrow", "10:30", "Wanjiku"));
        assert_eq!((word("price"), word("half"), word("dur")), ("KES 1,800", "KES 900", "an hour"));
    }

    #[test]
    fn days_are_named_as_people_do() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let today = day("2026-11-20");
        for (date, word) in [
            ("2026-11-20", "today"),
            ("2026-11-21", "tomorrow"),
            ("2026-11-25", "Wednesday"),
            ("2026-12-01", "Tuesday the 1st"),
            ("2026-12-12", "Saturday the 12th"),
        ] {
            assert_eq!(day_word(today, day(date)), word);
        }
        assert_eq!(open_day(today, 2), day("2026-11-23"), "the 22nd is a Sunday");
    }
}
