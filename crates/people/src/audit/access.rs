//! The only door to the log: whoever may change the team may see what everybody did, in their own business.

use kernel::{Caller, Id, Problem, Right, id};

/// The business whose log the caller may read.
pub(super) fn access_log(caller: &Caller) -> Result<Id<id::Tenant>, Problem> {
    caller.check_user()?;
    caller.check(Right::Team)?;
    Ok(caller.tenant)
}
