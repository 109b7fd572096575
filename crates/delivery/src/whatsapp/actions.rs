//! What people and other systems ask of a session.

use std::time::Duration;

use kernel::{
    Id, Problem, Timestamp, id,
    sender::{Scope, Sender},
    text,
};
use people::tenants::find_tenant;
use platform::{AuditEntry, Result, http::ClientInfo};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    follow::open_code,
    keeper::{self, Started},
    qr,
    session::SessionError,
    state::SessionStatus,
    store::{self, SessionRow},
};
use crate::Delivery;

/// How long somebody who asks for a code waits for the first one.
const CODE_WAIT: Duration = Duration::from_secs(15);
/// How often the row is read when another process runs the session.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// Why it was ended by a person.
const LOGGED_OUT_HERE: &str = "Logged out here.";

/// A code, or the state that makes one needless.
#[derive(Debug)]
pub(super) struct Offered {
    /// A PNG as data URL; none while a phone is paired.
    pub qr_code: Option<String>,
    /// To be typed into the phone instead.
    pub pairing_code: Option<String>,
    pub status: SessionStatus,
}

/// Where a session stands.
#[derive(Debug)]
pub(super) struct Standing {
    pub status: SessionStatus,
    pub reason: Option<String>,
    pub last_updated: Option<Timestamp>,
}

/// The business that a path names; another one's id is answered like one that does not exist.
pub(super) fn access(sender: &Sender, customer: &str) -> Result<Id<id::Tenant>> {
    sender.check(Scope::Whatsapp)?;
    let tenant = Id::<id::Tenant>::parse(customer).map_err(|_| Problem::not_found())?;
    if tenant == sender.tenant { Ok(tenant) } else { Err(Problem::not_found().into()) }
}

/// Lets the session run and gives a code to pair it with.
pub(super) async fn offer(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    customer: &str,
    phone: Option<&str>,
) -> Result<Offered> {
    let tenant = access(sender, customer)?;
    let phone = match phone {
        Some(phone) => Some(parse_phone(delivery, tenant, phone).await?),
        None => None,
    };
    let was_wanted = store::find(delivery.db(), tenant).await?.is_some_and(|row| row.wanted);
    let started = keeper::start(delivery, tenant).await?;
    if !was_wanted {
        note(delivery, sender, client, tenant, "whatsapp.pairing_started").await?;
    }
    let row = wait_for_code(delivery, tenant).await?;
    let Some(sealed) = &row.code else { return Ok(Offered { qr_code: None, pairing_code: None, status: row.status }) };
    let qr_code = qr::data_url(&open_code(delivery, tenant, sealed)?)?;
    let pairing_code = match phone {
        Some(phone) => Some(ask_pairing_code(delivery, tenant, started, &phone).await?),
        None => None,
    };
    Ok(Offered { qr_code: Some(qr_code), pairing_code, status: row.status })
}

async fn parse_phone(delivery: &Delivery, tenant: Id<id::Tenant>, phone: &str) -> Result<String> {
    let business = find_tenant(delivery.people(), tenant).await?.ok_or_else(Problem::not_found)?;
    let phone = text::parse_phone(phone, &business.country);
    Ok(phone.map_err(|e| Problem::field("phone", "INVALID_PHONE", e.to_string()))?)
}

/// The row once there is a code, or once none is needed.
async fn wait_for_code(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<SessionRow> {
    let until = Instant::now() + CODE_WAIT;
    let mut heard = delivery.whatsapp().find(tenant).map(|live| live.heard.subscribe());
    loop {
        if let Some(heard) = &mut heard {
            heard.mark_unchanged();
        }
        let row = store::find(delivery.db(), tenant).await?.ok_or_else(Problem::not_found)?;
        match row.status {
            SessionStatus::QrReady if row.code.is_some() => return Ok(row),
            SessionStatus::Ready | SessionStatus::Authenticated => return Ok(row),
            // A paired phone that is away needs no code: it connects by itself.
            SessionStatus::Disconnected if row.paired => return Ok(row),
            _ if !row.wanted => return Err(unavailable(row.reason.as_deref())),
            _ => {}
        }
        let look = async {
            match &mut heard {
                Some(heard) => drop(heard.changed().await),
                None => sleep(LOOK_INTERVAL).await,
            }
        };
        if timeout_at(until, look).await.is_err() {
            return Err(unavailable(None));
        }
    }
}

fn unavailable(reason: Option<&str>) -> platform::Fault {
    let reason = reason.unwrap_or("WhatsApp gave no code in time; please try again in a moment.").to_owned();
    Problem::new(503, "WHATSAPP_UNAVAILABLE", reason).into()
}

async fn ask_pairing_code(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    started: Started,
    phone: &str,
) -> Result<String> {
    let live = delivery.whatsapp().find(tenant).filter(|_| started == Started::Here);
    let Some(live) = live else {
        return Err(unavailable(Some("Another process runs this session; please scan its code.")));
    };
    let asked = timeout_at(Instant::now() + CODE_WAIT, live.session.pairing_code(phone)).await;
    match asked {
        Ok(Ok(code)) => Ok(code),
        Ok(Err(SessionError::Refused(why))) => Err(Problem::field("phone", "INVALID_PHONE", why).into()),
        Ok(Err(error)) => Err(unavailable(Some(&error.to_string()))),
        Err(_) => Err(unavailable(None)),
    }
}

/// Where the session stands.
pub(super) async fn look(delivery: &Delivery, sender: &Sender, customer: &str) -> Result<Standing> {
    let tenant = access(sender, customer)?;
    let row = store::find(delivery.db(), tenant).await?;
    Ok(match row {
        Some(row) => Standing { status: row.status, reason: row.reason, last_updated: Some(row.updated_at) },
        None => Standing { status: SessionStatus::NotInitialized, reason: None, last_updated: None },
    })
}

/// Ends the pairing; one that is not there has ended already.
pub(super) async fn log_out(delivery: &Delivery, sender: &Sender, client: &ClientInfo, customer: &str) -> Result<bool> {
    let tenant = access(sender, customer)?;
    let row = store::find(delivery.db(), tenant).await?;
    let is_over = row.is_none_or(|row| {
        matches!(row.status, SessionStatus::LoggedOut | SessionStatus::NotInitialized) && !row.wanted
    });
    if is_over {
        return Ok(false);
    }
    keeper::log_out(delivery, tenant, LOGGED_OUT_HERE).await?;
    note(delivery, sender, client, tenant, "whatsapp.logged_out").await?;
    Ok(true)
}

async fn note(
    delivery: &Delivery,
    sender: &Sender,
    client: &ClientInfo,
    tenant: Id<id::Tenant>,
    action: &'static str,
) -> Result<()> {
    let mut tx = delivery.db().begin().await?;
    tx.audit(&AuditEntry {
        tenant: Some(tenant),
        actor: sender.actor(),
        action,
        object: tenant.to_string(),
        details: json!({}),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await
}
