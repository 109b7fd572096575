//! `frontdesk rotate-key`: what is stored sealed is sealed anew under the present master key.

use platform::{
    Fault, Platform,
    config::{Config, begin_own_rotation, end_own_rotation},
    crypto::{PasswordParams, sealing::are_distinct},
    telemetry,
};
use serde_json::json;

use super::{Failure, choose_cryptography, real_world, runtime, say};
use crate::{compose, folder, sealed};

const NO_KEY_BEFORE: &str =
    "set MASTER_KEY to the new key and MASTER_KEY_OLD to the one before it, which still opens what is stored";
const SAME_NUMBER: &str =
    "the new key carries the same number as one before it, so that their values cannot be told apart: choose another";

pub(super) fn rotate_key(dry_run: bool, json: bool) -> Result<(), Failure> {
    let mut config = Config::from_env()?;
    telemetry::start_logs(&config);
    choose_cryptography();
    // A server that runs on a key of its own knows that one alone; it must not run meanwhile.
    let _held = if config.master_key_is_own { Some(folder::hold(&config)?) } else { None };
    if config.master_key_is_own && !dry_run {
        begin_own_rotation(&config.data_dir, are_distinct)
            .map_err(|e| Fault::internal("making a new master key", e))?;
        config = Config::from_env()?;
    }
    let (own, data_dir) = (config.master_key_is_own, config.data_dir.clone());
    let outcomes = runtime(&config)?.block_on(async {
        let platform = compose::open_platform(config, real_world(), PasswordParams::default()).await?;
        compose::migrate(platform.db()).await?;
        let outcomes = carry_out(&platform, own, dry_run).await;
        platform.db().close().await?;
        outcomes
    })?;
    report(&outcomes, dry_run, json)?;
    let unreadable: u64 = outcomes.iter().map(|(_, outcome)| outcome.unreadable).sum();
    if unreadable > 0 {
        let words = format!("{unreadable} values open with no key that is known; the key before is kept");
        return Err(Fault::internal("sealing anew", words).into());
    }
    if own && !dry_run {
        end_own_rotation(&data_dir).map_err(|e| Fault::internal("removing the key before", e))?;
    }
    Ok(())
}

async fn carry_out(platform: &Platform, own: bool, dry_run: bool) -> platform::Result<Vec<sealed::Outcome>> {
    let sealer = platform.crypto().sealer();
    // A key of our own that is still to be made: the real run makes one that can be told from the present one.
    let is_to_be_made = own && dry_run && !sealer.has_retired_keys();
    if !is_to_be_made && !sealer.has_retired_keys() {
        return Err(Fault::internal("changing the master key", NO_KEY_BEFORE));
    }
    if !is_to_be_made && !sealer.are_keys_distinct() {
        return Err(Fault::internal("changing the master key", SAME_NUMBER));
    }
    if dry_run { sealed::look_through(platform, is_to_be_made).await } else { sealed::reseal(platform).await }
}

fn report(outcomes: &[sealed::Outcome], dry_run: bool, json: bool) -> Result<(), Failure> {
    if json {
        let list: Vec<_> = outcomes
            .iter()
            .map(|(name, of)| json!({ "column": name, "outdated": of.outdated, "resealed": of.resealed, "unreadable": of.unreadable }))
            .collect();
        return Ok(say(&json!({ "dryRun": dry_run, "columns": list }).to_string())?);
    }
    for (name, of) in outcomes {
        say(&if dry_run {
            format!("{name:<28} {} to be sealed anew, {} open with no key", of.outdated, of.unreadable)
        } else {
            format!("{name:<28} {} sealed anew, {} open with no key", of.resealed, of.unreadable)
        })?;
    }
    Ok(say(if dry_run { "Nothing was changed." } else { "What is stored is sealed with the present master key." })?)
}
