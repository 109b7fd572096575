//! Pure decisions about sessions: whether one is alive, and what a refresh token that comes back means.

use std::time::Duration;

use kernel::Timestamp;

/// A session ends when it was not renewed for this long.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a replaced refresh token stays good: the answer to the refresh may have been lost on the way.
pub const REFRESH_GRACE: Duration = Duration::from_secs(60);
/// Live sessions of one person; the next sign-in ends the oldest.
pub const SESSIONS_PER_PERSON_MAX: usize = 50;

/// Whether a session still counts.
pub fn is_alive(revoked_at: Option<Timestamp>, expires_at: Timestamp, now: Timestamp) -> bool {
    revoked_at.is_none() && now < expires_at
}

/// What is known of a refresh token that came back.
#[derive(Debug, Clone, Copy)]
pub struct RefreshFacts {
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When its successor was handed out.
    pub replaced_at: Option<Timestamp>,
    /// When its session was ended early.
    pub session_revoked_at: Option<Timestamp>,
    /// When its session ends.
    pub session_expires_at: Timestamp,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshDecision {
    /// First use: hand out a successor.
    Rotate,
    /// Used a moment ago: the answer was lost or two tabs asked at once; hand out another successor.
    RotateAgain,
    /// Used long ago: somebody holds a copy. The whole session ends.
    Theft,
    /// Too late, or the session is over.
    Refuse,
}

/// Decides what a refresh token that came back means.
pub fn decide_refresh(facts: &RefreshFacts, now: Timestamp) -> RefreshDecision {
    if !is_alive(facts.session_revoked_at, facts.session_expires_at, now) {
        return RefreshDecision::Refuse;
    }
    match facts.replaced_at {
        Some(at) if now <= at.plus(REFRESH_GRACE) => RefreshDecision::RotateAgain,
        Some(_) => RefreshDecision::Theft,
        None if now < facts.expires_at => RefreshDecision::Rotate,
        None => RefreshDecision::Refuse,
    }
}

/// Whether a page of this origin may use the cookie: one of the allowed origins, or the host it was served from. Browsers
/// say the origin of every such request; whatever says none is no page of ours, and sends its token in the body.
pub fn is_own_origin(origin: Option<&str>, host: Option<&str>, allowed: &[String], client_url: &str) -> bool {
    let Some(origin) = origin else { return false };
    let same_host = host.is_some_and(|host| {
        let bare = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        bare.is_some_and(|bare| bare.eq_ignore_ascii_case(host))
    });
    let is = |known: &str| known.trim_end_matches('/').eq_ignore_ascii_case(origin);
    same_host || is(client_url) || allowed.iter().any(|known| is(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);

    fn facts() -> RefreshFacts {
        let later = NOW.plus(SESSION_LIFETIME);
        RefreshFacts { expires_at: later, replaced_at: None, session_revoked_at: None, session_expires_at: later }
    }

    #[test]
    fn a_fresh_token_is_replaced() {
        assert_eq!(decide_refresh(&facts(), NOW), RefreshDecision::Rotate);
    }

    #[test]
    fn a_replaced_token_stays_good_for_a_minute_and_is_theft_after() {
        let at = |ago: u64| RefreshFacts { replaced_at: Some(NOW.minus(Duration::from_millis(ago))), ..facts() };
        assert_eq!(decide_refresh(&at(0), NOW), RefreshDecision::RotateAgain);
        assert_eq!(decide_refresh(&at(60_000), NOW), RefreshDecision::RotateAgain);
        assert_eq!(decide_refresh(&at(60_001), NOW), RefreshDecision::Theft);
    }

    #[test]
    fn nothing_renews_an_ended_session() {
        let revoked = RefreshFacts { session_revoked_at: Some(NOW), replaced_at: Some(NOW), ..facts() };
        assert_eq!(decide_refresh(&revoked, NOW), RefreshDecision::Refuse);
        let over = RefreshFacts { session_expires_at: NOW, ..facts() };
        assert_eq!(decide_refresh(&over, NOW), RefreshDecision::Refuse);
        let late = RefreshFacts { expires_at: NOW, ..facts() };
        assert_eq!(decide_refresh(&late, NOW), RefreshDecision::Refuse);
    }

    #[test]
    fn only_own_pages_may_use_the_cookie() {
        let allowed = ["https://shop.example.com".to_owned()];
        let ask = |origin| is_own_origin(origin, Some("desk.example.com:3000"), &allowed, "https://desk.example.org");
        assert!(!ask(None) && ask(Some("http://desk.example.com:3000")) && ask(Some("https://shop.example.com")));
        assert!(ask(Some("https://desk.example.org")));
        assert!(!ask(Some("https://evil.example.com")) && !ask(Some("null")));
        assert!(!ask(Some("https://shop.example.com.evil.net")));
    }
}
