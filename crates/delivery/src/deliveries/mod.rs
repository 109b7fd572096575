//! Who hears of an event, and the queue that sees to it: claims with a lease, fair shares, retries, dead letters.
//!
//! A delivery is planned (`plan.rs`), stored with its event, and taken by a process: at once by the one that stored it, or
//! by whichever claims it later (`worker.rs`). In the process it stands in its lane (`queue.rs`, `lanes.rs`, `shares.rs`,
//! `breaker.rs`, `pace.rs`, `holds.rs`), is tried by its channel unless it was called off meanwhile (`called_off.rs`), and its
//! outcome (`schedule.rs`; where a device is gone, `fall_back.rs`) is written together with others (`marker.rs`) and told
//! (`live.rs`). Until it is written the row is leased: a process that dies loses nothing but time.

mod breaker;
pub(crate) mod browse;
mod called_off;
mod fall_back;
pub(crate) mod holds;
pub(crate) mod http;
mod lanes;
pub(crate) mod live;
pub(crate) mod marker;
pub(crate) mod mended;
mod missed;
mod pace;
pub(crate) mod plan;
pub(crate) mod queue;
mod recover;
pub(crate) mod release;
mod report;
mod schedule;
mod shares;
mod slots;
pub(crate) mod store;
mod view;
pub(crate) mod work;
pub(crate) mod worker;

#[cfg(test)]
pub(crate) use breaker::ASKED_PAUSE_MAX;
pub(crate) use fall_back::fall_back;
pub use holds::{RELEASE_PAUSE, SCOUT_AFTER};
pub use missed::{MISSED_EVENTS_SEEN_MAX, Span, send_missed};
pub use queue::{ATTEMPT_TIMEOUT, LEASE};
pub use recover::{RETRIED_MAX, Window, retry_dead};
pub use release::release_held;
pub use report::report;
pub use schedule::{HELD_RECHECK, JITTER_PERCENT, RETRY_AFTER_MAX};
