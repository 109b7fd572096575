//! How often somebody may ask: `RATE_LIMIT_<NAME>=10/15m`, on top of a profile.

use std::time::Duration;

use super::{delivery::parse_step, report::Reader};

/// Requests that one limit may allow.
pub const REQUESTS_MAX: u32 = 1_000_000;
/// Shortest window.
pub const WINDOW_MIN: Duration = Duration::from_secs(1);
/// Longest window.
pub const WINDOW_MAX: Duration = Duration::from_secs(24 * 3600);

/// So many in each window. A window begins with the first request that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests allowed.
    pub requests: u32,
    /// How long the window is.
    pub window: Duration,
}

impl Quota {
    const fn per(requests: u32, window_seconds: u64) -> Self {
        Self { requests, window: Duration::from_secs(window_seconds) }
    }

    /// `10/15m`.
    fn parse(text: &str) -> Option<Self> {
        let (requests, window) = text.split_once('/')?;
        let requests = requests.trim().parse().ok().filter(|n| (1..=REQUESTS_MAX).contains(n))?;
        let window = parse_step(window.trim()).filter(|w| (WINDOW_MIN..=WINDOW_MAX).contains(w))?;
        Some(Self { requests, window })
    }
}

/// The quota of every named limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Signing up and in, codes and links, by address and by account.
    pub auth: Quota,
    /// Anything of one user or customer.
    pub api: Quota,
    /// Anything of one API key.
    pub api_key: Quota,
    /// Anything of one address without a credential.
    pub anonymous: Quota,
    /// Exports and imports of one person.
    pub strict: Quota,
    /// Acts on the team by one person.
    pub team: Quota,
    /// Events of one socket, whatever they are.
    pub socket: Quota,
    /// Messages of one sender, by REST and sockets together.
    pub messages: Quota,
    /// Events stated for one business.
    pub events: Quota,
    /// Events stated by one user.
    pub events_user: Quota,
}

const MINUTE: u64 = 60;

impl Quotas {
    /// What holds when nothing is set.
    pub const STANDARD: Self = Self {
        auth: Quota::per(10, 15 * MINUTE),
        api: Quota::per(300, MINUTE),
        api_key: Quota::per(1_000, MINUTE),
        anonymous: Quota::per(100, MINUTE),
        strict: Quota::per(20, 60 * MINUTE),
        team: Quota::per(30, MINUTE),
        socket: Quota::per(50, 1),
        messages: Quota::per(60, MINUTE),
        events: Quota::per(1_000, MINUTE),
        events_user: Quota::per(100, MINUTE),
    };

    /// The numbers of the administration document: a hundred calls a minute for everybody.
    pub const STRICT: Self = Self { api: Quota::per(100, MINUTE), api_key: Quota::per(100, MINUTE), ..Self::STANDARD };
}

/// The limits of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Nothing is counted or refused.
    pub disabled: bool,
    /// What is allowed otherwise.
    pub quotas: Quotas,
}

pub(super) fn rate_limits(r: &mut Reader) -> RateLimits {
    let base = match r.text("RATE_LIMIT_PROFILE", "standard").as_str() {
        "standard" => Quotas::STANDARD,
        "strict" => Quotas::STRICT,
        _ => r.refuse("RATE_LIMIT_PROFILE", "must be standard or strict", Quotas::STANDARD),
    };
    let mut quota = |name: &str, usual: Quota| match r.optional(name).map(|text| Quota::parse(&text)) {
        None => usual,
        Some(Some(quota)) => quota,
        Some(None) => {
            let message = "must be so many in a time from 1s to 24h, for example 10/15m";
            r.refuse(name, message, usual)
        }
    };
    let quotas = Quotas {
        auth: quota("RATE_LIMIT_AUTH", base.auth),
        api: quota("RATE_LIMIT_API", base.api),
        api_key: quota("RATE_LIMIT_API_KEY", base.api_key),
        anonymous: quota("RATE_LIMIT_ANONYMOUS", base.anonymous),
        strict: quota("RATE_LIMIT_STRICT", base.strict),
        team: quota("RATE_LIMIT_TEAM", base.team),
        socket: quota("RATE_LIMIT_SOCKET", base.socket),
        messages: quota("RATE_LIMIT_MESSAGES", base.messages),
        events: quota("RATE_LIMIT_EVENTS", base.events),
        events_user: quota("RATE_LIMIT_EVENTS_USER", base.events_user),
    };
    RateLimits { disabled: r.switch("RATE_LIMIT_DISABLED", false), quotas }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_read_as_people_write_it() {
        assert_eq!(Quota::parse("10/15m"), Some(Quota::per(10, 900)));
        assert_eq!(Quota::parse(" 5 / 1s "), Some(Quota::per(5, 1)));
        for bad in ["", "10", "0/1m", "10/0s", "10/25h", "10/1w", "-1/1m", "1.5/1m", "99999999999/1m", "10/1m/2"] {
            assert_eq!(Quota::parse(bad), None, "{bad}");
        }
    }
}
