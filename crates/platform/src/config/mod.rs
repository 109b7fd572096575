//! Configuration from the environment. Every value has a default that works; every fault is collected, so that a person
//! sees one list and fixes it once. Secrets may come from `NAME_FILE`; on SQLite they are made on first start and kept in
//! `DATA_DIR`. Names that are not known are ignored.

mod database;
mod delivery;
mod folder;
mod limits;
mod oidc;
mod push;
mod report;
mod secrets;
mod sms;
mod smtp;
mod traces;
mod whatsapp;

use std::{
    collections::HashMap,
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use kernel::text::Secret;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

pub use delivery::{EVENTS_KEPT_DAYS, EVENTS_KEPT_DAYS_MAX, SCHEDULE_DEFAULT, SCHEDULE_STEPS_MAX, STEP_MAX, Schedules};
pub(crate) use folder::make_folder;
pub use folder::{look_at_folder, prepare_folder};
pub use limits::{Quota, Quotas, RateLimits};
pub use oidc::OidcProvider;
pub use push::PushSettings;
use report::Reader;
pub use report::{ConfigFault, ConfigFaults};
pub use secrets::{begin_own_rotation, end_own_rotation};
pub use sms::{SmsSettings, TWILIO_BASE_URL, TwilioAccount};
pub use smtp::{SmtpSettings, SmtpTls};
pub use traces::TraceSettings;
pub use whatsapp::{CloudNumber, GRAPH_BASE_URL, SessionsBy, WhatsappSettings};

use crate::outbound::AllowedNet;

/// Messages of one commit, unless fewer are configured.
pub const BATCH_MESSAGES_MAX: usize = 256;
/// Default limit for one uploaded file.
pub const ATTACHMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// What that limit may be set to: room for a small picture, and no more than one request may sensibly carry.
const ATTACHMENT_BYTES_RANGE: std::ops::RangeInclusive<u64> = 64 * 1024..=512 * 1024 * 1024;
/// More threads than that gain nothing on any machine.
const WORKER_THREADS_MAX: usize = 512;
/// What `OUTBOUND_ALLOWED_CIDRS` looks like.
const OUTBOUND_ALLOWED_SHAPE: &str = "a comma-separated list of networks such as 10.20.0.0/16";
/// How long lines of the audit log are kept unless the operator says otherwise.
const AUDIT_DAYS: u32 = 730;
const AUDIT_DAYS_RANGE: std::ops::RangeInclusive<u32> = 30..=3650;
/// A secret shorter than this is refused.
pub const SECRET_CHARS_MIN: usize = 32;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For collectors.
    Json,
}

/// Everything the program is told from outside.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 picks a free one.
    pub port: u16,
    /// Folder for the database, files and generated secrets.
    pub data_dir: PathBuf,
    /// PostgreSQL address; SQLite in `data_dir` when absent.
    pub database_url: Option<Secret>,
    /// Connections to PostgreSQL.
    pub database_pool_max: u32,
    /// Redis address.
    pub redis_url: Option<Secret>,
    /// Object store address; a folder in `data_dir` when absent.
    pub storage_url: Option<String>,
    /// Signs access tokens (HS256).
    pub jwt_secret: Secret,
    /// Keys the HMAC of API keys.
    pub api_key_secret: Secret,
    /// Seals stored secrets.
    pub master_key: Secret,
    /// Keys before that one, which what they sealed still opens with.
    pub retired_master_keys: Vec<Secret>,
    /// Whether the program made the key itself and keeps it in `data_dir`.
    pub master_key_is_own: bool,
    /// Browser origins that may call the API.
    pub allowed_origins: Vec<String>,
    /// Base of links in mails; no trailing slash.
    pub client_url: String,
    /// Whether a business sends by the operator's providers only once an owner has proven their address.
    pub require_verified_owner: bool,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Filter of log lines, in the syntax of tracing's EnvFilter; checked.
    pub log_level: String,
    /// Look of log lines.
    pub log_format: LogFormat,
    /// Outgoing mail.
    pub smtp: Option<SmtpSettings>,
    /// Whether the built-in stand-in takes the mail.
    pub mail_simulated: bool,
    /// Outgoing text messages.
    pub sms: SmsSettings,
    /// Notices to browsers.
    pub push: PushSettings,
    /// WhatsApp, by the Cloud API and by paired phones.
    pub whatsapp: WhatsappSettings,
    /// Whether the built-in stand-ins answer for what is not configured.
    pub simulators: bool,
    /// Bytes of one uploaded file.
    pub attachment_bytes_max: u64,
    /// Bearer token for metrics and detailed health when not on loopback.
    pub metrics_token: Option<Secret>,
    /// Threads that run requests and sockets.
    pub worker_threads: usize,
    /// When a delivery that failed is tried again.
    pub delivery_schedules: Schedules,
    /// How long events that are over are kept.
    pub events_kept: Duration,
    /// Messages of one commit; 1 stores each by itself, which only a benchmark wants.
    pub message_batch_max: usize,
    /// Who else may vouch for people.
    pub oidc: Vec<OidcProvider>,
    /// How long lines of the audit log are kept.
    pub audit_kept_days: u32,
    /// Where people report a hole, for `/.well-known/security.txt`.
    pub security_contact: Option<String>,
    /// Where traces go; nowhere when absent.
    pub traces: Option<TraceSettings>,
    /// How often somebody may ask.
    pub rate_limits: RateLimits,
    /// Networks beyond the open internet that addresses given by businesses may lead to.
    pub outbound_allowed: Vec<AllowedNet>,
}

