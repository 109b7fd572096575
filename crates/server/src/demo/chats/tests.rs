//! The conversations hang together, whatever the hour.

use std::collections::HashSet;

use kernel::text::parse_zone;

use super::*;
use crate::demo::daytime::midnight;

const NOW: i64 = 1_795_154_400_000;

fn chats_at(now: i64) -> Vec<Chat> {
    let customers: Vec<String> = (0..200).map(|nth| format!("Name{nth} Surname")).collect();
    let zone = parse_zone("Africa/Nairobi").unwrap();
    let frame = Frame {
        now: Timestamp::from_millis(now),
        zone: &zone,
        customers: &customers,
        visits: &[],
        chairs: &[0, 2, 3, 4],
    };
    plan(&frame, &mut Dice::new(1)).unwrap()
}

#[test]
fn some_thousand_lines_are_spoken_in_order_and_before_now() {
    for now in [NOW, NOW + 7 * HOUR, NOW + 18 * HOUR] {
        let chats = chats_at(now);
        assert_eq!(chats.len(), DIRECT);
        let lines: usize = chats.iter().map(|chat| chat.lines.len()).sum();
        assert!((2_000..5_000).contains(&lines), "{lines}");
        for chat in &chats {
            let times: Vec<_> = chat.lines.iter().map(|line| line.at).collect();
            assert!(times.is_sorted() && times.last().is_some_and(|at| at.millis() <= now), "{}", chat.customer);
            for (place, line) in chat.lines.iter().enumerate() {
                assert!(line.answers.is_none_or(|answered| answered < place && chat.lines[answered].by != line.by));
            }
        }
    }
}

#[test]
fn nobody_writes_at_night() {
    let zone = parse_zone("Africa/Nairobi").unwrap();
    for hour in 0..24 {
        let now = NOW + hour * HOUR;
        for chat in chats_at(now) {
            for line in &chat.lines {
                let hour = (line.at.millis() - midnight(&zone, line.at.millis()).unwrap()) / HOUR;
                assert!((8..=20).contains(&hour), "{} at {} of {now}", line.text, line.at);
            }
        }
        let newest = chats_at(now).iter().filter_map(|chat| chat.lines.last().map(|line| line.at.millis())).max();
        let quiet = latest(&zone, now) - newest.unwrap();
        assert!(quiet < 15 * MINUTE, "the newest is {quiet} ms old at {now}");
    }
}

#[test]
fn nobody_has_read_what_was_not_yet_written() {
    for chat in chats_at(NOW) {
        for seen in &chat.seen {
            assert!((1..=chat.lines.len()).contains(&seen.lines), "{}", chat.customer);
            let written = chat.lines[seen.lines - 1].at;
            assert!(written <= seen.at && seen.at.millis() <= NOW, "{}: {seen:?} {written}", chat.customer);
        }
    }
}

#[test]
fn some_wait_for_an_answer_and_some_were_not_seen() {
    let chats = chats_at(NOW);
    for nth in UNREAD {
        let chat = &chats[nth];
        let read = chat.seen.iter().filter(|s| s.by == Voice::Team(0) && s.read).map(|s| s.lines).max().unwrap_or(0);
        let unread = chat.lines[read..].iter().filter(|line| line.by == Voice::Customer).count();
        assert!((1..=4).contains(&unread) && chat.lines[read..].len() == unread, "{nth}: {unread}");
    }
    for nth in UNSEEN {
        let chat = &chats[nth];
        assert!(matches!(chat.lines.last().map(|line| line.by), Some(Voice::Team(_))), "{nth}");
        assert!(!chat.seen.iter().any(|s| s.by == Voice::Customer && s.read && s.lines == chat.lines.len()), "{nth}");
    }
}

#[test]
fn two_conversations_hardly_share_a_stretch_of_lines() {
    let chats = chats_at(NOW);
    let mut known = HashSet::new();
    let (mut all, mut repeated) = (0, 0);
    for stretch in chats.iter().flat_map(|chat| chat.lines.windows(5)) {
        let words: Vec<&str> = stretch.iter().map(|line| line.text.as_str()).collect();
        all += 1;
        repeated += usize::from(!known.insert(words));
    }
    assert!(repeated * 30 < all, "{repeated} of {all}");
}
