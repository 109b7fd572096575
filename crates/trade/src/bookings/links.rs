//! The link with which somebody without an account manages one booking: the appointment's id, signed for that purpose.

use kernel::{Id, id};
use people::tenants::TenantView;
use platform::{Result, crypto::Crypto};
use std::time::Duration;

use super::{entity::Model, error};

const PURPOSE: &str = "manage appointment";
/// Long enough for a booking that is moved to the end of the horizon, and some weeks to look back at it.
const LIFETIME_AFTER_END: Duration = Duration::from_secs(400 * 24 * 3600);

/// What a link opens.
pub(super) struct Managed {
    pub tenant: Id<id::Tenant>,
    pub appointment: Id<id::Appointment>,
}

/// The address for the customer's mail and for the answer to a booking.
pub(super) fn manage_url(crypto: &Crypto, client_url: &str, tenant: &TenantView, row: &Model) -> String {
    format!("{}/s/{}/manage?token={}", client_url.trim_end_matches('/'), tenant.slug, token(crypto, row))
}

/// The same booking as a file for the customer's own calendar.
pub(super) fn calendar_url(crypto: &Crypto, client_url: &str, row: &Model) -> String {
    let base = client_url.trim_end_matches('/');
    format!("{base}/api/public/appointments/manage/calendar.ics?token={}", token(crypto, row))
}

fn token(crypto: &Crypto, row: &Model) -> String {
    let mut payload = row.tenant_id.uuid().as_bytes().to_vec();
    payload.extend_from_slice(row.id.uuid().as_bytes());
    crypto.sign_short(PURPOSE, &payload, row.end_at.plus(LIFETIME_AFTER_END))
}

/// What the token opens, or 401.
pub(super) fn parse_manage_token(crypto: &Crypto, token: &str) -> Result<Managed> {
    let payload = crypto.verify_short(PURPOSE, token).map_err(|_| error::invalid_link())?;
    let (tenant, appointment) = payload.split_at_checked(16).ok_or_else(error::invalid_link)?;
    let uuid = |bytes: &[u8]| uuid::Uuid::from_slice(bytes).map_err(|_| error::invalid_link());
    Ok(Managed { tenant: Id::from_uuid(uuid(tenant)?), appointment: Id::from_uuid(uuid(appointment)?) })
}
