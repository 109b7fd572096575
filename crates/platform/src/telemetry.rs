//! Logs and metrics. Log lines are JSON or for people; metrics are Prometheus text.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    Fault, Result,
    config::{Config, LogFormat},
};

/// Crates whose own lines are kept down unless they are named in the setting. Most of them write what passes through them at
/// their finer levels: tokens, letters and what people say to each other. The last one greets every start with forty lines.
const KEPT_DOWN: [(&str, &str); 7] = [
    ("engineioxide", "info"),
    ("socketioxide", "info"),
    ("socketioxide_core", "info"),
    ("tungstenite", "info"),
    ("lettre", "info"),
    ("h2", "info"),
    ("sea_orm_migration", "warn"),
];

/// What is logged: the level that was set, with little of those crates.
fn filter(level: &str) -> EnvFilter {
    let is_quiet = ["off", "error", "warn"].contains(&level.to_lowercase().as_str());
    let unnamed = KEPT_DOWN.iter().filter(|(name, _)| !is_quiet && !level.contains(name));
    let directives: String = unnamed.map(|(name, least)| format!("{name}={least},")).collect();
    EnvFilter::new(directives + level)
}

/// Starts logging for the whole process.
pub fn start_logs(config: &Config) {
    let registry = tracing_subscriber::registry().with(filter(&config.log_level));
    let started = match config.log_format {
        // Standard output belongs to what a command answers, so that `--json` can be read by a program.
        LogFormat::Json => {
            let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr);
            registry.with(lines).try_init()
        }
        LogFormat::Pretty => {
            let lines = tracing_subscriber::fmt::layer().with_target(false).with_writer(std::io::stderr);
            registry.with(lines.with_ansi(std::io::stderr().is_terminal())).try_init()
        }
    };
    if let Err(error) = started {
        tracing::debug!(%error, "logging was already started by this process");
    }
}

/// Starts collecting metrics; the handle renders them.
pub fn start_metrics() -> Result<PrometheusHandle> {
    PrometheusBuilder::new()
        .set_buckets(&[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0])
        .map_err(|e| Fault::internal("metric buckets", e))?
        .install_recorder()
        .map_err(|e| Fault::internal("starting metrics", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_say_is_not_logged_whatever_the_level() {
        for level in ["debug", "trace", "info,frontdesk=debug"] {
            let shown = filter(level).to_string();
            assert!(shown.contains("engineioxide=info") && shown.contains("socketioxide=info"), "{shown}");
        }
        assert!(
            filter("engineioxide=trace").to_string().contains("engineioxide=trace"),
            "who asks for it by name has it"
        );
    }
}
