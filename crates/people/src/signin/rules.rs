//! Pure decisions of signing in: when an account is locked and for how long, how codes look, what a device is called.

use std::time::Duration;

use kernel::Timestamp;

/// Failures in a row that lock an account.
pub const FAILURES_MAX: i32 = 5;
/// The first lock; each further one lasts twice as long as the one before.
pub const FIRST_LOCK: Duration = Duration::from_secs(15 * 60);
/// The longest lock.
pub const LONGEST_LOCK: Duration = Duration::from_secs(24 * 3600);
/// After this long without a failure everything is forgotten, earlier locks too.
pub const FAILURES_FORGOTTEN_AFTER: Duration = Duration::from_secs(48 * 3600);
/// Attempts kept of one account, successes and failures counted apart: a flood of failures must not push the owner's own
/// sign-ins out of the list.
pub const ATTEMPTS_KEPT_MAX: u64 = 100;
/// How long an attempt is kept at all.
pub const ATTEMPTS_KEPT_FOR: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long a device stays known after its last sign-in.
pub const DEVICE_KNOWN_FOR: Duration = Duration::from_secs(400 * 24 * 3600);
/// Devices remembered of one person; the longest unseen goes first.
pub const DEVICES_PER_PERSON_MAX: u64 = 20;
/// How long a mailed reset link works.
pub const RESET_LINK_LIFETIME: Duration = Duration::from_secs(3600);
/// How long a mailed reset code works.
pub const RESET_CODE_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Guesses at one reset code.
pub const RESET_CODE_TRIES_MAX: i32 = 5;
/// How long a mailed verification link works.
pub const VERIFICATION_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// Mails of one purpose to one person within [`MAILS_WINDOW`]; more would only fill a stranger's mailbox.
pub const MAILS_PER_WINDOW_MAX: i64 = 5;
/// See [`MAILS_PER_WINDOW_MAX`].
pub const MAILS_WINDOW: Duration = Duration::from_secs(900);
/// How long after a sign-in, or after having proven it again, nobody is asked once more who they are.
pub const PROOF_GOOD_FOR: Duration = Duration::from_secs(10 * 60);
/// Backup codes of one set.
pub const BACKUP_CODES: usize = 10;
/// Longest text that is taken for a code.
pub const CODE_CHARS_MAX: usize = 64;

/// Without letters that are read for another: 32 signs, 5 bits each.
const BACKUP_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 80 bits: nobody guesses one, and nobody finds one from its digest.
pub const BACKUP_CODE_BYTES: usize = 16;
/// Signs between two hyphens.
const BACKUP_GROUP: usize = 4;

/// What is remembered of an account's failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LockState {
    /// Failures since the last lock or success.
    pub failures: i32,
    /// Locks so far.
    pub locks: i32,
    /// The last failure.
    pub last_failure_at: Option<Timestamp>,
    /// Until when nobody gets in.
    pub locked_until: Option<Timestamp>,
}

impl LockState {
    /// Until when the account is locked, if it is.
    pub fn locked_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.locked_until.filter(|until| now < *until)
    }
}

/// The state after one more failure.
pub fn decide_failure(state: LockState, now: Timestamp) -> LockState {
    let is_old = |at: Timestamp| at.plus(FAILURES_FORGOTTEN_AFTER) <= now;
    let state = if state.last_failure_at.is_some_and(is_old) { LockState::default() } else { state };
    let failures = state.failures.saturating_add(1);
    if failures < FAILURES_MAX {
        return LockState { failures, last_failure_at: Some(now), ..state };
    }
    let locked_until = Some(now.plus(decide_lock(state.locks)));
    LockState { failures: 0, locks: state.locks.saturating_add(1), last_failure_at: Some(now), locked_until }
}

/// How long the next lock lasts: 15 minutes doubling to a day.
fn decide_lock(locks_before: i32) -> Duration {
    let doublings = u32::try_from(locks_before.clamp(0, 16)).unwrap_or(0);
    FIRST_LOCK.saturating_mul(1 << doublings).min(LONGEST_LOCK)
}

/// A backup code as it is shown: `abcd-efgh-jkmn-pqrs`.
pub fn backup_code_from(random: [u8; BACKUP_CODE_BYTES]) -> String {
    let mut code = String::with_capacity(BACKUP_CODE_BYTES + BACKUP_CODE_BYTES / BACKUP_GROUP);
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % BACKUP_GROUP == 0 {
            code.push('-');
        }
        code.push(char::from(BACKUP_ALPHABET[usize::from(byte & 31)]));
    }
    code
}

/// A backup code as it is compared, however it was typed.
pub fn normal_backup_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Six digits from random bytes. The bias of the modulus is below one in four thousand million.
pub fn reset_code_from(random: [u8; 8]) -> String {
    format!("{:06}", u64::from_be_bytes(random) % 1_000_000)
}

/// What a person would call the machine behind a user agent: `Chrome on Windows`.
pub fn device_name(user_agent: &str) -> String {
    // The order matters: most of them also name the ones below.
    const PROGRAMS: [(&str, &str); 12] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("HeadlessChrome", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
        ("okhttp", "An app"),
        ("curl/", "curl"),
        ("node", "Node.js"),
    ];
    const SYSTEMS: [(&str, &str); 8] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Macintosh", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named =
        |list: &[(&str, &'static str)]| list.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, n)| *n);
    match (named(&PROGRAMS), named(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000_000_000);

    fn fail(times: usize, state: LockState, now: Timestamp) -> LockState {
        (0..times).fold(state, |state, _| decide_failure(state, now))
    }

    #[test]
    fn the_fifth_failure_locks_for_a_quarter_of_an_hour() {
        let four = fail(4, LockState::default(), NOW);
        assert_eq!(four.locked_at(NOW), None);
        let five = fail(1, four, NOW);
        assert_eq!(five.locked_at(NOW), Some(NOW.plus(FIRST_LOCK)));
        assert_eq!(five.locked_at(NOW.plus(FIRST_LOCK)), None, "it ends by itself");
    }

    #[test]
    fn locks_double_up_to_a_day() {
        let mut state = LockState::default();
        let mut now = NOW;
        let mut minutes = Vec::new();
        for _ in 0..9 {
            state = fail(5, state, now);
            let until = state.locked_until.unwrap();
            minutes.push((until.millis() - now.millis()) / 60_000);
            now = until;
        }
        assert_eq!(minutes, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
        let later = now.plus(FAILURES_FORGOTTEN_AFTER);
        assert_eq!(fail(5, state, later).locked_until, Some(later.plus(FIRST_LOCK)), "what is long past is forgotten");
    }

    #[test]
    fn a_backup_code_is_the_same_however_it_is_typed() {
        let code = backup_code_from([0, 31, 32, 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        assert_eq!(code, "0z0a-1234-5678-9abc");
        assert_eq!(normal_backup_code(" 0Z0A 1234-5678 9abc"), normal_backup_code(&code));
    }

    #[test]
    fn a_reset_code_has_six_digits() {
        assert_eq!(reset_code_from([0; 8]), "000000");
        assert_eq!(reset_code_from(1_234_567_u64.to_be_bytes()), "234567");
    }

    #[test]
    fn devices_have_the_names_people_use() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36";
        assert_eq!(device_name(chrome), "Chrome on Windows");
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(device_name(iphone), "Safari on iPhone");
        assert_eq!(device_name("curl/8.5"), "curl");
        assert_eq!(device_name(""), "Unknown device");
    }
}