#[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn environment() -> HashMap<String, String> {
    std::env::vars().collect()
}

impl Config {
    /// Reads the process environment, and tries whether its folder can be used.
    pub fn from_env() -> Result<Self, ConfigFaults> {
        Self::read(Reader::new(environment()), prepare_folder)
    }

    /// The same for somebody who only wants to know whether they can be used: nothing is made on the disk.
    pub fn try_env() -> Result<Self, ConfigFaults> {
        Self::read(Reader::only_looking(environment()), look_at_folder)
    }

    /// Reads named values; the tests' door.
    pub fn from_map(values: HashMap<String, String>) -> Result<Self, ConfigFaults> {
        Self::read(Reader::new(values), |_| Ok(()))
    }

    fn read(mut r: Reader, try_folder: impl FnOnce(&Path) -> Result<(), ConfigFault>) -> Result<Self, ConfigFaults> {
        let data_dir = PathBuf::from(r.text("DATA_DIR", "./data"));
        if let Err(fault) = try_folder(&data_dir) {
            r.note(fault);
        }
        let port = r.number::<u16>("PORT", 3000);
        let host = r.parsed::<IpAddr>("HOST", "127.0.0.1", "an IP address such as 0.0.0.0");
        let database_url = database::url(&mut r);
        // Read whether or not it matters here, as everything is: a wrong word is found before the day on which it does.
        let single = r.switch("SINGLE_NODE", false) || database_url.is_none();
        let mut secret = |name: &str| secrets::take(&mut r, name, &data_dir, single);
        let (jwt_secret, api_key_secret, master_key) =
            (secret("JWT_SECRET"), secret("API_KEY_SECRET"), secret("MASTER_KEY"));
        let (retired_master_keys, master_key_is_own) = secrets::retired(&mut r, &data_dir);
        let client_url = r.text("CLIENT_URL", &format!("http://localhost:{port}"));
        let message = "must be an http(s) address without a path, such as https://desk.example.com";
        r.check("CLIENT_URL", is_origin(&client_url), message);
        let allowed_origins = r.list("ALLOWED_ORIGINS");
        let origins_ok = allowed_origins.iter().all(|o| is_origin(o));
        r.check(
            "ALLOWED_ORIGINS",
            origins_ok,
            "must be a comma-separated list of origins without paths, such as https://shop.example.com",
        );
        let database_pool_max = r.number::<u32>("DATABASE_POOL_MAX", crate::db::POSTGRES_CONNECTIONS_MAX);
        r.check("DATABASE_POOL_MAX", (1..=500).contains(&database_pool_max), "must be 1 to 500");
        let message_batch_max = r.number::<usize>("MESSAGE_BATCH_MAX", BATCH_MESSAGES_MAX);
        let message = format!("must be 1 to {BATCH_MESSAGES_MAX}");
        r.check("MESSAGE_BATCH_MAX", (1..=BATCH_MESSAGES_MAX).contains(&message_batch_max), &message);
        let log_level = r.text("LOG_LEVEL", "info");
        let message = "must be off, error, warn, info, debug or trace, or a list such as info,platform=debug";
        r.check("LOG_LEVEL", is_log_filter(&log_level), message);
        let storage_url = r.optional("STORAGE_URL");
        let storage_ok = storage_url.as_deref().is_none_or(|url| crate::storage::check_address(url).is_ok());
        let message = "must be file:///folder or s3://bucket/prefix (leave it out to keep files in DATA_DIR)";
        r.check("STORAGE_URL", storage_ok, message);
        let schedule = r.text("DELIVERY_SCHEDULE", delivery::SCHEDULE_DEFAULT);
        let delivery_schedules = delivery::schedules(&mut r, &schedule);
        let events_kept = delivery::events_kept(&mut r);
        let config = Self {
            host,
            port,
            database_url,
            database_pool_max,
            redis_url: redis_url(&mut r),
            storage_url,
            jwt_secret,
            api_key_secret,
            master_key,
            retired_master_keys,
            master_key_is_own,
            allowed_origins: allowed_origins.iter().map(|o| o.trim_end_matches('/').to_owned()).collect(),
            client_url: client_url.trim_end_matches('/').to_owned(),
            require_verified_owner: r.switch("REQUIRE_VERIFIED_OWNER", false),
            trusted_proxies: r.parsed_list::<IpAddr>("TRUSTED_PROXIES", "a comma-separated list of IP addresses"),
            log_level,
            log_format: match r.text("LOG_FORMAT", "pretty").as_str() {
                "json" => LogFormat::Json,
                "pretty" => LogFormat::Pretty,
                _ => r.refuse("LOG_FORMAT", "must be pretty or json", LogFormat::Pretty),
            },
            smtp: smtp::smtp(&mut r),
            mail_simulated: false,
            sms: sms::sms(&mut r),
            push: push::push(&mut r),
            whatsapp: whatsapp::whatsapp(&mut r),
            simulators: r.switch("SIMULATORS", false),
            attachment_bytes_max: attachment_bytes_max(&mut r),
            metrics_token: r.optional("METRICS_TOKEN").map(Secret),
            worker_threads: worker_threads(&mut r),
            delivery_schedules,
            events_kept,
            message_batch_max,
            oidc: oidc::oidc(&mut r),
            audit_kept_days: audit_kept_days(&mut r),
            security_contact: security_contact(&mut r),
            traces: traces::traces(&mut r),
            rate_limits: limits::rate_limits(&mut r),
            outbound_allowed: r.parsed_list("OUTBOUND_ALLOWED_CIDRS", OUTBOUND_ALLOWED_SHAPE),
            data_dir,
        };
        r.finish(config)
    }
}

fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.host().is_some())
}

/// Scheme, host and port, and nothing behind them but one slash.
fn is_origin(text: &str) -> bool {
    let is_bare = |u: url::Url| {
        u.path() == "/"
            && u.query().is_none()
            && u.fragment().is_none()
            && u.username().is_empty()
            && u.password().is_none()
    };
    is_http_url(text) && url::Url::parse(text).is_ok_and(is_bare)
}

fn attachment_bytes_max(r: &mut Reader) -> u64 {
    let bytes = r.number::<u64>("ATTACHMENT_BYTES_MAX", ATTACHMENT_BYTES_MAX);
    let message = format!("must be {} to {}", ATTACHMENT_BYTES_RANGE.start(), ATTACHMENT_BYTES_RANGE.end());
    r.check("ATTACHMENT_BYTES_MAX", ATTACHMENT_BYTES_RANGE.contains(&bytes), &message);
    bytes
}

fn worker_threads(r: &mut Reader) -> usize {
    let threads = r.number::<usize>("WORKER_THREADS", 0);
    r.check("WORKER_THREADS", threads <= WORKER_THREADS_MAX, &format!("must be 0 to {WORKER_THREADS_MAX}"));
    threads
}

/// Whether every part of the filter is a level, or names one. The filter's own reader takes a word that it does not know for
/// the name of a module and would then show that module alone.
fn is_log_filter(text: &str) -> bool {
    let is_level = |word: &str| word.parse::<LevelFilter>().is_ok() && !word.bytes().all(|b| b.is_ascii_digit());
    let mut parts = text.split(',').map(str::trim);
    parts.all(|part| part.contains('=') || part.contains('[') || is_level(part)) && EnvFilter::try_new(text).is_ok()
}

fn audit_kept_days(r: &mut Reader) -> u32 {
    let days = r.number::<u32>("AUDIT_KEEP_DAYS", AUDIT_DAYS);
    r.check("AUDIT_KEEP_DAYS", AUDIT_DAYS_RANGE.contains(&days), "must be 30 to 3650");
    days
}

/// An address of mail, or of a page.
fn security_contact(r: &mut Reader) -> Option<String> {
    let text = r.optional("SECURITY_CONTACT")?;
    let contact = match kernel::text::parse_email(text.trim_start_matches("mailto:")) {
        Ok(email) => format!("mailto:{email}"),
        Err(_) => text,
    };
    let ok = contact.starts_with("mailto:") || (contact.starts_with("https://") && is_http_url(&contact));
    r.check("SECURITY_CONTACT", ok && !contact.contains(char::is_whitespace), "must be an e-mail address or https://…");
    Some(contact)
}

