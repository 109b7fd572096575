//! Signing in, for users and customers alike: everything between "who they are is proven" and a session. A proof (password,
//! mailed link, and whatever comes later) is checked by its own action; all of them end in [`complete_sign_in`], which looks
//! at locks, suspension and second factors, records the attempt, remembers the device and opens the session. Also here:
//! forgotten passwords, proven addresses, second factors and the record of attempts. Sessions themselves are in `sessions`.

pub(crate) mod actions;
mod attempts;
mod complete;
mod counted;
mod devices;
pub(crate) mod error;
mod forget;
mod jobs;
mod locks;
mod person;
mod picture;
pub mod rules;
mod secrets;
pub(crate) mod shapes;
pub(crate) mod totp;
mod ways;

pub use complete::open_first_session;
pub use counted::{CountedAs, NamedAccount, find_counted};
pub use forget::forget_old;

pub(crate) use attempts::{Attempt, Method};
pub(crate) use complete::{
    Completed, Inside, Proof, SecondFactor, SignIn, check_not_locked, complete_sign_in, refuse_wrong_password,
};
pub(crate) use forget::{end_ways_in, forget_mailed};
pub(crate) use jobs::{
    enqueue_passkey_added, enqueue_verification, find_sender, find_zone, hours, letter_to, on, register_jobs, settle,
    state_news,
};
pub(crate) use person::{Person, Realm, find_locked, find_person, find_person_by_email, mark_email_verified};
