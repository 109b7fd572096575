//! Everything that the database keeps sealed, and sealing it anew under another master key.

use platform::{
    AuditEntry, Platform, Result,
    db::sealed::{KEPT_ANSWERS, Resealed, SealedColumn},
};
use serde_json::json;

/// Every sealed column of the house. A test holds it to the sources.
pub fn columns() -> Vec<&'static SealedColumn> {
    std::iter::once(&KEPT_ANSWERS).chain(&people::SEALED).chain(&delivery::SEALED).collect()
}

/// One column, by its name, and what came of it.
pub type Outcome = (String, Resealed);

/// Counts what the present key did not seal.
pub async fn count(platform: &Platform) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for column in columns() {
        let outdated = column.count_outdated(platform.db(), platform.crypto()).await?;
        outcomes.push((name(column), Resealed { outdated, ..Resealed::default() }));
    }
    Ok(outcomes)
}

/// Looks at what sealing anew would come upon, and changes nothing; at `every` value when the key that will seal is not made
/// yet.
pub async fn look_through(platform: &Platform, every: bool) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for column in columns() {
        outcomes.push((name(column), column.look_through(platform.db(), platform.crypto(), every).await?));
    }
    Ok(outcomes)
}

/// Seals it anew, and writes down that it was done.
pub async fn reseal(platform: &Platform) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for column in columns() {
        outcomes.push((name(column), column.reseal_all(platform.db(), platform.crypto()).await?));
    }
    let resealed: u64 = outcomes.iter().map(|(_, outcome)| outcome.resealed).sum();
    let mut tx = platform.db().begin().await?;
    tx.audit(&AuditEntry {
        tenant: None,
        actor: "system".to_owned(),
        action: "master_key.rotated",
        object: "master_key".to_owned(),
        details: json!({ "resealed": resealed }),
        ip: None,
    })
    .await?;
    tx.commit().await?;
    Ok(outcomes)
}

fn name(column: &SealedColumn) -> String {
    format!("{}.{}", column.table, column.column)
}
