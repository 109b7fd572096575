//! How money, dates and times are written for a language and the business's country. A language that is not listed gets
//! plain numbers and dates that mean the same everywhere.

use jiff::{civil, tz::TimeZone};
use kernel::{Money, Timestamp};
use people::tenants::TenantView;

use super::language;

/// The words and signs of one language.
struct Words {
    language: &'static str,
    /// Between groups of three digits, before the fraction, and whether the currency stands first.
    numbers: (&'static str, &'static str, bool),
    /// Between day, month and year.
    date: (&'static str, &'static str),
    months: [&'static str; 12],
    /// Monday first.
    weekdays: [&'static str; 7],
}

const NO_BREAK: &str = "\u{a0}";

const LANGUAGES: &[Words] = &[
    Words {
        language: "en",
        numbers: (",", ".", true),
        date: (" ", " "),
        months: [
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
        ],
        weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    },
    Words {
        language: "sw",
        numbers: (",", ".", true),
        date: (" ", " "),
        months: [
            "Januari", "Februari", "Machi", "Aprili", "Mei", "Juni", "Julai", "Agosti", "Septemba", "Oktoba",
            "Novemba", "Desemba",
        ],
        weekdays: ["Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili"],
    },
    Words {
        language: "fr",
        numbers: (NO_BREAK, ",", false),
        date: (" ", " "),
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        weekdays: ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    },
    Words {
        language: "de",
        numbers: (".", ",", false),
        date: (". ", " "),
        months: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        weekdays: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    },
    Words {
        language: "es",
        numbers: (".", ",", false),
        date: (" de ", " de "),
        months: [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        weekdays: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
    },
    Words {
        language: "pt",
        numbers: (".", ",", false),
        date: (" de ", " de "),
        months: [
            "janeiro",
            "fevereiro",
            "março",
            "abril",
            "maio",
            "junho",
            "julho",
            "agosto",
            "setembro",
            "outubro",
            "novembro",
            "dezembro",
        ],
        weekdays: ["segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"],
    },
];

/// For whom something is written.
#[derive(Clone)]
pub(super) struct Locale {
    words: Option<&'static Words>,
    /// ISO 3166 alpha-2.
    country: String,
    zone: TimeZone,
}

impl Locale {
    /// In this language, for this business.
    pub(super) fn new(tag: &str, tenant: &TenantView) -> Self {
        let base = language::base_of(tag);
        let words = LANGUAGES.iter().find(|words| words.language == base);
        Self { words, country: tenant.country.clone(), zone: tenant.zone() }
    }

    fn is_american(&self) -> bool {
        self.country == "US" && self.words.is_some_and(|words| words.language == "en")
    }

    /// `KES 1,500`, and `KES 1,500.50` where there is something behind the point.
    pub(super) fn money(&self, money: Money) -> String {
        let (group, point, currency_first) = self.words.map_or((",", ".", true), |words| words.numbers);
        let decimal = money.to_decimal();
        let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |digits| ("-", digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = grouped(whole, group, self.country == "IN");
        let is_whole = fraction.bytes().all(|digit| digit == b'0');
        let number = if is_whole { whole } else { format!("{whole}{point}{fraction}") };
        if currency_first {
            format!("{} {sign}{number}", money.currency)
        } else {
            format!("{sign}{number}{NO_BREAK}{}", money.currency)
        }
    }

    /// `15 May 2026`.
    pub(super) fn date(&self, date: civil::Date) -> String {
        let Some(words) = self.words else { return date.to_string() };
        let month = at(&words.months, date.month() - 1);
        if self.is_american() {
            return format!("{month} {}, {}", date.day(), date.year());
        }
        let (after_day, after_month) = words.date;
        format!("{}{after_day}{month}{after_month}{}", date.day(), date.year())
    }

    /// `10:00`, or `10:00 AM` where people write so.
    pub(super) fn time(&self, time: civil::Time) -> String {
        let (hour, minute) = (time.hour(), time.minute());
        if !self.is_american() {
            return format!("{hour:02}:{minute:02}");
        }
        let half = if hour < 12 { "AM" } else { "PM" };
        format!("{}:{minute:02} {half}", (hour + 11) % 12 + 1)
    }

    /// `Friday, 15 May 2026, 10:00`.
    pub(super) fn date_time(&self, at_time: civil::DateTime) -> String {
        let (date, time) = (self.date(at_time.date()), self.time(at_time.time()));
        match self.words {
            None => format!("{date} {time}"),
            Some(words) => {
                let weekday = at(&words.weekdays, at_time.date().weekday().to_monday_zero_offset());
                format!("{weekday}, {date}, {time}")
            }
        }
    }

    /// An instant on the business's clock.
    pub(super) fn local(&self, instant: Timestamp) -> Option<civil::DateTime> {
        Some(instant.to_jiff()?.to_zoned(self.zone.clone()).datetime())
    }
}

fn at(words: &[&'static str], index: i8) -> &'static str {
    usize::try_from(index).ok().and_then(|index| words.get(index)).copied().unwrap_or("")
}

/// Groups of three digits, or in India of two above the first three.
fn grouped(digits: &str, separator: &str, is_indian: bool) -> String {
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        let is_boundary = if is_indian && left > 3 { left % 2 == 1 } else { left.is_multiple_of(3) };
        if index > 0 && is_boundary {
            grouped.push_str(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn locale(tag: &str, country: &str, zone: &str) -> Locale {
        let words = LANGUAGES.iter().find(|words| words.language == language::base_of(tag));
        Locale { words, country: country.into(), zone: TimeZone::get(zone).unwrap() }
    }

    #[test]
    fn money_is_written_as_people_there_write_it() {
        let money = |amount, code| Money { amount, currency: Currency::parse(code).unwrap() };
        let written = |tag, country, of| locale(tag, country, "UTC").money(of);
        assert_eq!(written("en", "KE", money(150_000_000, "KES")), "KES 1,500,000");
        assert_eq!(written("en", "IN", money(1_234_567_800, "INR")), "INR 1,23,45,678");
        assert_eq!(written("de", "DE", money(-150_050, "EUR")), "-1.500,50\u{a0}EUR");
        assert_eq!(written("fr", "FR", money(99, "EUR")), "0,99\u{a0}EUR");
        assert_eq!(written("en", "JP", money(1500, "JPY")), "JPY 1,500");
        assert_eq!(written("hi", "IN", money(100_000, "INR")), "INR 1,000");
    }

    #[test]
    fn times_are_those_of_the_business_and_its_language() {
        let start = Timestamp::parse("2026-05-15T07:00:00Z").unwrap();
        let written = |tag, country, zone| {
            let locale = locale(tag, country, zone);
            locale.date_time(locale.local(start).unwrap())
        };
        assert_eq!(written("en", "KE", "Africa/Nairobi"), "Friday, 15 May 2026, 10:00");
        assert_eq!(written("en-US", "US", "America/New_York"), "Friday, May 15, 2026, 3:00 AM");
        assert_eq!(written("de", "DE", "Europe/Berlin"), "Freitag, 15. Mai 2026, 09:00");
        assert_eq!(written("es", "MX", "America/Mexico_City"), "viernes, 15 de mayo de 2026, 01:00");
        assert_eq!(written("sw", "KE", "Africa/Nairobi"), "Ijumaa, 15 Mei 2026, 10:00");
        assert_eq!(written("zh", "CN", "Asia/Shanghai"), "2026-05-15 15:00");
        let midnight = civil::time(0, 5, 0, 0);
        assert_eq!(locale("en", "US", "UTC").time(midnight), "12:05 AM");
    }
}
