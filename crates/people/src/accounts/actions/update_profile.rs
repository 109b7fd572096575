//! A user changes their own name or number. Both belong to the person, so they change in every business of theirs.

use kernel::{Caller, Problem, text};
use platform::{AuditEntry, Result, db::changed, http::ClientInfo};
use serde_json::json;

use crate::{
    People,
    accounts::{model::UserView, store},
    customers::rules::ProfileChange,
    sessions::actions::forget_sessions_of,
    tenants::{self, rules::parse_optional_phone},
};

/// What is not given stays; an empty number is taken away.
pub(crate) async fn update_profile(
    people: &People,
    caller: &Caller,
    client: &ClientInfo,
    change: ProfileChange<'_>,
) -> Result<UserView> {
    let ProfileChange { name, phone, unread: mut fields } = change;
    let user = caller.check_user()?;
    let tenant = tenants::find_tenant(people, caller.tenant).await?.ok_or_else(Problem::unauthorized)?;
    let mut tx = people.db().begin().await?;
    let present = store::find_locked(&tx, user).await?.ok_or_else(Problem::unauthorized)?;
    let name = name.and_then(|name| fields.take("name", "INVALID_NAME", text::parse_line(name, text::NAME_CHARS_MAX)));
    let phone = phone.map(|phone| parse_optional_phone(&mut fields, phone, &tenant.country));
    fields.check()?;
    let mut next = present.clone();
    if let Some(name) = name {
        next.name = name;
        // Given apart they may say something else now.
        (next.first_name, next.last_name) = (None, None);
    }
    if let Some(phone) = phone {
        next.phone = phone;
    }
    store::set_profile(tx.conn(), &next).await?;
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: user.to_string(),
        action: "user.profile_changed",
        object: user.to_string(),
        details: changed(
            &json!({ "name": present.name, "phone": present.phone }),
            &json!({ "name": next.name, "phone": next.phone }),
        ),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    // The name is remembered with each of their sessions.
    forget_sessions_of(&mut tx, caller).await?;
    tx.commit().await?;
    Ok(UserView::from(next))
}
