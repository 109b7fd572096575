//! A caller's own sessions.

use kernel::Caller;
use platform::Result;

use super::{
    model::{PersonKind, SessionList, SessionView},
    store,
};
use crate::People;

/// The caller's live sessions, newest first.
pub(crate) async fn list_sessions(people: &People, caller: &Caller) -> Result<SessionList> {
    let kind = if caller.is_business() { PersonKind::User } else { PersonKind::Customer };
    let rows = store::find_alive(people.db().read(), kind, caller.person(), people.world().now()).await?;
    Ok(SessionList { sessions: rows.into_iter().map(|row| SessionView::new(row, caller.session)).collect() })
}
