//! What came of counting, and how clients are told: a 429 problem, and the fields `RateLimit` and `RateLimit-Policy` of the
//! IETF draft httpapi-ratelimit-headers-10 (structured fields: a list of policies with parameters).

use std::{fmt::Write, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue};
use kernel::Problem;
use serde_json::json;

use super::{policy::Policy, table::Used};
use crate::config::Quota;

/// What is left of each quota.
pub const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// The quotas themselves.
pub const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// One request, counted against one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Against which policy.
    pub policy: Policy,
    /// What it allows.
    pub quota: Quota,
    /// Whether it may go on.
    pub allowed: bool,
    /// How many more may come in this window.
    pub remaining: u32,
    /// Until the window ends.
    pub ends_in: Duration,
}

impl Verdict {
    pub(super) fn new(policy: Policy, quota: Quota, used: Used) -> Self {
        let remaining = if used.allowed { quota.requests.saturating_sub(used.requests) } else { 0 };
        Self { policy, quota, allowed: used.allowed, remaining, ends_in: used.ends_in }
    }

    /// The refusal, when it is one.
    pub fn check(&self) -> Result<(), Problem> {
        if self.allowed { Ok(()) } else { Err(rate_limited(self.policy.name(), self.ends_in)) }
    }

    /// Of two verdicts under one name, the one that ends sooner for the client.
    #[must_use]
    pub fn tighter(self, other: Self) -> Self {
        if other.remaining < self.remaining || !other.allowed { other } else { self }
    }
}

/// 429, with the name of the limit and when to come again.
pub fn rate_limited(name: &'static str, ends_in: Duration) -> Problem {
    let seconds = whole_seconds(ends_in);
    let words = match seconds {
        1 => "Too many requests; please try again in a second.".to_owned(),
        2..120 => format!("Too many requests; please try again in {seconds} seconds."),
        _ => format!("Too many requests; please try again in {} minutes.", seconds.div_ceil(60)),
    };
    // A client that waits what it is told must find the next window open.
    let after = Duration::from_secs(seconds);
    Problem::new(429, "RATE_LIMITED", words).retry_after(after).with("violated-policies", json!([name]))
}

fn whole_seconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

/// Writes both fields for the verdicts of one request.
pub fn write_headers(verdicts: &[Verdict], into: &mut HeaderMap) {
    let (mut left, mut policies) = (String::with_capacity(32), String::with_capacity(32));
    for verdict in verdicts {
        let separator = if left.is_empty() { "" } else { ", " };
        let (name, quota) = (verdict.policy.name(), verdict.quota);
        let ends_in = whole_seconds(verdict.ends_in);
        let window = quota.window.as_secs().max(1);
        let written = write!(left, "{separator}\"{name}\";r={};t={ends_in}", verdict.remaining)
            .and_then(|()| write!(policies, "{separator}\"{name}\";q={};w={window}", quota.requests));
        written.expect("a string takes what is written");
    }
    for (name, text) in [(RATE_LIMIT, left), (RATE_LIMIT_POLICY, policies)] {
        if let Ok(value) = HeaderValue::try_from(text) {
            into.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(policy: Policy, requests: u32, used: u32) -> Verdict {
        let quota = Quota { requests, window: Duration::from_secs(60) };
        let allowed = used <= requests;
        Verdict::new(policy, quota, Used { requests: used, ends_in: Duration::from_millis(59_001), allowed })
    }

    #[test]
    fn the_fields_are_lists_of_named_policies() {
        let mut headers = HeaderMap::new();
        write_headers(&[verdict(Policy::Api, 300, 1), verdict(Policy::Messages, 60, 60)], &mut headers);
        assert_eq!(headers[RATE_LIMIT], r#""api";r=299;t=60, "messages";r=0;t=60"#);
        assert_eq!(headers[RATE_LIMIT_POLICY], r#""api";q=300;w=60, "messages";q=60;w=60"#);
    }

    #[test]
    fn limits_that_count_one_request_together_have_names_of_their_own() {
        let together =
            [Policy::Api, Policy::Strict, Policy::Team, Policy::Messages, Policy::Events, Policy::EventsOfUser];
        let names: std::collections::HashSet<&str> = together.iter().map(|policy| policy.name()).collect();
        assert_eq!(names.len(), together.len());
    }

    #[test]
    fn a_refusal_says_when_to_come_again() {
        let problem = verdict(Policy::Auth, 10, 11).check().unwrap_err();
        assert_eq!((problem.status, problem.code), (429, "RATE_LIMITED"));
        assert_eq!(problem.retry_after, Some(Duration::from_secs(60)));
        assert_eq!(problem.extra["violated-policies"], json!(["auth"]));
        assert!(verdict(Policy::Auth, 10, 10).check().is_ok());
    }
}