fn redis_url(r: &mut Reader) -> Option<Secret> {
    let url = r.optional("REDIS_URL")?;
    let ok = crate::limits::check_address(&url).is_ok();
    r.check("REDIS_URL", ok, "must be redis://host:6379, or rediss:// for TLS, with :password@ before the host");
    Some(Secret(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigFaults> {
        let secret = "0123456789abcdef0123456789abcdef";
        let base = [("JWT_SECRET", secret), ("API_KEY_SECRET", secret), ("MASTER_KEY", secret)];
        let all = base.iter().chain(pairs).map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::from_map(all.collect())
    }

    #[test]
    fn every_fault_is_named_in_one_report() {
        let wrong = [
            ("PORT", "99999"),
            ("CLIENT_URL", "desk"),
            ("DATABASE_URL", "mysql://x"),
            ("LOG_LEVEL", "loud"),
            ("LOG_FORMAT", "xml"),
            ("STORAGE_URL", "ftp://x"),
            ("SMTP_FROM", "nobody"),
            ("SMTP_PASS", "alone"),
        ];
        let faults = read(&[&wrong[..], &[("SMTP_HOST", "mail.example.com")]].concat());
        let ConfigFaults(faults) = faults.err().unwrap_or(ConfigFaults(Vec::new()));
        let mut named: Vec<&str> = faults.iter().map(|f| f.name.as_str()).collect();
        let mut expected = wrong.map(|(name, _)| name);
        named.sort_unstable();
        expected.sort_unstable();
        assert_eq!(named, expected);
    }

    #[test]
    fn what_could_not_work_is_found_before_it_matters() {
        let bad = [
            ("SMTP_PORT", "0"),
            ("SINGLE_NODE", "maybe"),
            ("ATTACHMENT_BYTES_MAX", "0"),
            ("ATTACHMENT_BYTES_MAX", "99999999999999"),
            ("WORKER_THREADS", "100000"),
            ("CLIENT_URL", "https://desk.example.com/app"),
            ("ALLOWED_ORIGINS", "https://shop.example.com/cart"),
            ("ALLOWED_ORIGINS", "https://me:pass@shop.example.com"),
            ("SMTP_HOST", "a b"),
            ("SYSTEM_SMTP_HOST", "mail.example.com:587"),
        ];
        for (name, value) in bad {
            let ConfigFaults(faults) = read(&[(name, value)]).err().unwrap_or(ConfigFaults(Vec::new()));
            assert_eq!(faults.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), [name], "{value}");
        }
        let good = [
            ("SMTP_HOST", "::1"),
            ("SMTP_HOST", "mail.example.com"),
            ("CLIENT_URL", "https://desk.example.com/"),
            ("ALLOWED_ORIGINS", "https://a.example.com, http://localhost:5173/"),
        ];
        for (name, value) in good {
            assert!(read(&[(name, value)]).is_ok(), "{name}={value}");
        }
    }

    #[test]
    fn a_level_is_one_that_is_known() {
        for good in ["info", "WARN", "off", "info,talk=debug", "[request{id=7}]=debug,info"] {
            assert!(read(&[("LOG_LEVEL", good)]).is_ok(), "{good}");
        }
        for bad in ["loud", "info,loud", "talk=loud", "3", "info,"] {
            assert!(read(&[("LOG_LEVEL", bad)]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_one_fault_with_its_reason() {
        let dir = tempfile::tempdir().unwrap();
        let below = dir.path().join("taken/data");
        std::fs::write(dir.path().join("taken"), b"a file").unwrap();
        let values = HashMap::from([("DATA_DIR".to_owned(), below.display().to_string())]);
        let ConfigFaults(faults) = Config::from_map(values).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].name, "DATA_DIR");
        assert!(faults[0].message.contains(&below.display().to_string()), "{}", faults[0].message);
        assert!(faults[0].message.contains("a file stands"), "{}", faults[0].message);
    }

    #[test]
    fn nothing_needs_to_be_set_on_sqlite() {
        let dir = tempfile::tempdir().unwrap();
        let values = HashMap::from([("DATA_DIR".to_owned(), dir.path().join("d").display().to_string())]);
        let first = Config::from_map(values.clone()).unwrap();
        let second = Config::from_map(values).unwrap();
        assert_eq!(first.jwt_secret.0, second.jwt_secret.0, "a generated secret is kept");
        assert!(first.jwt_secret.0.len() >= SECRET_CHARS_MIN);
        assert_ne!(first.jwt_secret.0, first.master_key.0);
    }

    #[test]
    fn postgres_wants_its_secrets_from_outside() {
        let values = HashMap::from([("DATABASE_URL".to_owned(), "postgres://x/y".to_owned())]);
        let text = Config::from_map(values).err().map(|f| f.to_string()).unwrap_or_default();
        assert!(text.contains("JWT_SECRET") && text.contains("SINGLE_NODE"), "{text}");
    }
}
