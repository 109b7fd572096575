//! The only way a request or a socket gets to a conversation.

use std::sync::Arc;

use kernel::{Caller, Id, Problem, id};
use platform::Result;

use super::{facts::Facts, rules, store};
use crate::Talk;

/// What the caller wants to do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Look.
    Read,
    /// Say something.
    Write,
}

/// The conversation, if the caller takes part in it. Another tenant's, another customer's and an absent one answer alike.
pub async fn access_conversation(
    talk: &Talk,
    caller: &Caller,
    id: Id<id::Conversation>,
    need: Need,
) -> Result<Arc<Facts>> {
    let facts = find_facts(talk, id).await?.ok_or_else(Problem::not_found)?;
    check(&facts, caller, need, talk.platform().world().now())?;
    Ok(facts)
}

/// The same from what is already known; `None` when the database must be asked.
pub fn access_known(
    talk: &Talk,
    caller: &Caller,
    id: Id<id::Conversation>,
    need: Need,
) -> Option<std::result::Result<Arc<Facts>, Problem>> {
    let facts = talk.facts().find(id)?;
    Some(check(&facts, caller, need, talk.platform().world().now()).map(|()| facts))
}

fn check(facts: &Facts, caller: &Caller, need: Need, now: kernel::Timestamp) -> std::result::Result<(), Problem> {
    if !facts.is_visible_to(caller) {
        return Err(Problem::not_found());
    }
    if need == Need::Write {
        facts.check_writable(caller, now)?;
    }
    Ok(())
}

/// What is known of a conversation, read when it is not remembered. No authorisation: callers check.
pub(super) async fn find_facts(talk: &Talk, id: Id<id::Conversation>) -> Result<Option<Arc<Facts>>> {
    if let Some(known) = talk.facts().find(id) {
        return Ok(Some(known));
    }
    let mark = talk.facts().mark();
    let Some(row) = store::find_conversation(talk.platform().db(), id).await? else { return Ok(None) };
    let mut facts = row.facts()?;
    if let Some(appointment) = facts.appointment {
        let found = talk.appointments().find(facts.tenant, &[appointment]).await?;
        let tenant = people::tenants::find_tenant(talk.people(), facts.tenant).await?;
        let care_days = tenant.map_or(7, |t| i64::from(t.after_care_days));
        if let Some(about) = found.first() {
            facts.provider = about.provider;
            facts.closes_at = rules::decide_closing(&about.status, about.completed_at, care_days);
        }
    }
    let facts = Arc::new(facts);
    talk.facts().keep(mark, &facts);
    Ok(Some(facts))
}
