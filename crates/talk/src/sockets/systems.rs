//! The sockets of other systems, which come with a connection token. Such a socket may state events and hears what becomes of
//! those that its token stated, and what its key's scopes are for; every other event is refused. It lives as long as the key:
//! when that is revoked, it is closed.

use std::sync::Arc;

use kernel::{
    Problem,
    sender::{Credential, Scope, Sender},
};
use platform::{
    Room,
    realtime::{self, Direction},
};
use serde_json::json;
use socketioxide::extract::{AckSender, SocketRef};

use super::{
    Dispatch, SOCKET_EVENTS, Shared,
    intake::{self, INTERNAL_EVENT, Source, Stated},
};

/// What a socket is told whose key died while it connected.
const KEY_IS_DEAD: &str = "the API key was revoked";

/// Lets the socket in.
pub(super) fn admit(shared: &Arc<Shared>, socket: &SocketRef, sender: Sender) {
    if let Credential::Token { jti, key, .. } = &sender.credential {
        socket.join([Room::token(jti).0, Room::key(*key).0]);
        let scopes = Scope::ALL.into_iter().filter(|scope| sender.has(*scope));
        socket.join(scopes.map(|scope| Room::systems(sender.tenant, scope).0).collect::<Vec<_>>());
    }
    socket.extensions.insert(Arc::new(Source::new(sender)));
    socket.on_fallback(Dispatch { shared: shared.clone() });
    socket.on_disconnect(|| async { metrics::gauge!("frontdesk_sockets").decrement(1.0) });
}

/// It is connected. Whoever revoked its key before this moment looked for sockets when this one was not there yet.
pub(super) async fn settle(shared: &Shared, socket: &SocketRef) {
    let Some(source) = socket.extensions.get::<Arc<Source>>() else { return };
    metrics::gauge!("frontdesk_sockets").increment(1.0);
    match source.is_alive(shared).await {
        Ok(true) => {}
        Ok(false) => realtime::end(socket.clone(), KEY_IS_DEAD),
        Err(fault) => {
            tracing::warn!(cause = fault.chain(), "it could not be seen whether a key is alive; its socket is closed");
            realtime::close(socket.clone());
        }
    }
}

/// Handles an event of such a socket.
pub(super) fn receive(shared: &Arc<Shared>, source: Arc<Source>, event: &str, stated: Stated) {
    if event == INTERNAL_EVENT {
        return intake::receive(shared, source, stated);
    }
    let is_known = SOCKET_EVENTS.iter().any(|known| known.direction == Direction::ToServer && known.name == event);
    let problem = if is_known { Problem::forbidden() } else { super::unknown_event() };
    refuse(&stated.socket, stated.ack, &problem);
}

pub(super) fn refuse(socket: &SocketRef, ack: Option<AckSender>, problem: &Problem) {
    let told = match ack {
        Some(ack) => ack.send(&problem.to_json(None, Some(&realtime::request_id(socket)))).is_ok(),
        None => socket.emit("message_error", &json!({ "error": problem.detail, "code": problem.code })).is_ok(),
    };
    if !told {
        tracing::debug!(sid = %socket.id, "a refusal could not be sent");
    }
}
