//! When somebody can be booked. Appointments outside the new hours stay: only the business can say what becomes of them.

use http::HeaderMap;
use kernel::{Caller, Id, Problem, id};
use platform::{
    Result,
    http::{ClientInfo, etag},
};
use serde_json::json;

use super::{access_provider_locked, audit, check_may_edit, row_of};
use crate::{
    Trade,
    providers::{
        hours::{HoursError, OpenRange, WeeklyHours},
        model::Provider,
        store,
    },
};

pub(crate) async fn set_hours(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    user: Id<id::User>,
    weekly: Vec<OpenRange>,
) -> Result<Provider> {
    check_may_edit(caller)?;
    let mut tx = trade.db().begin().await?;
    let mut provider = access_provider_locked(&tx, caller, user).await?;
    etag::check_if_match(headers, provider.version)?;
    let before = json!(provider.weekly.ranges());
    provider.weekly = WeeklyHours::parse(weekly).map_err(refusal)?;
    provider.version += 1;
    store::save(&tx, row_of(&tx, caller.tenant, &provider)).await?;
    store::replace_hours(&tx, caller.tenant, user, &provider.weekly).await?;
    let details = json!({ "before": { "weekly": before }, "after": { "weekly": provider.weekly.ranges() } });
    audit(&mut tx, caller, client, "provider.hours_set", user, details).await?;
    tx.commit().await?;
    Ok(provider)
}

fn refusal(error: HoursError) -> Problem {
    let code = match error {
        HoursError::Day(_) => "OUT_OF_RANGE",
        HoursError::Order(_) => "INVALID_VALUE",
        HoursError::Overlap(_) => "OVERLAP",
        HoursError::TooMany(_) => "TOO_MANY",
    };
    Problem::field(format!("weekly[{}]", error.position()), code, error.to_string())
}
