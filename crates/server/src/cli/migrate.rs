//! `frontdesk migrate`.

use platform::{config::Config, telemetry};

use super::{Failure, choose_cryptography, real_world, runtime, say};
use crate::{compose, folder};

pub(super) fn migrate(json: bool) -> Result<(), Failure> {
    let config = Config::from_env()?;
    telemetry::start_logs(&config);
    choose_cryptography();
    let applied = runtime(&config)?.block_on(async {
        folder::prepare(&config)?;
        let db = compose::open_db(&config, &real_world()).await?;
        let applied = compose::migrate(&db).await?;
        db.close().await?;
        Ok::<_, Failure>(applied)
    })?;
    match (json, applied) {
        (true, n) => say(&serde_json::json!({ "applied": n }).to_string())?,
        (false, 0) => say("The database is up to date.")?,
        (false, 1) => say("1 migration was applied.")?,
        (false, n) => say(&format!("{n} migrations were applied."))?,
    }
    Ok(())
}
