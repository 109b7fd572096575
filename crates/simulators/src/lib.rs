//! Stand-ins for the services outside Frontdesk.
//!
//! Each simulator speaks the real protocol of the service it replaces, over a real socket on the loopback
//! interface, so that the code which talks to the outside runs unchanged: only the address differs. Faults can
//! be set while it runs, and what arrived can be read back in code ([`Mailbox`]) or over HTTP
//! (`GET /mailbox`, see [`http`]).
//!
//! A simulator is no service of its own: nothing is kept on disk, nothing is forwarded to anybody, and it
//! refuses to listen anywhere but on loopback. This crate knows no other floor of the house; the time is handed
//! in by whoever starts it. Read [`smtp`] next.

pub mod http;
pub mod mailbox;
pub mod messages;
mod post;
pub mod receiver;
pub mod smtp;
mod start;
pub mod twilio;
pub mod whatsapp;

pub use mailbox::{Mailbox, ReceivedMail, WaitTimedOut};
pub use messages::{MessageFault, MessageLog, MessageRule};
pub use receiver::Receiver;
pub use smtp::{BadCertificate, BadFault, Certificate, Fault, FaultRule, Faults, Stage};
pub use start::{NowMillis, Simulators, SimulatorsConfig, StartError};
pub use twilio::Twilio;
pub use whatsapp::WhatsApp;
