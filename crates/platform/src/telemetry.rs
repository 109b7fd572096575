//! Logs and metrics. Log lines are JSON or for people; metrics are Prometheus text.

use std::io::IsTerminal;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::Level;
use tracing_subscriber::{EnvFilter, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

use crate::{
    Fault, Result,
    config::{Config, LogFormat},
};

/// Starts logging for the whole process.
pub fn start_logs(config: &Config) {
    let registry = tracing_subscriber::registry()
        .with(EnvFilter::new(&config.log_level))
        .with(filter_fn(|about| !writes_payloads(about.target(), *about.level())));
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

/// Whether lines of this kind hold what people send over sockets, their access tokens among it.
fn writes_payloads(target: &str, level: Level) -> bool {
    level == Level::TRACE && ["engineioxide", "socketioxide", "tungstenite"].iter().any(|name| target.starts_with(name))
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
    fn no_line_is_written_that_holds_a_sockets_token() {
        assert!(writes_payloads("engineioxide::transport::ws", Level::TRACE));
        assert!(!writes_payloads("engineioxide::transport::ws", Level::DEBUG));
        assert!(!writes_payloads("frontdesk_talk::sockets", Level::TRACE));
    }
}
