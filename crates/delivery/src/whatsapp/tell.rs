//! What live screens and other systems are told about a session: sockets of the business that may see events, and those of
//! connection tokens whose key may pair.

use kernel::{Id, Right, Timestamp, id, sender::Scope};
use platform::{Platform, Room};
use serde::Serialize;

use super::{
    qr,
    state::{SessionStatus, Signal},
    store::SessionRow,
};

#[derive(Serialize)]
struct Generated {
    customer_id: Id<id::Tenant>,
    qr: String,
    timestamp: Timestamp,
}

#[derive(Serialize)]
struct Changed<'a> {
    customer_id: Id<id::Tenant>,
    status: SessionStatus,
    timestamp: Timestamp,
    reason: Option<&'a str>,
}

/// Tells what a row became.
pub(super) async fn tell(platform: &Platform, row: &SessionRow, signal: &Signal) {
    let rooms = [Room::right(row.tenant, Right::Events), Room::systems(row.tenant, Scope::Whatsapp)];
    if rooms.iter().all(|room| platform.realtime().count(room) == 0) {
        return;
    }
    let (customer_id, timestamp) = (row.tenant, row.updated_at);
    if let Signal::Code(text) = signal {
        match qr::data_url(text) {
            Ok(qr) => {
                let body = Generated { customer_id, qr, timestamp };
                platform.realtime().emit(rooms.iter(), [].iter(), "whatsapp:qr_generated", &body).await;
            }
            Err(fault) => tracing::warn!(cause = fault.chain(), "a pairing code could not be drawn"),
        }
        return;
    }
    let Some(event) = event_of(row.status) else { return };
    let body = Changed { customer_id, status: row.status, timestamp, reason: row.reason.as_deref() };
    platform.realtime().emit(rooms.iter(), [].iter(), event, &body).await;
}

const fn event_of(status: SessionStatus) -> Option<&'static str> {
    match status {
        SessionStatus::Ready => Some("whatsapp:client_ready"),
        SessionStatus::Authenticated => Some("whatsapp:client_authenticated"),
        SessionStatus::AuthFailed => Some("whatsapp:client_auth_failed"),
        SessionStatus::Disconnected => Some("whatsapp:client_disconnected"),
        SessionStatus::LoggedOut => Some("whatsapp:client_logged_out"),
        SessionStatus::NotInitialized | SessionStatus::QrReady => None,
    }
}
