//! Where traces go.

use super::{is_http_url, report::Reader};

/// A collector of OpenTelemetry.
#[derive(Debug, Clone)]
pub struct TraceSettings {
    /// Its base address, without a slash at the end.
    pub endpoint: String,
    /// What this program is called there.
    pub service: String,
}

pub(super) fn traces(r: &mut Reader) -> Option<TraceSettings> {
    let service = r.text("OTEL_SERVICE_NAME", "frontdesk");
    let endpoint = r.optional("OTEL_EXPORTER_OTLP_ENDPOINT")?;
    let message = "must be the http(s) address of a collector, such as http://localhost:4318";
    r.check("OTEL_EXPORTER_OTLP_ENDPOINT", is_http_url(&endpoint), message);
    Some(TraceSettings { endpoint: endpoint.trim_end_matches('/').to_owned(), service })
}
