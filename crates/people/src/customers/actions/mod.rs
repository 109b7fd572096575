//! The use cases of this slice.

mod create_guest;
mod import;
mod login;
mod mail_link;
mod refresh;
mod register;
mod request_link;
mod show;
mod sign_in;
mod update_profile;
mod verify_link;

pub(crate) use create_guest::{GuestOutcome, enter_as_guest};
pub use create_guest::{NewGuest, audit_guest, find_or_create_guest};
pub use import::import_customer;
pub(crate) use login::{Login, login};
pub(crate) use mail_link::mail_link;
pub(crate) use refresh::refresh;
pub use register::{SignUp, register_customer};
pub use request_link::enqueue_link;
pub(crate) use request_link::request_link;
pub(crate) use show::show_profile;
pub(crate) use sign_in::{answer, finish};
pub(crate) use update_profile::update_profile;
pub(crate) use verify_link::verify_link;
