//! What the house says about itself: health, metrics, its API documents, the list of problem codes; and the web app.

pub mod api_docs;
mod errors;
mod health;
mod metrics;
mod security;
pub mod web_app;

use metrics_exporter_prometheus::PrometheusHandle;
use platform::{
    Platform,
    http::{ApiRouter, auth::AuthPort, routes},
};
use socketioxide::SocketIo;

pub use api_docs::Described;

use crate::phase::Phase;

/// What these pages look at.
#[derive(Clone)]
pub struct System {
    /// The plumbing.
    pub platform: Platform,
    /// Starting, ready or draining.
    pub phase: Phase,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
    /// Knows an operator's token.
    pub auth: AuthPort,
    /// The live sockets.
    pub io: SocketIo,
}

/// The described ones among the fixed paths.
pub fn routes(system: &System) -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(health::detailed))
        .routes(routes!(metrics::metrics))
        .routes(routes!(metrics::health_metrics))
        .routes(routes!(errors::errors))
        .routes(routes!(security::security_txt))
        .with_state(system.clone())
}
