//! Plumbing without a business word: configuration, database, transactions that carry what follows them, queue, HTTP
//! conventions, live sockets, mail, files, secrets, logs. Start at [`Platform`], the handle that every floor above gets.

pub mod cache;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod db;
mod error;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod media;
pub mod outbound;
mod platform;
pub mod realtime;
pub mod signals;
pub mod storage;
pub mod telemetry;

pub use db::{AuditEntry, Db, JobDraft, Tx};
pub use error::{Fault, Result, file_fault};
pub use platform::{Parts, Platform};
pub use realtime::{Push, Realtime, Room};
