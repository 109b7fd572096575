//! Configuration from the environment. Every value has a default that works; every fault is collected, so that a person
//! sees one list and fixes it once. Secrets may come from `NAME_FILE`; on SQLite they are made on first start and kept in
//! `DATA_DIR`. Names that are not known are ignored.

mod report;
mod secrets;

use std::{collections::HashMap, net::IpAddr, path::PathBuf};

use kernel::text::Secret;

use report::Reader;
pub use report::{ConfigFault, ConfigFaults};

/// Default limit for one uploaded file.
pub const ATTACHMENT_BYTES_MAX: u64 = 10 * 1024 * 1024;
/// A secret shorter than this is refused.
pub const SECRET_CHARS_MIN: usize = 32;

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
    /// Browser origins that may call the API.
    pub allowed_origins: Vec<String>,
    /// Base of links in mails; no trailing slash.
    pub client_url: String,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Filter of log lines, in the syntax of tracing's EnvFilter.
    pub log_level: String,
    /// Look of log lines.
    pub log_format: LogFormat,
    /// Outgoing mail.
    pub smtp: Option<SmtpSettings>,
    /// Whether the built-in stand-ins answer for what is not configured.
    pub simulators: bool,
    /// Bytes of one uploaded file.
    pub attachment_bytes_max: u64,
    /// Bearer token for metrics and detailed health when not on loopback.
    pub metrics_token: Option<Secret>,
    /// Threads that run requests and sockets.
    pub worker_threads: usize,
    /// Messages of one commit; 1 stores each by itself, which only a benchmark wants.
    pub message_batch_max: usize,
}

impl Config {
    /// Reads the process environment.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_env() -> Result<Self, ConfigFaults> {
        Self::from_map(std::env::vars().collect())
    }

    /// Reads named values; the tests' door.
    pub fn from_map(values: HashMap<String, String>) -> Result<Self, ConfigFaults> {
        let mut r = Reader::new(values);
        let data_dir = PathBuf::from(r.text("DATA_DIR", "./data"));
        let port = r.number::<u16>("PORT", 3000);
        let host = r.parsed::<IpAddr>("HOST", "127.0.0.1", "an IP address such as 0.0.0.0");
        let database_url = database_url(&mut r);
        let single = database_url.is_none() || r.switch("SINGLE_NODE", false);
        let mut secret = |name: &str| secrets::take(&mut r, name, &data_dir, single);
        let (jwt_secret, api_key_secret, master_key) =
            (secret("JWT_SECRET"), secret("API_KEY_SECRET"), secret("MASTER_KEY"));
        let client_url = r.text("CLIENT_URL", &format!("http://localhost:{port}"));
        r.check("CLIENT_URL", is_http_url(&client_url), "must be an http(s) address such as https://desk.example.com");
        let allowed_origins = r.list("ALLOWED_ORIGINS");
        let origins_ok = allowed_origins.iter().all(|o| is_http_url(o));
        r.check(
            "ALLOWED_ORIGINS",
            origins_ok,
            "must be a comma-separated list of origins such as https://shop.example.com",
        );
        let database_pool_max = r.number::<u32>("DATABASE_POOL_MAX", crate::db::POSTGRES_CONNECTIONS_MAX);
        r.check("DATABASE_POOL_MAX", (1..=500).contains(&database_pool_max), "must be 1 to 500");
        let message_batch_max = r.number::<usize>("MESSAGE_BATCH_MAX", 256);
        r.check("MESSAGE_BATCH_MAX", (1..=4096).contains(&message_batch_max), "must be 1 to 4096");
        let config = Self {
            host,
            port,
            database_url,
            database_pool_max,
            redis_url: r.optional("REDIS_URL").map(Secret),
            storage_url: r.optional("STORAGE_URL"),
            jwt_secret,
            api_key_secret,
            master_key,
            allowed_origins: allowed_origins.iter().map(|o| o.trim_end_matches('/').to_owned()).collect(),
            client_url: client_url.trim_end_matches('/').to_owned(),
            trusted_proxies: r.parsed_list::<IpAddr>("TRUSTED_PROXIES", "a comma-separated list of IP addresses"),
            log_level: r.text("LOG_LEVEL", "info"),
            log_format: match r.text("LOG_FORMAT", "pretty").as_str() {
                "json" => LogFormat::Json,
                "pretty" => LogFormat::Pretty,
                _ => r.refuse("LOG_FORMAT", "must be pretty or json", LogFormat::Pretty),
            },
            smtp: smtp(&mut r),
            simulators: r.switch("SIMULATORS", false),
            attachment_bytes_max: r.number::<u64>("ATTACHMENT_BYTES_MAX", ATTACHMENT_BYTES_MAX),
            metrics_token: r.optional("METRICS_TOKEN").map(Secret),
            worker_threads: r.number::<usize>("WORKER_THREADS", 0),
            message_batch_max,
            data_dir,
        };
        r.finish(config)
    }
}

fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.host().is_some())
}

/// `DATABASE_URL`, or one put together from document C's `DB_HOST` and `DB_PORT`.
fn database_url(r: &mut Reader) -> Option<Secret> {
    let from_parts = r.optional("DB_HOST").map(|host| {
        let port = r.number::<u16>("DB_PORT", 5432);
        let (user, name) = (r.text("DB_USER", "postgres"), r.text("DB_NAME", "frontdesk"));
        let password = r.optional("DB_PASSWORD").map(|p| format!(":{p}")).unwrap_or_default();
        format!("postgres://{user}{password}@{host}:{port}/{name}")
    });
    let url = r.optional("DATABASE_URL").or(from_parts)?;
    if url.starts_with("sqlite:") {
        return None;
    }
    let ok = url.starts_with("postgres://") || url.starts_with("postgresql://");
    r.check("DATABASE_URL", ok, "must start with postgres:// (leave it out to use SQLite in DATA_DIR)");
    Some(Secret(url))
}

fn smtp(r: &mut Reader) -> Option<SmtpSettings> {
    let host = r.optional("SMTP_HOST").or_else(|| r.optional("SYSTEM_SMTP_HOST"))?;
    let tls = match r.text("SMTP_TLS", "starttls").as_str() {
        "starttls" => SmtpTls::StartTls,
        "tls" => SmtpTls::Tls,
        "none" => SmtpTls::None,
        _ => r.refuse("SMTP_TLS", "must be starttls, tls or none", SmtpTls::StartTls),
    };
    let port = r.number::<u16>("SMTP_PORT", if tls == SmtpTls::Tls { 465 } else { 587 });
    let from = r.text("SMTP_FROM", "Frontdesk <noreply@localhost>");
    Some(SmtpSettings {
        host,
        port,
        user: r.optional("SMTP_USER"),
        pass: r.optional("SMTP_PASS").map(Secret),
        from,
        tls,
    })
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
        let faults =
            read(&[("PORT", "99999"), ("CLIENT_URL", "desk"), ("DATABASE_URL", "mysql://x"), ("LOG_FORMAT", "xml")]);
        let text = faults.err().map(|f| f.to_string()).unwrap_or_default();
        for name in ["PORT", "CLIENT_URL", "DATABASE_URL", "LOG_FORMAT"] {
            assert!(text.contains(name), "{name} is missing in: {text}");
        }
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
