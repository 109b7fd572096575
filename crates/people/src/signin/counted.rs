//! In whose name tries at signing in are counted against the rate limit for accounts. Like the lock, it must be no weapon: what
//! strangers try does not use up the tries of a device that signed in before, and what somebody tries at one business does not
//! use up those at another.

use http::HeaderMap;
use kernel::text;
use platform::{Fault, Result};
use uuid::Uuid;

use super::{devices, person::Realm, person::find_person_by_email};
use crate::{
    People,
    sessions::{Device, PersonKind, cookies::find_device_tokens},
    tenants::find_by_code_or_slug,
};

/// An account as a request names it.
#[derive(Debug, Clone, Copy)]
pub struct NamedAccount<'a> {
    /// Of users or of customers.
    pub kind: PersonKind,
    /// The business that a customer names, by its invite code or label.
    pub business: Option<&'a str>,
    /// The address as it was typed.
    pub email: &'a str,
    /// What an earlier sign-in gave the device, when the body carries it.
    pub device_token: Option<&'a str>,
}

/// Whose tries are counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountedAs {
    /// Those of a device that this account's owner used before.
    KnownDevice(Uuid),
    /// Those at this account, whether it exists or not, from everywhere else.
    Account(String),
}

/// Finds out, without telling anybody what was found.
pub async fn find_counted(people: &People, named: NamedAccount<'_>, headers: &HeaderMap) -> Result<CountedAs> {
    let email = text::parse_email(named.email);
    let email = email.map_or_else(|_| named.email.trim().to_lowercase(), |email| email.to_string());
    let realm = match (named.kind, named.business) {
        (PersonKind::User, _) => Some(Realm::Users),
        (PersonKind::Customer, Some(word)) => match find_by_code_or_slug(people, word).await {
            Ok(tenant) => Some(Realm::Customers(tenant.id)),
            // A business that is not there is refused by the route itself.
            Err(Fault::Problem(_)) => None,
            Err(fault) => return Err(fault),
        },
        (PersonKind::Customer, None) => None,
    };
    let Some(realm) = realm else { return Ok(CountedAs::Account(format!("{}//{email}", named.kind.as_str()))) };
    let account = CountedAs::Account(format!("{}/{email}", realm.word()));
    let tokens = find_device_tokens(named.kind, headers, named.device_token.map(str::to_owned));
    // Two queries, and only for who brings a device's text that we signed.
    if !tokens.iter().any(|token| devices::is_signed(people, token)) {
        return Ok(account);
    }
    let db = people.db().read();
    let Some(person) = find_person_by_email(db, realm, &email).await? else { return Ok(account) };
    let device = Device::default().with_tokens(tokens);
    Ok(devices::find_known(people, db, &person, &device).await?.map_or(account, CountedAs::KnownDevice))
}
