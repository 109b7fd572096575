//! Paired phones: a business scans a code once, and its WhatsApp messages leave by its own number. The protocol is WhatsApp
//! Web's and unofficial, which docs/whatsapp.md explains; who speaks it is behind [`Session`]. Where a session stands is
//! decided by `state.rs`, kept by `store.rs` and run by `keeper.rs`; what it must remember lies sealed in `keys.rs`. How a
//! delivery goes out is [`crate::channels`]' business.

mod actions;
mod follow;
pub(crate) mod http;
pub(crate) mod keeper;
pub(crate) mod keys;
pub(crate) mod pace;
mod qr;
pub(crate) mod session;
mod simulated;
pub(crate) mod state;
pub(crate) mod store;
mod tell;
#[cfg(feature = "whatsapp-web")]
mod web;

use std::sync::Arc;

use platform::{Platform, config::SessionsBy};

pub(crate) use follow::place as place_of_code;
pub use keys::KeyStore;
pub(crate) use keys::place as place_of_key;
pub use session::{Content, Opener, Outgoing, Session, SessionError};
pub use state::{SessionStatus, Signal};

/// Who opens sessions here, as the operator wants it.
pub(crate) fn opener(platform: &Platform) -> Option<Arc<dyn Opener>> {
    match &platform.config().whatsapp.sessions {
        SessionsBy::Simulator(address) => Some(Arc::new(simulated::SimulatedOpener::new(platform, address))),
        #[cfg(feature = "whatsapp-web")]
        SessionsBy::Web => Some(Arc::new(web::WebOpener::new(platform))),
        #[cfg(not(feature = "whatsapp-web"))]
        SessionsBy::Web => None,
        SessionsBy::Nobody => None,
    }
}
