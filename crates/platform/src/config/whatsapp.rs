//! WhatsApp: the operator's number on the Cloud API, which is also what a business without a phone or number of its own
//! sends by, and how phones are paired.

use std::time::Duration;

use kernel::text::Secret;

use super::{is_http_url, report::Reader};

/// Where the Cloud API answers.
pub const GRAPH_BASE_URL: &str = "https://graph.facebook.com";
/// Messages a minute by one paired phone, unless the operator says otherwise: few enough to look like a person.
pub const PER_MINUTE_DEFAULT: u32 = 20;
/// How long a code is shown before pairing is given up, unless the operator says otherwise.
pub const SESSION_TIMEOUT_MS_DEFAULT: u64 = 300_000;

/// A number on the Cloud API.
#[derive(Debug, Clone)]
pub struct CloudNumber {
    /// Which number sends.
    pub phone_number_id: String,
    /// Credential of the calls.
    pub access_token: Secret,
    /// Signs what they call back with.
    pub app_secret: Option<Secret>,
    /// Proves our address to them.
    pub verify_token: Option<Secret>,
}

/// Who speaks for a paired phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionsBy {
    /// WhatsApp Web itself.
    Web,
    /// The built-in stand-in at this address.
    Simulator(String),
    /// Nobody: no phone can be paired.
    Nobody,
}

/// How WhatsApp messages are sent.
#[derive(Debug, Clone)]
pub struct WhatsappSettings {
    /// Where the Cloud API answers, for the operator's number and for those of businesses.
    pub cloud_base_url: String,
    /// The operator's number.
    pub cloud: Option<CloudNumber>,
    /// Whether the built-in stand-in answers for the Cloud API.
    pub cloud_simulated: bool,
    /// Who speaks for paired phones.
    pub sessions: SessionsBy,
    /// Whether the operator chose that; else the built-in stand-in may.
    pub sessions_chosen: bool,
    /// Messages a minute by one paired phone.
    pub per_minute: u32,
    /// How long a code is shown before pairing is given up.
    pub session_timeout: Duration,
}

pub(super) fn whatsapp(r: &mut Reader) -> WhatsappSettings {
    let base_url = r.text("WHATSAPP_CLOUD_BASE_URL", GRAPH_BASE_URL);
    r.check("WHATSAPP_CLOUD_BASE_URL", is_http_url(&base_url), "must be an http(s) address");
    let chosen = r.optional("WHATSAPP_SESSIONS");
    let sessions = match chosen.as_deref() {
        None | Some("web") => SessionsBy::Web,
        Some("off") => SessionsBy::Nobody,
        Some(_) => r.refuse("WHATSAPP_SESSIONS", "must be web or off", SessionsBy::Nobody),
    };
    let per_minute = r.number::<u32>("WHATSAPP_PER_MINUTE", PER_MINUTE_DEFAULT);
    r.check("WHATSAPP_PER_MINUTE", (1..=600).contains(&per_minute), "must be 1 to 600");
    let timeout_ms = r.number::<u64>("WHATSAPP_SESSION_TIMEOUT", SESSION_TIMEOUT_MS_DEFAULT);
    let message = "must be 30000 to 3600000 (milliseconds)";
    r.check("WHATSAPP_SESSION_TIMEOUT", (30_000..=3_600_000).contains(&timeout_ms), message);
    WhatsappSettings {
        cloud_base_url: base_url.trim_end_matches('/').to_owned(),
        cloud: cloud(r),
        cloud_simulated: false,
        sessions,
        sessions_chosen: chosen.is_some(),
        per_minute,
        session_timeout: Duration::from_millis(timeout_ms),
    }
}

fn cloud(r: &mut Reader) -> Option<CloudNumber> {
    let (id, token) = (r.optional("WHATSAPP_CLOUD_PHONE_NUMBER_ID"), r.optional("WHATSAPP_CLOUD_ACCESS_TOKEN"));
    let app_secret = r.optional("WHATSAPP_CLOUD_APP_SECRET").map(Secret);
    let verify_token = r.optional("WHATSAPP_CLOUD_VERIFY_TOKEN").map(Secret);
    match (id, token) {
        (Some(phone_number_id), Some(token)) => {
            let is_id = phone_number_id.bytes().all(|b| b.is_ascii_digit());
            r.check("WHATSAPP_CLOUD_PHONE_NUMBER_ID", is_id, "must be digits, as Meta shows them");
            Some(CloudNumber { phone_number_id, access_token: Secret(token), app_secret, verify_token })
        }
        (None, None) => None,
        _ => {
            let message = "goes with WHATSAPP_CLOUD_ACCESS_TOKEN: set both or none";
            r.refuse("WHATSAPP_CLOUD_PHONE_NUMBER_ID", message, None)
        }
    }
}
