//! When a delivery that failed is tried again. One line for all channels, and others for those that differ:
//! `0s,5s,5m,30m,2h,5h,10h,10h; sms=0s,30s,5m`.

use std::time::Duration;

use super::report::Reader;

/// Tries of one delivery that a schedule may name.
pub const SCHEDULE_STEPS_MAX: usize = 32;
/// Longest wait between two tries.
pub const STEP_MAX: Duration = Duration::from_secs(7 * 24 * 3600);
/// What a schedule may name.
const CHANNELS: [&str; 6] = ["email", "sms", "whatsapp", "webhook", "push", "inapp"];
/// The schedule when nothing is set: eight tries within some 28 hours.
pub const SCHEDULE_DEFAULT: &str = "0s,5s,5m,30m,2h,5h,10h,10h";

/// Days that events which are over are kept, unless set.
pub const EVENTS_KEPT_DAYS: u64 = 90;
/// The most that may be set.
pub const EVENTS_KEPT_DAYS_MAX: u64 = 3_650;

/// The waits before each try: the first one before the first try, each other one after the try before it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedules {
    /// Of every channel that is not named.
    pub all: Vec<Duration>,
    /// By the channel's word.
    pub of_channel: Vec<(String, Vec<Duration>)>,
}

impl Schedules {
    /// The waits of one channel.
    pub fn of(&self, channel: &str) -> &[Duration] {
        let own = self.of_channel.iter().find(|(name, _)| name == channel);
        own.map_or(&self.all, |(_, steps)| steps)
    }
}

/// How long events that are over are kept.
pub(super) fn events_kept(r: &mut Reader) -> Duration {
    let days = r.number::<u64>("EVENTS_KEPT_DAYS", EVENTS_KEPT_DAYS);
    let fits = (1..=EVENTS_KEPT_DAYS_MAX).contains(&days);
    r.check("EVENTS_KEPT_DAYS", fits, &format!("must be 1 to {EVENTS_KEPT_DAYS_MAX}"));
    Duration::from_secs(days.min(EVENTS_KEPT_DAYS_MAX) * 24 * 3600)
}

pub(super) fn schedules(r: &mut Reader, text: &str) -> Schedules {
    parse(text).unwrap_or_else(|| {
        let message = "must be a list of waits such as 0s,5s,5m,2h, and may add others by channel (email, sms, \
                       whatsapp, webhook, push, inapp): 0s,5s; sms=0s,1m";
        r.refuse("DELIVERY_SCHEDULE", message, Schedules { all: vec![Duration::ZERO], of_channel: Vec::new() })
    })
}

fn parse(text: &str) -> Option<Schedules> {
    let mut parts = text.split(';').map(str::trim);
    let all = parse_steps(parts.next()?)?;
    let mut of_channel = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        let (name, steps) = part.split_once('=')?;
        let name = name.trim();
        if !CHANNELS.contains(&name) {
            return None;
        }
        of_channel.push((name.to_owned(), parse_steps(steps)?));
    }
    Some(Schedules { all, of_channel })
}

fn parse_steps(text: &str) -> Option<Vec<Duration>> {
    let steps: Option<Vec<Duration>> = text.split(',').map(|step| parse_step(step.trim())).collect();
    steps.filter(|steps| (1..=SCHEDULE_STEPS_MAX).contains(&steps.len()))
}

/// A whole number with its unit: `ms`, `s`, `m`, `h` or `d`.
pub(super) fn parse_step(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let millis = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(millis).map(Duration::from_millis).filter(|step| *step <= STEP_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_the_promised_one() {
        let schedules = parse(SCHEDULE_DEFAULT).unwrap();
        let seconds: Vec<u64> = schedules.of("email").iter().map(Duration::as_secs).collect();
        assert_eq!(seconds, [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]);
    }

    #[test]
    fn a_channel_may_differ() {
        let schedules = parse("0s, 250ms ,1d; sms=0s,1m").unwrap();
        assert_eq!(schedules.of("webhook").len(), 3);
        assert_eq!(schedules.of("sms"), [Duration::ZERO, Duration::from_secs(60)]);
    }

    #[test]
    fn what_is_no_wait_is_refused() {
        let long = vec!["1s"; SCHEDULE_STEPS_MAX + 1].join(",");
        for bad in ["", "5", "s", "-1s", "1w", "0s,,1s", "9d", "99999999999999999999s", "0s;sms", "0s;SMS=1s", &long] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
