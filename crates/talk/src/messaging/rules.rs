//! Pure decisions of messaging, time passed in.

use std::time::Duration;

use kernel::{Problem, Timestamp, text};

use super::model::MessageStatus;

/// How long after sending the writer may change a message.
pub const EDIT_WINDOW: Duration = Duration::from_secs(15 * 60);
/// Characters of the newest message kept with its conversation.
pub const LAST_MESSAGE_CHARS: usize = 120;
/// Characters of a notification's preview.
pub const PREVIEW_CHARS: usize = 50;
/// Longest id a client may give its message.
pub const CLIENT_ID_CHARS_MAX: usize = 100;
/// Labels on one conversation.
pub const TAGS_MAX: usize = 20;
/// Characters of one label.
pub const TAG_CHARS_MAX: usize = 40;
/// Messages replayed to a socket that joins; more is fetched over REST.
pub const REPLAY_MESSAGES_MAX: u64 = 200;
/// Messages of a page unless asked otherwise.
pub const PAGE_MESSAGES: u64 = 50;
/// Most messages of a page.
pub const PAGE_MESSAGES_MAX: u64 = 500;
/// Most conversations of a list.
pub const CONVERSATIONS_MAX: u64 = 200;

/// The hour in which something happened: lists of conversations are ordered by it before the instant itself.
pub const fn hour(at: Timestamp) -> i64 {
    at.millis().div_euclid(3_600_000)
}

/// When an appointment's thread closes: never while it is open, after-care days after it was completed, at once otherwise.
pub fn decide_closing(status: &str, completed_at: Option<Timestamp>, after_care_days: i64) -> Option<Timestamp> {
    match status {
        "pending" | "confirmed" | "in_progress" => None,
        "completed" => {
            let days = u64::try_from(after_care_days).unwrap_or(0);
            let care = Duration::from_secs(days * 24 * 3600);
            Some(completed_at.unwrap_or_default().plus(care))
        }
        _ => Some(Timestamp::default()),
    }
}

/// How far a message has come, from the marks of the other side.
pub fn decide_status(seq: i64, delivered_seq: i64, read_seq: i64) -> MessageStatus {
    if seq <= read_seq {
        MessageStatus::Read
    } else if seq <= delivered_seq {
        MessageStatus::Delivered
    } else {
        MessageStatus::Sent
    }
}

/// What a list shows of a message.
pub fn last_message(content: &str, files: usize) -> String {
    let shown = on_one_line(content, LAST_MESSAGE_CHARS);
    match files {
        _ if !shown.is_empty() => shown,
        0 => shown,
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    }
}

/// Refuses what cannot be the number of a message, or 0 for none.
pub fn check_seq(field: &'static str, seq: Option<i64>) -> Result<(), Problem> {
    if seq.is_some_and(|seq| seq < 0) {
        return Err(Problem::field(field, "OUT_OF_RANGE", "must not be negative"));
    }
    Ok(())
}

/// The first characters of a text as they fit on one line: each run of white space is one space, and none begins it.
pub fn on_one_line(text: &str, chars_max: usize) -> String {
    let mut line = String::with_capacity(chars_max.min(text.len()));
    let mut chars = 0;
    for word in text.split_whitespace() {
        let space = usize::from(chars > 0);
        let Some(room) = chars_max.checked_sub(chars + space).filter(|room| *room > 0) else { break };
        if space > 0 {
            line.push(' ');
        }
        let word = text::preview(word, room);
        line.push_str(word);
        chars += space + word.chars().count();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_appointments_thread_closes_after_its_care_days() {
        let done = Timestamp::from_millis(1_000);
        assert_eq!(decide_closing("confirmed", None, 7), None);
        assert_eq!(decide_closing("completed", Some(done), 7), Some(done.plus(Duration::from_secs(7 * 86_400))));
        assert_eq!(decide_closing("cancelled", None, 7), Some(Timestamp::default()));
    }

    #[test]
    fn a_list_shows_a_message_on_one_line() {
        assert_eq!(last_message("\n\n  Good\tmorning,\r\n\r\nOlive ", 0), "Good morning, Olive");
        assert_eq!(last_message(" \n", 1), "1 file");
        assert_eq!(last_message("", 3), "3 files");
        assert_eq!(last_message("see", 3), "see");
        assert_eq!(on_one_line("één twee drie", 6), "één tw");
        assert_eq!(on_one_line("one two", 4), "one");
        assert_eq!(on_one_line("one two", 3), "one");
    }

    proptest! {
        #[test]
        fn what_is_shown_of_a_text_is_its_words_and_never_more_than_asked(text in r"[a-zé \n\t\u{2003}]{0,80}", max in 1_usize..60) {
            let line = on_one_line(&text, max);
            prop_assert!(line.chars().count() <= max && line.trim() == line);
            let whole = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert!(whole.starts_with(&line));
            prop_assert_eq!(line.is_empty(), whole.is_empty());
        }

        #[test]
        fn reading_implies_delivery(seq in 1_i64..100, delivered in 0_i64..100, read in 0_i64..100) {
            let status = decide_status(seq, delivered, read);
            prop_assert_eq!(status == MessageStatus::Read, seq <= read);
            prop_assert_eq!(status == MessageStatus::Sent, seq > read && seq > delivered);
        }
    }
}
