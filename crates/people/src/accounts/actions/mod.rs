//! The use cases of this slice.

mod login;
mod refresh;
mod register;
mod show;
mod start_business;
mod switch;
mod update_profile;

pub(crate) use login::{Login, find_place, finish_sign_in, login};
pub(crate) use refresh::refresh;
pub use register::{RegisterUser, Registered, import_business, register};
pub(crate) use register::{note_proven_address, store_user};
pub(crate) use show::{show_profile, show_signed_in};
pub(crate) use start_business::{StartBusiness, start_business};
pub(crate) use switch::switch_business;
pub(crate) use update_profile::update_profile;
