//! An appointment as an iCalendar file (RFC 5545): lines end in CR LF and are folded at 75 octets, texts are escaped,
//! times are UTC.

use kernel::Timestamp;

use super::{entity::Model, model::Status};

/// Longest line, without its end (RFC 5545 §3.1).
const LINE_OCTETS_MAX: usize = 75;

/// The business behind the appointment.
pub(super) struct Place<'a> {
    pub name: &'a str,
    pub address: Option<&'a str>,
}

/// The whole file.
pub(super) fn calendar(row: &Model, status: Status, place: &Place<'_>, now: Timestamp) -> String {
    let mut file = String::new();
    let mut line = |name: &str, value: &str| fold(&mut file, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Frontdesk//Appointments//EN");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("BEGIN", "VEVENT");
    line("UID", &format!("{}@frontdesk", row.id));
    line("SEQUENCE", &row.sequence.to_string());
    line("DTSTAMP", &utc(now));
    line("LAST-MODIFIED", &utc(row.updated_at));
    line("DTSTART", &utc(row.start_at));
    line("DTEND", &utc(row.end_at));
    line("SUMMARY", &escape(&format!("{} – {}", row.service_name, place.name)));
    line("DESCRIPTION", &escape(&description(row)));
    if let Some(address) = place.address {
        line("LOCATION", &escape(address));
    }
    line("STATUS", status_word(status));
    line("END", "VEVENT");
    line("END", "VCALENDAR");
    file
}

fn description(row: &Model) -> String {
    let with = format!("{} with {}", row.service_name, row.provider_name);
    match &row.notes {
        Some(notes) => format!("{with}\n{notes}"),
        None => with,
    }
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Pending => "TENTATIVE",
        Status::Confirmed | Status::InProgress | Status::Completed => "CONFIRMED",
        Status::Cancelled | Status::Rejected | Status::NoShow => "CANCELLED",
    }
}

fn utc(at: Timestamp) -> String {
    at.to_jiff().map(|at| at.strftime("%Y%m%dT%H%M%SZ").to_string()).unwrap_or_default()
}

/// Backslash, semicolon, comma and line breaks (RFC 5545 §3.3.11); a lone CR is dropped.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() && c != '\t' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// Appends a line, broken between characters so that no part is longer than allowed; a continuation starts with a blank.
fn fold(file: &mut String, line: &str) {
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE_OCTETS_MAX {
            file.push_str("\r\n ");
            octets = 1;
        }
        file.push(c);
        octets += c.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unfold(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn special_characters_cannot_break_out_of_their_line() {
        assert_eq!(escape("a;b,c\\d\r\nEND:VEVENT"), "a\\;b\\,c\\\\d\\nEND:VEVENT");
        assert_eq!(utc(Timestamp::parse("2026-05-15T10:00:00+03:00").unwrap()), "20260515T070000Z");
    }

    proptest! {
        #[test]
        fn folded_lines_are_short_and_read_back(text in "[a-zé美 ;\\n]{0,400}") {
            let mut file = String::new();
            let line = format!("SUMMARY:{}", escape(&text));
            fold(&mut file, &line);
            prop_assert!(file.split("\r\n").all(|part| part.len() <= LINE_OCTETS_MAX));
            prop_assert_eq!(unfold(file.strip_suffix("\r\n").unwrap()), line);
        }
    }
}
