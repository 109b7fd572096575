//! Text messages by Twilio's API: the operator's account, which is also what a business without one of its own sends by.

use kernel::text::Secret;

use super::{is_http_url, report::Reader};

/// Where Twilio answers.
pub const TWILIO_BASE_URL: &str = "https://api.twilio.com";

/// An account that sends text messages.
#[derive(Debug, Clone)]
pub struct TwilioAccount {
    /// `AC…`.
    pub account_sid: String,
    /// Proves us to them and them to us.
    pub auth_token: Secret,
    /// An E.164 number, a sender's name, or a messaging service `MG…`.
    pub from: String,
}

/// How text messages are sent.
#[derive(Debug, Clone)]
pub struct SmsSettings {
    /// `false`: nobody's text messages leave, simulated or not.
    pub enabled: bool,
    /// Where the API answers, for the operator's account and for those of businesses.
    pub base_url: String,
    /// The operator's account.
    pub account: Option<TwilioAccount>,
    /// Whether the built-in stand-in answers.
    pub simulated: bool,
}

pub(super) fn sms(r: &mut Reader) -> SmsSettings {
    let base_url = r.text("TWILIO_BASE_URL", TWILIO_BASE_URL);
    r.check("TWILIO_BASE_URL", is_http_url(&base_url), "must be an http(s) address");
    let parts = (r.optional("TWILIO_ACCOUNT_SID"), r.optional("TWILIO_AUTH_TOKEN"), r.optional("TWILIO_PHONE_NUMBER"));
    let account = match parts {
        (Some(account_sid), Some(token), Some(from)) => {
            Some(TwilioAccount { account_sid, auth_token: Secret(token), from })
        }
        (None, None, None) => None,
        _ => {
            let message = "goes with TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER: set all three or none";
            r.refuse("TWILIO_ACCOUNT_SID", message, None)
        }
    };
    let base_url = base_url.trim_end_matches('/').to_owned();
    SmsSettings { enabled: r.switch("SMS_ENABLED", true), base_url, account, simulated: false }
}
