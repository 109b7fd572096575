//! The ways into an account beside its password: passkeys, and accounts at other houses. A reset by mail removes them all,
//! because whoever lost their account must not share it with what somebody else added; a change of the password, which asked
//! for the old one, keeps them and names them.

use platform::{Result, Tx};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::person::Person;
use crate::{
    People, oidc,
    passkeys::{self, Holder},
};

/// By what they are called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ways {
    pub passkeys: Vec<String>,
    pub houses: Vec<String>,
}

impl Ways {
    /// As they are listed in a mail.
    pub fn lines(&self) -> Vec<String> {
        let passkeys = self.passkeys.iter().map(|name| format!("Passkey: {name}"));
        passkeys.chain(self.houses.iter().map(|name| format!("Sign-in with {name}"))).collect()
    }
}

const fn holder(person: &Person) -> Holder {
    Holder { kind: person.kind(), person: person.id, tenant: person.realm.tenant() }
}

pub(super) async fn find_ways(people: &People, db: &impl ConnectionTrait, person: &Person) -> Result<Ways> {
    let passkeys = passkeys::store::find_all(db, holder(person)).await?;
    let houses = oidc::find_houses(people, db, person.kind(), person.id).await?;
    Ok(Ways { passkeys: passkeys.into_iter().map(|passkey| passkey.name).collect(), houses })
}

/// Removes them; gives what there was.
pub(super) async fn remove_ways(people: &People, tx: &Tx, person: &Person) -> Result<Ways> {
    let ways = find_ways(people, tx.conn(), person).await?;
    passkeys::store::delete_all(tx.conn(), holder(person)).await?;
    oidc::forget_houses(tx, person.kind(), person.id).await?;
    Ok(ways)
}
