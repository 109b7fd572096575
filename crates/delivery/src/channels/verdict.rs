//! What a provider's answer means for a delivery: a table by its error codes, and the HTTP status where it gives none.

use std::time::Duration;

use super::{Failure, Outcome};

/// What becomes of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Worth another try.
    Retry,
    /// Never worth another try.
    Dead,
    /// Somebody must change the account or the settings first.
    Held,
}

/// How one provider speaks.
#[derive(Debug)]
pub(super) struct Provider {
    /// As people know it.
    pub name: &'static str,
    /// Its error codes, of answers and of later reports alike, in order, each with the code that we give.
    pub by_code: &'static [(u32, Fate, &'static str)],
    /// Our code for an account or a login that it does not take.
    pub login_refused: &'static str,
    /// Our code for a fault on its side.
    pub failed: &'static str,
    /// Our code for a message that it does not take.
    pub refused: &'static str,
    /// Our code for an answer that says nothing.
    pub unreadable: &'static str,
    /// Our code for a message that it took and could not deliver.
    pub not_delivered: &'static str,
    /// Which line of the table a code belongs to, where several share one.
    pub line_of: fn(u32) -> u32,
    /// Our codes that speak of the account or of the provider, not of one recipient.
    pub of_the_provider: &'static [&'static str],
}

impl Provider {
    /// What becomes of a delivery whose message was not taken.
    pub fn decide(&self, status: u16, code: Option<u32>, words: &str, after: Option<Duration>) -> Outcome {
        let (fate, word) = code.and_then(|code| self.find(code)).unwrap_or_else(|| self.by_status(status));
        let failure = Failure { code: word, error: self.sentence(code, words, status) };
        match fate {
            Fate::Retry => Outcome::Retry { failure, after },
            Fate::Dead => Outcome::Dead { failure },
            Fate::Held => Outcome::Held { reason: failure },
        }
    }

    /// Why a message that was taken did not arrive, from a later report.
    pub fn explain(&self, code: Option<u32>, words: &str) -> Failure {
        let word = code.and_then(|code| self.find(code)).map_or(self.not_delivered, |(_, word)| word);
        let name = self.name;
        let error = match code {
            Some(code) if !words.is_empty() => format!("{name} could not deliver the message: {words} (error {code})"),
            Some(code) => format!("{name} could not deliver the message (error {code})."),
            None => format!("{name} could not deliver the message."),
        };
        Failure { code: word, error }
    }

    /// Whether a failure says that the next message by the same account or number would fare no better.
    pub fn is_to_blame(&self, failure: &Failure) -> bool {
        self.of_the_provider.contains(&failure.code)
    }

    fn find(&self, code: u32) -> Option<(Fate, &'static str)> {
        let line = (self.line_of)(code);
        let at = self.by_code.binary_search_by_key(&line, |(known, ..)| *known).ok()?;
        let (_, fate, word) = self.by_code[at];
        Some((fate, word))
    }

    const fn by_status(&self, status: u16) -> (Fate, &'static str) {
        match status {
            401 | 403 | 404 => (Fate::Held, self.login_refused),
            408 | 425 | 500..=599 => (Fate::Retry, self.failed),
            429 => (Fate::Retry, "TOO_MANY_MESSAGES"),
            400..=499 => (Fate::Dead, self.refused),
            _ => (Fate::Retry, self.unreadable),
        }
    }

    fn sentence(&self, code: Option<u32>, words: &str, status: u16) -> String {
        let name = self.name;
        match code {
            Some(code) if !words.is_empty() => format!("{name} said: {words} (error {code})"),
            Some(code) => format!("{name} said: error {code}"),
            None => format!("{name} answered with HTTP {status}."),
        }
    }
}

/// The fate and the code of an answer, for the tests of each table.
#[cfg(test)]
pub(super) fn fate(provider: &Provider, status: u16, code: Option<u32>) -> (Fate, &'static str) {
    let wait = Some(Duration::from_secs(7));
    match provider.decide(status, code, "words", wait) {
        Outcome::Retry { failure, after } => {
            assert_eq!(after, wait);
            (Fate::Retry, failure.code)
        }
        Outcome::Dead { failure } => (Fate::Dead, failure.code),
        Outcome::Held { reason } => (Fate::Held, reason.code),
        other => panic!("{other:?}"),
    }
}

/// Fails unless each line of the table is found by its code.
#[cfg(test)]
pub(super) fn check_order(provider: &Provider) {
    for (code, fate, word) in provider.by_code {
        assert_eq!(provider.find(*code), Some((*fate, *word)));
    }
}
