//! Writing outcomes, many at once: the deliveries, their attempts, and how far their events are. [`group_sqlite`] and
//! [`group_postgres`] do the same, each in the way that costs least there. A lease that was taken over belongs to somebody
//! else, whose mark will count; that something was sent counts all the same.

pub(crate) mod group_postgres;
pub(crate) mod group_sqlite;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::deliveries::marker::{Log, Mark};

/// Bytes of a request or an answer that are kept with an attempt.
const LOG_BYTES_MAX: usize = crate::channels::RESPONSE_BYTES_MAX;

/// The attempts that are kept.
fn tried(marks: &[Mark]) -> impl Iterator<Item = (&Mark, &Log)> {
    marks.iter().filter_map(|mark| Some((mark, mark.log.as_ref()?)))
}

/// The beginning of a text, whole characters of it; without NUL, which cannot be stored.
fn kept(text: &str) -> String {
    text[..text.floor_char_boundary(LOG_BYTES_MAX)].replace('\0', "\u{fffd}")
}

/// How many deliveries of an event ended, and how many of these were given up or called off.
#[derive(Debug, Default, Clone, Copy)]
struct Step {
    finished: i32,
    dead: i32,
    cancelled: i32,
}

/// What the marks that changed something add to their events, in the order of ids.
fn steps(marks: &[Mark], changed: &[bool]) -> BTreeMap<Uuid, Step> {
    let mut steps: BTreeMap<Uuid, Step> = BTreeMap::new();
    for (mark, _) in marks.iter().zip(changed).filter(|(mark, changed)| **changed && mark.ends()) {
        let step = steps.entry(mark.work.card.facts.id.uuid()).or_default();
        step.finished += 1;
        step.dead += i32::from(mark.is_dead());
        step.cancelled += i32::from(mark.is_cancelled());
    }
    steps
}

fn number(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_can_be_stored() {
        assert_eq!(kept("a\0b"), "a\u{fffd}b");
        let long = "ä".repeat(LOG_BYTES_MAX);
        assert!(kept(&long).len() <= LOG_BYTES_MAX && long.starts_with(&kept(&long)));
    }
}
