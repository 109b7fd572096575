//! What the server answers: a code, an enhanced code (RFC 3463) and a sentence for people.

use std::borrow::Cow;

/// One answer on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    code: u16,
    enhanced: Cow<'static, str>,
    text: Cow<'static, str>,
}

impl Reply {
    pub(super) const fn new(code: u16, enhanced: &'static str, text: &'static str) -> Self {
        Self { code, enhanced: Cow::Borrowed(enhanced), text: Cow::Borrowed(text) }
    }

    /// The answer of a fault, with whatever 4yz or 5yz code it was given.
    pub(super) fn refused(code: u16, subject: &str, text: &'static str) -> Self {
        Self { code, enhanced: format!("{}.{subject}", code / 100).into(), text: Cow::Borrowed(text) }
    }

    pub(super) const fn message_too_large() -> Self {
        Self::new(552, "5.3.4", "the message is too large")
    }

    #[cfg(test)]
    pub(super) fn code(&self) -> u16 {
        self.code
    }

    /// A continuation of AUTH and the go-ahead of DATA carry no enhanced code.
    pub(super) fn line(&self) -> String {
        let Self { code, enhanced, text } = self;
        if enhanced.is_empty() { format!("{code} {text}\r\n") } else { format!("{code} {enhanced} {text}\r\n") }
    }
}
