//! An appointment changed: its thread follows. The provider who sees the thread may be another one now, and whether it is
//! open is looked up anew.

use kernel::{Id, id};
use platform::Result;

use super::change::turn_out_strangers;
use crate::{Talk, messaging::store, signals::CONVERSATION_CHANGED};

/// Brings the thread of an appointment, if there is one, in line with it. Doing it twice changes nothing.
pub async fn follow_appointment(talk: &Talk, tenant: Id<id::Tenant>, appointment: Id<id::Appointment>) -> Result<()> {
    let db = talk.platform().db();
    let Some(thread) = store::find_thread_of(db, tenant, appointment).await? else { return Ok(()) };
    let found = talk.appointments().find(tenant, &[appointment]).await?;
    if let Some(about) = found.first() {
        let mut tx = db.begin().await?;
        store::change_conversation(&tx, tenant, thread, vec![("provider_id", about.provider.into())]).await?;
        tx.signal(&CONVERSATION_CHANGED, &thread);
        tx.commit().await?;
        turn_out_strangers(talk, thread).await?;
    }
    Ok(())
}
