//! Which changes of a business's channels are right. Pure: nothing here looks anything up.

use kernel::{Problem, problem::Fields, text};
use platform::mail;

use super::model::{CloudFields, Secrets, SmtpFields, Stored, TlsWord, TwilioFields};

/// Longest host name (RFC 1035).
const HOST_CHARS_MAX: usize = 253;
/// Longest user name, password or token.
const SECRET_CHARS_MAX: usize = 1024;
/// Longest sender, name and address.
const FROM_CHARS_MAX: usize = 400;
/// Longest name that a text message can come from.
const SENDER_NAME_CHARS_MAX: usize = 11;
/// Longest id of a WhatsApp number or account.
const CLOUD_ID_DIGITS_MAX: usize = 32;

/// A mail server as it was sent; what is absent stays.
#[derive(Debug, Default)]
pub struct SmtpPatch {
    pub host: Option<String>,
    pub port: Option<u16>,
    pub user: Option<String>,
    pub password: Option<String>,
    pub from: Option<String>,
    pub tls: Option<TlsWord>,
}

/// A Twilio account as it was sent.
#[derive(Debug, Default)]
pub struct TwilioPatch {
    pub account_sid: Option<String>,
    pub auth_token: Option<String>,
    pub from: Option<String>,
}

/// A Cloud API number as it was sent.
#[derive(Debug, Default)]
pub struct CloudPatch {
    pub phone_number_id: Option<String>,
    pub business_account_id: Option<String>,
    pub access_token: Option<String>,
    pub app_secret: Option<String>,
    pub verify_token: Option<String>,
}

/// Changes; what is absent stays, and `Some(None)` removes a provider with its secrets.
#[derive(Debug, Default)]
pub struct ChannelsPatch {
    pub email_enabled: Option<bool>,
    pub use_customer_smtp: Option<bool>,
    pub sms_enabled: Option<bool>,
    pub use_customer_twilio: Option<bool>,
    pub whatsapp_enabled: Option<bool>,
    pub use_customer_whatsapp: Option<bool>,
    pub webhook_enabled: Option<bool>,
    pub webhook_url: Option<Option<String>>,
    pub reply_to: Option<Option<String>>,
    pub smtp: Option<Option<SmtpPatch>>,
    pub twilio: Option<Option<TwilioPatch>>,
    pub whatsapp: Option<Option<CloudPatch>>,
}

/// The settings as they would be after the change, or every field that is not right.
pub fn decide_settings(present: &Stored, patch: ChannelsPatch) -> Result<Stored, Problem> {
    let mut fields = Fields::new();
    let f = &mut fields;
    let mut next = present.clone();
    // Those that do not open any more are gone; whoever saves gives new ones.
    let mut secrets = next.secrets.take().unwrap_or_default();
    let switches = [
        (&mut next.email_enabled, patch.email_enabled),
        (&mut next.use_customer_smtp, patch.use_customer_smtp),
        (&mut next.sms_enabled, patch.sms_enabled),
        (&mut next.use_customer_twilio, patch.use_customer_twilio),
        (&mut next.whatsapp_enabled, patch.whatsapp_enabled),
        (&mut next.use_customer_whatsapp, patch.use_customer_whatsapp),
        (&mut next.webhook_enabled, patch.webhook_enabled),
    ];
    for (switch, to) in switches {
        *switch = to.unwrap_or(*switch);
    }
    if let Some(url) = patch.webhook_url {
        // Whether it may be called was asked of the guard before.
        next.webhook_url = url.map(|u| u.trim().to_owned()).filter(|u| !u.is_empty());
    }
    if let Some(address) = patch.reply_to {
        let address = address.filter(|a| !a.trim().is_empty());
        next.reply_to = address.and_then(|a| f.take("replyTo", "INVALID_EMAIL", text::parse_email(&a)));
    }
    match patch.smtp {
        Some(Some(smtp)) => next.smtp = change_smtp(f, present.smtp.as_ref(), smtp, &mut secrets),
        Some(None) => (next.smtp, secrets.smtp_password) = (None, None),
        None => {}
    }
    match patch.twilio {
        Some(Some(twilio)) => next.twilio = change_twilio(f, present.twilio.as_ref(), twilio, &mut secrets),
        Some(None) => (next.twilio, secrets.twilio_auth_token) = (None, None),
        None => {}
    }
    match patch.whatsapp {
        Some(Some(cloud)) => next.whatsapp = change_cloud(f, present.whatsapp.as_ref(), cloud, &mut secrets),
        Some(None) => {
            next.whatsapp = None;
            secrets = Secrets {
                smtp_password: secrets.smtp_password,
                twilio_auth_token: secrets.twilio_auth_token,
                ..Secrets::default()
            };
        }
        None => {}
    }
    fields.check()?;
    check_chosen(&next)?;
    next.secrets = Some(secrets);
    next.version = present.version + 1;
    Ok(next)
}

