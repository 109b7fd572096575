//! The house in a test's hand: every layer, a real listener, a real database, a clock that stands until it is moved, and the
//! mail simulator. A test ends badly when work is left over that nobody could finish, or when an error was logged that it
//! did not expect.
//!
//! ```text
//! both_databases! {
//!     async fn a_cancelled_booking_frees_its_slot(app: App) {
//!         let salon = app.business("Salon").await;
//!         app.post("/api/services").bearer(&salon.token).json(json!({…})).send().await.expect(201);
//!     }
//! }
//! ```

#![allow(dead_code, unused_imports, reason = "tools are laid out for the tests to come")]

mod app;
mod builders;
mod databases;
mod logs;
mod raw;
mod rest;
mod sockets;
mod world;

pub use app::{App, Backend, run};
pub use builders::{Business, Customer, Member, PASSWORD};
pub use databases::{Database, real_world};
pub use raw::RawReply;
pub use rest::{Ask, Reply, text};
pub use sockets::{SOON, Socket};

/// Makes two tests of each promise: `promise_name::sqlite` and `promise_name::postgres`.
macro_rules! both_databases {
    ($($(#[$attribute:meta])* async fn $promise:ident($app:ident: App) $body:block)*) => {$(
        $(#[$attribute])*
        mod $promise {
            #[allow(unused_imports, reason = "a promise may need none of what its neighbours use")]
            use super::*;

            async fn promise($app: $crate::harness::App) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::harness::run($crate::harness::Backend::Sqlite, promise).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::harness::run($crate::harness::Backend::Postgres, promise).await;
            }
        }
    )*};
}
