//! Stores a new business under a free label and code.

use kernel::{Id, Problem, id, text};
use platform::{Result, Tx};

use crate::{
    People,
    tenants::{model::TenantView, rules, store},
};

/// How often another label or code is tried before giving up; a second attempt is already rare.
const ATTEMPTS_MAX: u32 = 5;
/// How long a thread stays open after its appointment, unless the business says otherwise.
const AFTER_CARE_DAYS_DEFAULT: i32 = 7;

/// What is known of a business when it signs up.
#[derive(Debug, Clone)]
pub(crate) struct NewTenant {
    pub id: Id<id::Tenant>,
    pub name: String,
    pub locale: rules::Locale,
}

pub(crate) async fn found_tenant(people: &People, tx: &mut Tx, new: NewTenant) -> Result<TenantView> {
    let world = people.world();
    for attempt in 0..ATTEMPTS_MAX {
        let tenant = TenantView {
            id: new.id,
            slug: rules::slug_candidate(&new.name, attempt, world.random()),
            invite_code: rules::invite_code(world.random()),
            name: text::preview(&new.name, text::NAME_CHARS_MAX).to_owned(),
            timezone: new.locale.timezone.clone(),
            currency: new.locale.currency,
            country: new.locale.country.clone(),
            about: None,
            phone: None,
            address: None,
            brand_color: None,
            after_care_days: AFTER_CARE_DAYS_DEFAULT,
            logo: None,
            version: 1,
            created_at: tx.now(),
            suspended_at: None,
            require_two_factor: false,
            embed_origins: Vec::new(),
        };
        if store::try_insert(tx.conn(), &tenant).await? {
            return Ok(tenant);
        }
    }
    Err(Problem::unavailable("No free address was found for the business; please try again.").into())
}
