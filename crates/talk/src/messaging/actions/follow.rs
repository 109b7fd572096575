//! An appointment changed: its thread follows. Who may see it and whether it takes messages changes with the appointment, in
//! one transaction; who has it open and may not see it any more is turned out afterwards.

use kernel::{Id, id};
use platform::{Result, Tx};

use super::change::turn_out_strangers;
use crate::{Talk, messaging::store};

/// Follows within the transaction that changes the appointment. `ended` when it will not take place.
pub async fn follow_in(
    talk: &Talk,
    tx: &mut Tx,
    tenant: Id<id::Tenant>,
    appointment: Id<id::Appointment>,
    provider: Id<id::User>,
    ended: bool,
) -> Result<()> {
    if let Some(thread) = store::follow_in(tx, tenant, appointment, provider, ended).await? {
        let facts = talk.facts().clone();
        tx.after_commit(move || facts.forget(thread));
    }
    Ok(())
}

/// Turns out of the thread of an appointment, if there is one, whoever may not see it any more. Doing it twice changes
/// nothing.
pub async fn follow_appointment(talk: &Talk, tenant: Id<id::Tenant>, appointment: Id<id::Appointment>) -> Result<()> {
    let Some(thread) = store::find_thread_of(talk.platform().db(), tenant, appointment).await? else { return Ok(()) };
    // Where another node changed the appointment, this one may remember the old state.
    talk.facts().forget(thread);
    turn_out_strangers(talk, thread).await
}
