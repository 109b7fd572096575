//! Sockets whose person lost what they stood on: the place in the team, the account, the business. Which sockets those are is
//! known here alone. A socket that connects in the very moment is looked at once more when it is in its rooms ([`is_good`]),
//! and all are looked at when this node may have missed what others told.

use std::sync::Arc;

use people::{
    sessions::find_live_caller,
    signals::{PERSON_CHANGED, PersonChanged, TENANT_CLOSED},
};
use platform::{Platform, Result, Room, realtime};
use socketioxide::extract::SocketRef;

use super::{Shared, intake::Source};
use crate::messaging::SocketState;

/// What sockets of a business are told that the operator closed.
const TENANT_REASON: &str = "the business was closed";
/// What a socket is told that was found without a good session.
const STALE_REASON: &str = "the session has ended";

/// Closes sockets from now on when their ground is gone.
pub(super) fn register(shared: &Arc<Shared>) {
    let platform = shared.talk.platform();
    let signals = platform.db().signals();
    let handle = platform.clone();
    signals.on(&PERSON_CHANGED, move |changed: PersonChanged| {
        let Some(sockets) = handle.realtime().io().and_then(|io| io.of("/")) else { return };
        for socket in sockets.within(Room::person(changed.person).0).sockets() {
            let state = socket.extensions.get::<Arc<SocketState>>();
            if state.is_some_and(|state| changed.tenant.is_none_or(|tenant| tenant == state.caller.tenant)) {
                realtime::end(socket, &changed.reason);
            }
        }
    });
    let handle = platform.clone();
    signals.on(&TENANT_CLOSED, move |tenant| {
        for socket in all(&handle) {
            let person = socket.extensions.get::<Arc<SocketState>>().map(|state| state.caller.tenant);
            let place = person.or_else(|| socket.extensions.get::<Arc<Source>>().map(|source| source.sender.tenant));
            if place == Some(tenant) {
                realtime::end(socket, TENANT_REASON);
            }
        }
    });
    let shared = shared.clone();
    signals.on_gap(move || {
        let shared = shared.clone();
        tokio::spawn(async move { look_at_all(&shared).await });
    });
}

fn all(platform: &Platform) -> Vec<SocketRef> {
    let namespace = platform.realtime().io().and_then(|io| io.of("/"));
    namespace.map_or_else(Vec::new, |namespace| namespace.sockets())
}

/// One after the other: it costs a query each, and nobody waits for it.
async fn look_at_all(shared: &Shared) {
    for socket in all(shared.talk.platform()) {
        end_if_stale(shared, socket).await;
    }
}

/// Ends the socket unless what it was let in for still holds.
pub(super) async fn end_if_stale(shared: &Shared, socket: SocketRef) {
    match is_good(shared, &socket).await {
        Ok(true) => {}
        Ok(false) => realtime::end(socket, STALE_REASON),
        Err(fault) => {
            tracing::warn!(
                cause = fault.chain(),
                "it could not be seen whether a socket's session lives; it is closed"
            );
            realtime::close(socket);
        }
    }
}

/// Whether its person may still do exactly what they could when it came.
async fn is_good(shared: &Shared, socket: &SocketRef) -> Result<bool> {
    if let Some(state) = socket.extensions.get::<Arc<SocketState>>() {
        let caller = find_live_caller(shared.talk.people(), state.caller.session).await?;
        return Ok(caller.is_some_and(|caller| caller.principal == state.caller.principal));
    }
    match socket.extensions.get::<Arc<Source>>() {
        Some(source) => source.is_alive(shared).await,
        None => Ok(true),
    }
}
