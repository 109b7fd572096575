//! The use cases of this room.

mod ask;
mod confirm;
mod restore;

pub(super) use ask::{NewAddress, ask_for, forget_asked, show_own};
pub(super) use confirm::confirm;
pub(super) use restore::restore;

use kernel::{Id, events, id};
use platform::{Result, Tx};
use serde_json::json;

use crate::{
    signals::CUSTOMER_CHANGED,
    signin::{Person, Realm},
};

/// Whatever remembers or shows a customer's address hears of the new one.
async fn announce(tx: &mut Tx, person: &Person, email: &str) -> Result<()> {
    let Realm::Customers(tenant) = person.realm else { return Ok(()) };
    let customer = Id::<id::Customer>::from_uuid(person.id);
    tx.signal(&CUSTOMER_CHANGED, &customer);
    let data = json!({ "customerId": customer, "name": person.name, "email": email });
    tx.emit(tenant, events::CUSTOMER_UPDATED, data).await?;
    Ok(())
}
