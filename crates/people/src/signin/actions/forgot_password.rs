//! Asks for a mail that sets a new password. The answer and the work are the same for a known and an unknown address: one
//! job is queued, and the job finds out.

use kernel::text;
use platform::Result;

use crate::{
    People,
    signin::{Realm, jobs::enqueue_reset},
};

pub(crate) async fn forgot_password(people: &People, realm: Realm, email: &str) -> Result<()> {
    // What is no address gets no mail, and no hint about which addresses are known.
    let Ok(email) = text::parse_email(email) else { return Ok(()) };
    let mut tx = people.db().begin().await?;
    enqueue_reset(&mut tx, realm, &email).await?;
    tx.commit().await
}
