//! The library's HTTP through the house's one way out: limits, timeouts, no redirects, TLS by ring.

use http::{HeaderName, HeaderValue, Method};
use platform::outbound::{Outbound, Request, Trust};
use url::Url;
use whatsapp_rust::{
    anyhow::{self, anyhow},
    async_trait,
    http::{HttpClient, HttpRequest, HttpResponse},
};

use std::time::Duration;

/// For all of one exchange, a file of some megabytes included.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of an answer that are read: the page that names the protocol's version is the largest.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

#[derive(Clone)]
pub(super) struct OurHttp {
    outbound: Outbound,
}

impl OurHttp {
    pub fn new(outbound: Outbound) -> Self {
        Self { outbound }
    }
}

#[async_trait]
impl HttpClient for OurHttp {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        // The addresses come from WhatsApp, whom nobody here answers for.
        let url = Url::parse(&request.url)?;
        let mut ours = Request::new(Method::from_bytes(request.method.as_bytes())?, url);
        for (name, value) in &request.headers {
            ours.headers.insert(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
        }
        ours.body = request.body.unwrap_or_default();
        ours.timeout = TIMEOUT;
        ours.answer_bytes_max = ANSWER_BYTES_MAX;
        let answer = self.outbound.send(ours, Trust::Tenant).await?;
        if answer.is_cut {
            return Err(anyhow!("the answer is longer than {ANSWER_BYTES_MAX} bytes"));
        }
        Ok(HttpResponse { status_code: answer.status.as_u16(), body: answer.body.to_vec() })
    }
}
