//! The bounds of the simulated mail server.

use std::time::Duration;

/// How long a client may stay silent. Real servers wait 5 minutes; a simulator has no reason to.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// How long one connection may last in all, however busy it is.
pub const CONNECTION_DURATION_MAX: Duration = Duration::from_secs(60 * 60);

/// How many clients are served at once; one more is answered with 421 and closed.
pub const CONNECTIONS_MAX: usize = 256;

/// The longest command line, CRLF included. RFC 5321 asks for 512, AUTH (RFC 4954) for 12,288.
pub const COMMAND_LINE_BYTES_MAX: usize = 12_288;

/// The longest line of a message, without CRLF (RFC 5322, section 2.1.1).
pub const TEXT_LINE_BYTES_MAX: usize = 998;

/// The largest message, as announced by SIZE.
pub const MESSAGE_BYTES_MAX: usize = 25 * 1024 * 1024;

/// How many recipients one message may have; RFC 5321 asks for at least 100.
pub const RECIPIENTS_MAX: usize = 1_000;

/// The longest address (RFC 5321, section 4.5.3.1.3, without the angle brackets).
pub const ADDRESS_BYTES_MAX: usize = 254;

/// After so many refused commands in one connection the server hangs up.
pub const REFUSED_COMMANDS_MAX: u32 = 50;

/// How many fault rules may be in force at once.
pub const FAULT_RULES_MAX: usize = 64;

/// How many sender and recipient pairs greylisting remembers; the memory starts afresh beyond that.
pub const GREYLIST_PAIRS_MAX: usize = 10_000;

/// The longest pause that a fault may ask for.
pub const FAULT_DELAY_MS_MAX: u64 = 60_000;
