//! Makes somebody an operator: for the command line and the demo, since nobody may do it over the network.

use kernel::{Id, Problem, id, text};
use platform::{AuditEntry, Result, Tx};
use serde_json::json;

use crate::{
    People,
    accounts::{self, import_business, rules::RegistrationInput},
    operator::{rules::HOME_NAME, store},
    signals::{PERSON_CHANGED, PersonChanged},
};

/// What sockets of somebody are told who has become an operator.
const REASON: &str = "you are an operator now";

/// Who became an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appointed {
    /// Somebody new, with the given password.
    New,
    /// Somebody who had an account; their password stays.
    Known,
}

/// Makes the account with this address an operator's. Who is new gets a business to be at home in, because every session is
/// in one.
pub async fn appoint(people: &People, email: &str, name: &str, password: &str) -> Result<Appointed> {
    let parsed = text::parse_email(email).map_err(|e| Problem::field("email", "INVALID_EMAIL", e.to_string()))?;
    let known = accounts::store::find_by_email(people.db().read(), &parsed).await?;
    let hash = match known {
        Some(_) => String::new(),
        None => people.crypto().passwords().hash(password).await?,
    };
    let mut tx = people.db().begin().await?;
    let appointed = match known {
        Some(user) => {
            make_operator(&mut tx, user.id).await?;
            Appointed::Known
        }
        None => {
            let input = RegistrationInput { email, password, name: Some(name), ..RegistrationInput::default() };
            import_operator(people, &mut tx, input, hash).await?;
            Appointed::New
        }
    };
    tx.commit().await?;
    Ok(appointed)
}

/// Somebody new in the caller's transaction, with a hash that was made before it.
pub async fn import_operator(
    people: &People,
    tx: &mut Tx,
    input: RegistrationInput<'_>,
    password_hash: String,
) -> Result<()> {
    let input = RegistrationInput { business_name: Some(HOME_NAME), ..input };
    let (owner, _) = import_business(people, tx, &input, password_hash).await?;
    make_operator(tx, owner.id).await
}

async fn make_operator(tx: &mut Tx, user: Id<id::User>) -> Result<()> {
    store::set_operator(tx, user).await?;
    tx.signal(&PERSON_CHANGED, &PersonChanged { person: user.uuid(), tenant: None, reason: REASON.into() });
    tx.audit(&AuditEntry {
        tenant: None,
        actor: "system".to_owned(),
        action: "operator.appointed",
        object: user.to_string(),
        details: json!({}),
        ip: None,
    })
    .await
}