/// Nothing may be switched to what is not set up.
fn check_chosen(next: &Stored) -> Result<(), Problem> {
    let mut fields = Fields::new();
    let mut need = |wrong: bool, switch: &str, what: &str| {
        if wrong {
            fields.refuse(switch, "REQUIRED", format!("needs `{what}` first"));
        }
    };
    need(next.use_customer_smtp && next.smtp.is_none(), "useCustomerSmtp", "smtp");
    need(next.use_customer_twilio && next.twilio.is_none(), "useCustomerTwilio", "twilio");
    need(next.use_customer_whatsapp && next.whatsapp.is_none(), "useCustomerWhatsapp", "whatsapp");
    need(next.webhook_enabled && next.webhook_url.is_none(), "webhookEnabled", "webhookUrl");
    fields.check()
}

fn change_smtp(
    f: &mut Fields,
    present: Option<&SmtpFields>,
    patch: SmtpPatch,
    secrets: &mut Secrets,
) -> Option<SmtpFields> {
    let host = patch.host.or_else(|| present.map(|p| p.host.clone()));
    let host = required(f, "smtp.host", host).and_then(|host| parse_host(f, &host));
    let tls = patch.tls.or(present.map(|p| p.tls)).unwrap_or(TlsWord::Starttls);
    let port = patch.port.or(present.map(|p| p.port)).unwrap_or(if tls == TlsWord::Tls { 465 } else { 587 });
    if port == 0 {
        f.refuse("smtp.port", "OUT_OF_RANGE", "must be 1 to 65535");
    }
    let user = patch.user.or_else(|| present.and_then(|p| p.user.clone())).filter(|u| !u.trim().is_empty());
    let user = user.and_then(|user| f.take("smtp.user", "INVALID_TEXT", text::parse_line(&user, SECRET_CHARS_MAX)));
    let from = patch.from.or_else(|| present.map(|p| p.from.clone()));
    let from = required(f, "smtp.from", from).and_then(|from| parse_from(f, &from));
    let password = parse_secret(f, "smtp.password", patch.password);
    let next = SmtpFields { host: host?, port, user, from: from?, tls };
    // A kept password goes to the server it was given for and to no other, and never to one without encryption.
    let is_other = present.is_none_or(|p| p.host != next.host || p.port != next.port || p.user != next.user);
    match password {
        Some(given) => secrets.smtp_password = given,
        None if is_other => secrets.smtp_password = None,
        None => {}
    }
    if next.user.is_some() && secrets.smtp_password.is_none() {
        f.refuse("smtp.password", "REQUIRED", "is required with a user, and again when the server or the user changes");
    }
    if next.user.is_none() {
        secrets.smtp_password = None;
    }
    if next.user.is_some() && next.tls == TlsWord::None {
        f.refuse("smtp.tls", "INVALID_VALUE", "must be starttls or tls: a password never travels in clear");
    }
    Some(next)
}

fn change_twilio(
    f: &mut Fields,
    present: Option<&TwilioFields>,
    patch: TwilioPatch,
    secrets: &mut Secrets,
) -> Option<TwilioFields> {
    let sid = patch.account_sid.or_else(|| present.map(|p| p.account_sid.clone()));
    let sid = required(f, "twilio.accountSid", sid).and_then(|sid| parse_sid(f, &sid));
    let from = patch.from.or_else(|| present.map(|p| p.from.clone()));
    let from = required(f, "twilio.from", from).and_then(|from| parse_sms_sender(f, &from));
    let token = parse_secret(f, "twilio.authToken", patch.auth_token);
    let next = TwilioFields { account_sid: sid?, from: from? };
    match token {
        Some(given) => secrets.twilio_auth_token = given,
        None if present.is_none_or(|p| p.account_sid != next.account_sid) => secrets.twilio_auth_token = None,
        None => {}
    }
    if secrets.twilio_auth_token.is_none() {
        f.refuse("twilio.authToken", "REQUIRED", "is required, and again when the account changes");
    }
    Some(next)
}

fn change_cloud(
    f: &mut Fields,
    present: Option<&CloudFields>,
    patch: CloudPatch,
    secrets: &mut Secrets,
) -> Option<CloudFields> {
    let number = patch.phone_number_id.or_else(|| present.map(|p| p.phone_number_id.clone()));
    let number = required(f, "whatsapp.phoneNumberId", number);
    let number = number.and_then(|n| parse_digits(f, "whatsapp.phoneNumberId", &n));
    let account = patch.business_account_id.or_else(|| present.and_then(|p| p.business_account_id.clone()));
    let account = account.filter(|a| !a.trim().is_empty());
    let account = account.and_then(|a| parse_digits(f, "whatsapp.businessAccountId", &a));
    let given = [
        (&mut secrets.whatsapp_access_token, "whatsapp.accessToken", patch.access_token),
        (&mut secrets.whatsapp_app_secret, "whatsapp.appSecret", patch.app_secret),
        (&mut secrets.whatsapp_verify_token, "whatsapp.verifyToken", patch.verify_token),
    ];
    for (kept, field, sent) in given {
        if let Some(new) = parse_secret(f, field, sent) {
            *kept = new;
        }
    }
    if secrets.whatsapp_access_token.is_none() {
        f.refuse("whatsapp.accessToken", "REQUIRED", "is required");
    }
    Some(CloudFields { phone_number_id: number?, business_account_id: account })
}

