//! Logs, metrics and traces. Log lines are JSON or for people; metrics are Prometheus text; traces go to a collector.

mod traces;

use std::io::IsTerminal;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing::Level;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, LevelFilter, filter_fn},
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

pub use traces::{TRACES, Traces, follow, trace_id};

use crate::{
    Fault, Result,
    config::{Config, LogFormat},
};

/// Crates whose finer lines are kept away unless the setting names them: letters in full, frames, and forty lines of greeting
/// at the first start.
const KEPT_DOWN: [(&str, &str); 3] = [("lettre", "info"), ("h2", "info"), ("sea_orm_migration", "warn")];

/// What is logged: the level that was set, with little of those crates.
fn filter(level: &str) -> EnvFilter {
    let is_quiet = ["off", "error", "warn"].contains(&level.to_lowercase().as_str());
    let unnamed = KEPT_DOWN.iter().filter(|(name, _)| !is_quiet && !level.contains(name));
    let directives: String = unnamed.map(|(name, least)| format!("{name}={least},")).collect();
    EnvFilter::new(directives + level)
}

/// Starts logging for the whole process.
pub fn start_logs(config: &Config) {
    init(registry().with(lines(config)));
}

/// The same, and traces where the settings name a collector.
pub fn start_logs_and_traces(config: &Config) -> Result<Traces> {
    let Some(settings) = &config.traces else {
        start_logs(config);
        return Ok(Traces::default());
    };
    let (traces, tracer) = Traces::open(settings)?;
    let spans = tracing_opentelemetry::layer().with_tracer(tracer).with_location(false).with_threads(false);
    init(registry().with(lines(config)).with(spans.with_filter(filter_fn(|about| about.target() == TRACES))));
    Ok(traces)
}

fn lines<S>(config: &Config) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> registry::LookupSpan<'a>,
{
    // Standard output belongs to what a command answers, so that `--json` can be read by a program.
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match config.log_format {
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
        LogFormat::Pretty => lines.with_target(false).with_ansi(std::io::stderr().is_terminal()).boxed(),
    };
    let level = filter(&config.log_level);
    // Without a bound of its own, what every library could say would be looked at on the way.
    let most = level.max_level_hint().unwrap_or(LevelFilter::TRACE);
    let kept = filter_fn(|about| about.target() != TRACES && !writes_payloads(about.target(), *about.level()));
    lines.with_filter(level.and(kept.with_max_level_hint(most))).boxed()
}

fn init(subscriber: impl SubscriberInitExt) {
    if let Err(error) = subscriber.try_init() {
        tracing::debug!(%error, "logging was already started by this process");
    }
}

/// Whether lines of this kind hold what people send over sockets, their access tokens among it. They are never written.
fn writes_payloads(target: &str, level: Level) -> bool {
    level > Level::INFO && ["engineioxide", "socketioxide", "tungstenite"].iter().any(|name| target.starts_with(name))
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
    use tracing_subscriber::Registry;

    use super::*;

    #[test]
    fn nothing_finer_than_what_is_logged_is_looked_at() {
        for (level, most) in
            [("info", LevelFilter::INFO), ("off", LevelFilter::OFF), ("warn,talk=debug", LevelFilter::DEBUG)]
        {
            let values =
                [("LOG_LEVEL", level), ("JWT_SECRET", SECRET), ("API_KEY_SECRET", SECRET), ("MASTER_KEY", SECRET)];
            let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let config = Config::from_map(values.into()).unwrap();
            assert_eq!(lines::<Registry>(&config).max_level_hint(), Some(most), "{level}");
        }
    }

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn no_line_is_written_that_holds_a_sockets_token() {
        for level in [Level::DEBUG, Level::TRACE] {
            assert!(writes_payloads("engineioxide::transport::ws", level));
            assert!(writes_payloads("socketioxide::client", level));
            assert!(!writes_payloads("frontdesk_talk::sockets", level));
        }
        assert!(!writes_payloads("engineioxide::transport::ws", Level::INFO));
    }

    #[test]
    fn letters_are_not_logged_unless_somebody_asks_for_them_by_name() {
        assert!(filter("trace").to_string().contains("lettre=info"));
        assert!(filter("lettre=trace").to_string().contains("lettre=trace"));
        assert_eq!(filter("warn").to_string(), "warn", "less is never made more");
    }
}
