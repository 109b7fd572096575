//! Opening a thread: the one direct thread of a customer, or the one of an appointment.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, Right, id};
use platform::Result;
use serde_json::json;

use super::presence;
use crate::{
    Talk,
    messaging::{
        access::{Need, access_conversation},
        facts::Facts,
        model::{ConversationKind, Status},
        store,
    },
};

fn new_facts(talk: &Talk, tenant: Id<id::Tenant>, customer: Id<id::Customer>) -> Facts {
    Facts {
        id: talk.platform().world().id(),
        tenant,
        customer,
        kind: ConversationKind::Direct,
        appointment: None,
        provider: None,
        assigned_to: None,
        status: Status::Active,
        closes_at: None,
    }
}

/// The direct thread: of the customer who asks, or of the customer a member of the business names. Returns whether it is
/// new. Staff who may not see every conversation get the thread assigned to them when they open it.
pub async fn open_direct(
    talk: &Talk,
    caller: &Caller,
    customer: Option<Id<id::Customer>>,
) -> Result<(Arc<Facts>, bool)> {
    let customer = match caller.customer() {
        Some(own) => own,
        None => {
            let named = customer.ok_or_else(|| Problem::field("customerId", "REQUIRED", "is required"))?;
            let db = talk.platform().db();
            let found = people::customers::find_customer(db.read(), caller.tenant, named).await?;
            found.ok_or_else(Problem::not_found)?.id
        }
    };
    let facts = new_facts(talk, caller.tenant, customer);
    let own_staff = caller.is_business() && !caller.has(Right::MessagesAll);
    let tx = talk.platform().db().begin().await?;
    let (id, is_new) = store::insert_conversation(&tx, &facts).await?;
    if is_new && own_staff {
        let me = Id::<id::User>::from_uuid(caller.person());
        store::change_conversation(&tx, caller.tenant, id, vec![("assigned_to", me.into())]).await?;
    }
    tx.commit().await?;
    presence::introduce(talk, caller.tenant, customer);
    Ok((access_conversation(talk, caller, id, Need::Read).await?, is_new))
}

/// The thread of an appointment, made when there is none. Only its customer, its provider and those who see every
/// conversation get in; a thread whose appointment is over is not made any more.
pub async fn open_appointment_thread(
    talk: &Talk,
    caller: &Caller,
    appointment: Id<id::Appointment>,
) -> Result<Arc<Facts>> {
    let found = talk.appointments().find(caller.tenant, &[appointment]).await?;
    let about = found.into_iter().next().ok_or_else(Problem::not_found)?;
    let customer = about.customer.ok_or_else(Problem::not_found)?;
    let mut facts = new_facts(talk, caller.tenant, customer);
    facts.kind = ConversationKind::Appointment;
    facts.appointment = Some(appointment);
    facts.provider = about.provider;
    if !facts.is_visible_to(caller) {
        return Err(Problem::not_found().into());
    }
    let tenant = people::tenants::find_tenant(talk.people(), caller.tenant).await?;
    let care_days = tenant.map_or(7, |t| i64::from(t.after_care_days));
    facts.closes_at = crate::messaging::rules::decide_closing(&about.status, about.completed_at, care_days);
    let db = talk.platform().db();
    if store::is_blocked(db.read(), db.dialect(), caller.tenant, customer).await? {
        facts.status = Status::Blocked;
    }
    // A closed thread that exists may still be read, so only writing is refused here, before one would be made.
    facts.check_writable(caller, talk.platform().world().now())?;
    let mut tx = db.begin().await?;
    let (id, is_new) = store::insert_conversation(&tx, &facts).await?;
    if is_new {
        talk.appointments().link(&tx, caller.tenant, appointment, id).await?;
        tx.emit(caller.tenant, "conversation.opened", json!({"conversationId": id, "appointmentId": appointment}))
            .await?;
    }
    tx.commit().await?;
    presence::introduce(talk, caller.tenant, customer);
    access_conversation(talk, caller, id, Need::Read).await
}
