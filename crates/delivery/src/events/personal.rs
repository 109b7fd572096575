//! What is somebody's own matter and not their business's (contract §8): news of the safety of an account, and what waits for
//! one person to be read. Such events are kept and carried out like any other, and told to that person alone. Whoever runs
//! the business finds neither them nor their deliveries in its log, cannot state them again, and no webhook hears of them.

use crate::catalogue::PERSONAL;

/// Narrows a query to what the business may see; `events` is what the query calls the table of events.
pub(crate) fn shared(events: &str) -> String {
    // As literals: they are names of ours, and the query keeps its plan.
    let names: Vec<String> = PERSONAL.iter().map(|name| format!("'{name}'")).collect();
    format!("{events}.type NOT IN ({})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_a_query_as_they_are() {
        assert_eq!(shared("e"), "e.type NOT IN ('account.security', 'notifications.digest')");
        assert!(PERSONAL.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'.')));
    }
}
