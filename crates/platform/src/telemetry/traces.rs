//! Traces for a collector of OpenTelemetry, when the settings name one (`OTEL_EXPORTER_OTLP_ENDPOINT`, OTLP over HTTP): a span
//! for each request, a child of the caller's where a `traceparent` came along (W3C Trace Context), and one for each event and
//! job that is worked off. Without a collector no span is made at all.

use std::time::Duration;

use http::HeaderMap;
use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator},
    trace::{TraceContextExt, TracerProvider as _},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, Tracer},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::{Fault, Result, config::TraceSettings};

/// The target of spans that are for a collector; logs leave them out.
pub const TRACES: &str = "frontdesk::traces";
/// How long a collector may take over what it is sent.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long the last spans may hold up the end of the program.
const END_TIMEOUT: Duration = Duration::from_secs(3);

/// Sends spans for as long as the program runs.
#[must_use = "what was not sent yet is sent at the end"]
#[derive(Debug, Default)]
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// A sender to the collector. It has a thread of its own; a collector that is away costs spans and nothing else.
    pub(super) fn open(settings: &TraceSettings) -> Result<(Self, Tracer)> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_endpoint(format!("{}/v1/traces", settings.endpoint))
            .with_timeout(EXPORT_TIMEOUT)
            .build()
            .map_err(|e| Fault::internal("starting traces", e))?;
        let about = Resource::builder().with_service_name(settings.service.clone()).build();
        let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(about).build();
        let tracer = provider.tracer("frontdesk");
        Ok((Self(Some(provider)), tracer))
    }

    /// Sends what is left.
    pub fn end(self) {
        let Some(provider) = self.0 else { return };
        if let Err(error) = provider.shutdown_with_timeout(END_TIMEOUT) {
            tracing::warn!(%error, "the last traces were not taken by the collector");
        }
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }
    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}

/// Puts the span below the one that the caller named, if there is one.
pub fn follow(span: &Span, headers: &HeaderMap) {
    if span.is_disabled() || !headers.contains_key("traceparent") {
        return;
    }
    let above = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
    if let Err(error) = span.set_parent(above) {
        tracing::debug!(%error, "a span could not be put below the caller's");
    }
}

/// The trace that the span belongs to, as a collector shows it.
pub fn trace_id(span: &Span) -> Option<String> {
    if span.is_disabled() {
        return None;
    }
    let context = span.context();
    let id = context.span().span_context().trace_id();
    (id != opentelemetry::TraceId::INVALID).then(|| id.to_string())
}
