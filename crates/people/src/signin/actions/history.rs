//! The attempts to sign in to one's own account.

use kernel::Caller;
use platform::Result;

use super::kind_of;
use crate::{
    People,
    signin::{
        attempts,
        shapes::{HistoryQuery, LoginHistory},
    },
};

pub(crate) async fn list_attempts(people: &People, caller: &Caller, query: &HistoryQuery) -> Result<LoginHistory> {
    let (before, limit) = query.check()?;
    let mut found = attempts::list(people.db(), kind_of(caller), caller.person(), before, limit + 1).await?;
    let has_more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next_cursor = found.last().filter(|_| has_more).map(|last| last.id.to_string());
    Ok(LoginHistory { attempts: found, next_cursor })
}
