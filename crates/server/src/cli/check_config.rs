//! `frontdesk check-config`: every fault of the settings in one list. It looks and leaves nothing behind.

use std::process::ExitCode;

use kernel::text::Secret;
use platform::{
    config::{Config, ConfigFault, ConfigFaults},
    limits,
    mail::{MailConfig, Mailer},
    storage::{Storage, StorageConfig},
};
use serde_json::json;

use super::{CONFIG_EXIT, choose_cryptography, complain, real_world, say};

pub(super) fn check_config(json: bool) -> ExitCode {
    let faults = match Config::try_env() {
        Ok(config) => find_faults(&config),
        Err(ConfigFaults(faults)) => faults,
    };
    let said = if json { say(&as_json(&faults)) } else { say_plainly(&faults) };
    match said {
        Err(error) => {
            complain(&format!("frontdesk: the report could not be written: {error}"));
            ExitCode::FAILURE
        }
        Ok(()) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::from(CONFIG_EXIT),
    }
}

/// What only trying can tell, beyond the folder that was tried with the settings: whether the mail server's name can stand in
/// a handshake, whether files can be kept, whether Redis answers.
fn find_faults(config: &Config) -> Vec<ConfigFault> {
    choose_cryptography();
    let mut faults = Vec::new();
    let mut note = |name: &str, message: String| faults.push(ConfigFault { name: name.to_owned(), message });
    if let Some(smtp) = &config.smtp
        && let Err(error) = Mailer::new(MailConfig::from(smtp), real_world())
    {
        note("SMTP", with_reason(&error));
    }
    let storage = StorageConfig { url: config.storage_url.clone(), data_dir: config.data_dir.clone() };
    if let Err(error) = Storage::look(&storage) {
        note("STORAGE_URL", with_reason(&error));
    }
    if let Some(url) = &config.redis_url
        && let Err(why) = ask_redis(url)
    {
        note("REDIS_URL", format!("Redis does not answer: {why}"));
    }
    faults
}

/// What went wrong, and what made it so.
fn with_reason(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}

fn ask_redis(url: &Secret) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| e.to_string())?.block_on(limits::ping(url))
}

fn as_json(faults: &[ConfigFault]) -> String {
    let list: Vec<_> = faults.iter().map(|f| json!({ "name": f.name, "message": f.message })).collect();
    json!({ "ok": faults.is_empty(), "faults": list }).to_string()
}

fn say_plainly(faults: &[ConfigFault]) -> std::io::Result<()> {
    if faults.is_empty() {
        return say("Every setting can be used.");
    }
    say(ConfigFaults(faults.to_vec()).to_string().trim_end())
}
