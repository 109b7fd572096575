//! Sets up a provider inside somebody else's transaction: the owner of a new business, the staff of a demo.

use kernel::{Id, id};
use platform::{Result, Tx};

use crate::providers::{entity, hours::WeeklyHours, model::color_of, store};

/// A new business can be booked at once: its owner, Monday to Saturday, 9:00 to 18:00.
pub async fn provide_defaults(tx: &mut Tx, tenant: Id<id::Tenant>, owner: Id<id::User>) -> Result<()> {
    make_bookable(tx, tenant, owner, &WeeklyHours::of_new_business()).await
}

/// Makes a member of the team bookable at these hours.
pub async fn make_bookable(
    tx: &mut Tx,
    tenant: Id<id::Tenant>,
    user: Id<id::User>,
    weekly: &WeeklyHours,
) -> Result<()> {
    let nth = store::find_all(tx.conn(), tenant).await?.len();
    let row = entity::Model {
        tenant_id: tenant,
        user_id: user,
        color: color_of(nth).to_owned(),
        bookable: true,
        version: 1,
        created_at: tx.now(),
    };
    store::save(tx, row).await?;
    store::replace_hours(tx, tenant, user, weekly).await
}
