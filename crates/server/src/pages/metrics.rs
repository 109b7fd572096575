//! Prometheus text, for operators only.

use axum::{extract::State, http::request::Parts};
use http::header;
use kernel::{Problem, text::Secret};
use platform::{Result, crypto::same_secret, http::auth::bearer};

use super::System;

const PROMETHEUS_TEXT: [(header::HeaderName, &str); 2] =
    [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];

/// Lets an operator in: by `METRICS_TOKEN`, by an operator's access token, or because the house listens on loopback only and
/// no proxy brings strangers there.
pub(super) async fn check_operator(system: &System, parts: &Parts) -> Result<()> {
    let config = system.platform.config();
    let Some(token) = bearer(parts) else {
        let is_private =
            config.host.is_loopback() && config.trusted_proxies.is_empty() && config.metrics_token.is_none();
        return if is_private { Ok(()) } else { Err(Problem::unauthorized().into()) };
    };
    if let Some(Secret(wanted)) = &config.metrics_token
        && same_secret(token.as_bytes(), wanted.as_bytes())
    {
        return Ok(());
    }
    let caller = system.auth.0.authenticate(token).await?;
    if caller.operator { Ok(()) } else { Err(Problem::forbidden().into()) }
}

async fn render(system: &System, parts: &Parts) -> Result<([(header::HeaderName, &'static str); 2], String)> {
    check_operator(system, parts).await?;
    metrics::gauge!("frontdesk_uptime_seconds").set(system.phase.uptime().as_secs_f64());
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
    }
    Ok((PROMETHEUS_TEXT, system.metrics.render()))
}

/// Every metric in Prometheus text.
#[utoipa::path(get, path = "/metrics", tag = "health", security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 401, description = "Not an operator")))]
pub(super) async fn metrics(
    State(system): State<System>,
    parts: Parts,
) -> Result<([(header::HeaderName, &'static str); 2], String)> {
    render(&system, &parts).await
}

/// The same under its other name.
#[utoipa::path(get, path = "/health/metrics", tag = "health", security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 401, description = "Not an operator")))]
pub(super) async fn health_metrics(
    State(system): State<System>,
    parts: Parts,
) -> Result<([(header::HeaderName, &'static str); 2], String)> {
    render(&system, &parts).await
}

/// Memory that the system keeps for this process, where it says so (Linux, proc(5), in kibibytes).
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
