//! The operator's mail server.

use std::net::IpAddr;

use kernel::text::Secret;

use super::report::Reader;

/// How mail is sent; absent when no host is set.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Server name or address.
    pub host: String,
    /// Server port.
    pub port: u16,
    /// Login; none when absent.
    pub user: Option<String>,
    /// Password for the login.
    pub pass: Option<Secret>,
    /// Sender address.
    pub from: String,
    /// `starttls`, `tls` or `none`.
    pub tls: SmtpTls,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpTls {
    /// Plain first, then upgraded; refused when the server cannot.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Plain text: only for a relay on this machine.
    None,
}

pub(super) fn smtp(r: &mut Reader) -> Option<SmtpSettings> {
    // Read whether or not there is a host: a wrong port is found before the day on which the host is set.
    let tls = match r.text("SMTP_TLS", "starttls").as_str() {
        "starttls" => SmtpTls::StartTls,
        "tls" => SmtpTls::Tls,
        "none" => SmtpTls::None,
        _ => r.refuse("SMTP_TLS", "must be starttls, tls or none", SmtpTls::StartTls),
    };
    let port = r.number::<u16>("SMTP_PORT", if tls == SmtpTls::Tls { 465 } else { 587 });
    r.check("SMTP_PORT", port != 0, "must be 1 to 65535");
    let host = r.optional("SMTP_HOST").or_else(|| r.optional("SYSTEM_SMTP_HOST"))?;
    let name = if r.optional("SMTP_HOST").is_some() { "SMTP_HOST" } else { "SYSTEM_SMTP_HOST" };
    let is_host = host.parse::<IpAddr>().is_ok() || url::Host::parse(&host).is_ok();
    r.check(name, is_host, "must be the name or address of a mail server, without a port");
    let from = r.text("SMTP_FROM", "Frontdesk <noreply@localhost>");
    let message = "must be a mailbox such as Frontdesk <noreply@example.com>";
    r.check("SMTP_FROM", crate::mail::parse_sender(&from).is_ok(), message);
    let (user, pass) = (r.optional("SMTP_USER"), r.optional("SMTP_PASS").map(Secret));
    r.check("SMTP_PASS", user.is_some() == pass.is_some(), "goes with SMTP_USER: set both or none");
    Some(SmtpSettings { host, port, user, pass, from, tls })
}