/// What differs, by the names that clients use; of a secret only that it was given anew.
pub fn changed_fields(before: &Stored, after: &Stored) -> Vec<&'static str> {
    let secret = |of: fn(&Secrets) -> &Option<String>| {
        before.secrets.as_ref().and_then(|s| of(s).as_ref()) != after.secrets.as_ref().and_then(|s| of(s).as_ref())
    };
    let differs = [
        ("emailEnabled", before.email_enabled != after.email_enabled),
        ("useCustomerSmtp", before.use_customer_smtp != after.use_customer_smtp),
        ("smsEnabled", before.sms_enabled != after.sms_enabled),
        ("useCustomerTwilio", before.use_customer_twilio != after.use_customer_twilio),
        ("whatsappEnabled", before.whatsapp_enabled != after.whatsapp_enabled),
        ("useCustomerWhatsapp", before.use_customer_whatsapp != after.use_customer_whatsapp),
        ("webhookEnabled", before.webhook_enabled != after.webhook_enabled),
        ("webhookUrl", before.webhook_url != after.webhook_url),
        ("replyTo", before.reply_to != after.reply_to),
        ("smtp", before.smtp != after.smtp),
        ("smtp.password", secret(|s| &s.smtp_password)),
        ("twilio", before.twilio != after.twilio),
        ("twilio.authToken", secret(|s| &s.twilio_auth_token)),
        ("whatsapp", before.whatsapp != after.whatsapp),
        ("whatsapp.accessToken", secret(|s| &s.whatsapp_access_token)),
        ("whatsapp.appSecret", secret(|s| &s.whatsapp_app_secret)),
        ("whatsapp.verifyToken", secret(|s| &s.whatsapp_verify_token)),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

fn required(f: &mut Fields, field: &str, value: Option<String>) -> Option<String> {
    let value = value.filter(|text| !text.trim().is_empty());
    if value.is_none() {
        f.refuse(field, "REQUIRED", "is required");
    }
    value
}

/// `None`: not sent. `Some(None)`: sent empty, which clears.
fn parse_secret(f: &mut Fields, field: &str, sent: Option<String>) -> Option<Option<String>> {
    let sent = sent?;
    if sent.is_empty() {
        return Some(None);
    }
    if sent.chars().count() > SECRET_CHARS_MAX || sent.chars().any(char::is_control) {
        f.refuse(field, "INVALID_TEXT", format!("must be at most {SECRET_CHARS_MAX} characters, without line breaks"));
        return Some(None);
    }
    Some(Some(sent))
}

fn parse_host(f: &mut Fields, host: &str) -> Option<String> {
    let host = host.trim().trim_end_matches('.').to_lowercase();
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    let label_ok = |l: &str| {
        (1..=63).contains(&l.len())
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if host.len() <= HOST_CHARS_MAX && (is_address || host.split('.').all(label_ok)) {
        return Some(host);
    }
    f.refuse("smtp.host", "INVALID_VALUE", "must be a server name such as smtp.example.com");
    None
}

fn parse_from(f: &mut Fields, from: &str) -> Option<String> {
    let line = f.take("smtp.from", "INVALID_TEXT", text::parse_line(from, FROM_CHARS_MAX))?;
    if mail::check_sender(&line).is_ok() {
        return Some(line);
    }
    f.refuse("smtp.from", "INVALID_EMAIL", "must be a sender such as Demo Salon <hello@salon.example>");
    None
}

fn parse_sid(f: &mut Fields, sid: &str) -> Option<String> {
    let sid = sid.trim();
    if is_sid(sid, "AC") {
        return Some(sid.to_owned());
    }
    f.refuse("twilio.accountSid", "INVALID_VALUE", "must be AC and 32 hexadecimal digits");
    None
}

fn is_sid(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn parse_sms_sender(f: &mut Fields, from: &str) -> Option<String> {
    let from = from.trim();
    let is_name = (1..=SENDER_NAME_CHARS_MAX).contains(&from.len())
        && from.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ')
        && from.bytes().any(|b| b.is_ascii_alphabetic());
    if from.starts_with('+') {
        return f.take("twilio.from", "INVALID_PHONE", text::parse_phone(from, "US"));
    }
    if is_sid(from, "MG") || is_name {
        return Some(from.to_owned());
    }
    f.refuse(
        "twilio.from",
        "INVALID_PHONE",
        "must be a number such as +14155550100, a name of up to 11 letters, or MG…",
    );
    None
}

fn parse_digits(f: &mut Fields, field: &str, text: &str) -> Option<String> {
    let text = text.trim();
    if (1..=CLOUD_ID_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    f.refuse(field, "INVALID_VALUE", "must be digits, as the provider shows them");
    None
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
