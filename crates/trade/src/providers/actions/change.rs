//! Whether somebody can be booked, and the colour of their calendar.

use http::HeaderMap;
use kernel::{Caller, Id, Problem, id};
use platform::{
    Result,
    db::changed,
    http::{ClientInfo, etag},
};
use serde_json::json;

use super::{access_provider_locked, audit, check_may_edit, row_of};
use crate::{
    Trade,
    providers::{
        model::{Provider, parse_color},
        store,
    },
};

/// What to change; an absent field stays.
#[derive(Debug, Clone, Default)]
pub(crate) struct ProviderPatch {
    pub bookable: Option<bool>,
    pub color: Option<String>,
}

pub(crate) async fn change_provider(
    trade: &Trade,
    caller: &Caller,
    client: &ClientInfo,
    headers: &HeaderMap,
    user: Id<id::User>,
    patch: ProviderPatch,
) -> Result<Provider> {
    check_may_edit(caller)?;
    let mut tx = trade.db().begin().await?;
    let mut provider = access_provider_locked(&tx, caller, user).await?;
    etag::check_if_match(headers, provider.version)?;
    let before = provider.clone();
    if let Some(sent) = patch.color {
        let refused = || Problem::field("color", "INVALID_VALUE", "must be a colour such as #0e9384");
        provider.color = parse_color(&sent).ok_or_else(refused)?;
    }
    provider.bookable = patch.bookable.unwrap_or(provider.bookable);
    provider.version += 1;
    store::save(&tx, row_of(&tx, caller.tenant, &provider)).await?;
    let state = |of: &Provider| json!({ "bookable": of.bookable, "color": of.color });
    let details = changed(&state(&before), &state(&provider));
    audit(&mut tx, caller, client, "provider.updated", user, details).await?;
    tx.commit().await?;
    Ok(provider)
}
