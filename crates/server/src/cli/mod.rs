//! The command line. Settings come from the environment, so commands take few arguments; each says in its help what it does,
//! what it changes and how it ends. Exit codes: 0 done, 1 failed, 2 called or configured wrongly.

mod check_config;
mod create_admin;
mod demo;
mod migrate;
mod openapi;
mod rotate_key;
mod serve;

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
    thread,
};

use clap::{Parser, Subcommand};
use kernel::World;
use platform::{
    Fault,
    clock::{OsEntropy, SystemClock},
    config::{Config, ConfigFaults},
};

/// Exit code when the settings cannot be used.
const CONFIG_EXIT: u8 = 2;

const AFTER_HELP: &str = "\
Settings come from the environment; without any, data is kept on SQLite in ./data and http://localhost:3000 answers.
Each may come from a file instead: JWT_SECRET_FILE=/run/secrets/jwt. docs/operations.md says more about every one.

 Where it listens and keeps things
  PORT, HOST                where to listen (3000, 127.0.0.1)
  CLIENT_URL                where people reach it: base of the links in mails
  ALLOWED_ORIGINS           other sites whose pages may call the API
  TRUSTED_PROXIES           addresses of your proxies; only these are believed when they say whom they speak for
  DATA_DIR                  database, files and generated secrets (./data)
  DATABASE_URL              postgres://… instead of SQLite; or DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME
  DATABASE_POOL_MAX         connections to PostgreSQL (16)
  STORAGE_URL               s3://bucket/prefix instead of a folder in DATA_DIR
  REDIS_URL                 redis://… where several nodes count rate limits together
  SINGLE_NODE=1             secrets may be made on PostgreSQL too, for one process alone

 Secrets, at least 32 characters each; made on first start on SQLite
  JWT_SECRET                signs access tokens and links
  API_KEY_SECRET            keys the digests of API keys
  MASTER_KEY                seals what is stored and must be read again
  MASTER_KEY_OLD            the key before it, while it is changed (rotate-key)

 Accounts and safety
  OIDC_GOOGLE_CLIENT_ID, OIDC_GOOGLE_CLIENT_SECRET
                            sign-in with Google
  OIDC_MICROSOFT_CLIENT_ID, OIDC_MICROSOFT_CLIENT_SECRET, OIDC_MICROSOFT_ISSUER
                            sign-in with Microsoft
  OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_ISSUER, OIDC_NAME
                            sign-in with any OpenID Connect issuer, and what its button says
  REQUIRE_VERIFIED_OWNER=1  nothing leaves by your providers before an owner has confirmed their address
  SECURITY_CONTACT          where people report a hole; shown at /.well-known/security.txt
  AUDIT_KEEP_DAYS           days that lines of the audit log are kept (730)
  OUTBOUND_ALLOWED_CIDRS    private networks that addresses given by businesses may lead to
  RATE_LIMIT_PROFILE        standard, or strict: 100 calls a minute
  RATE_LIMIT_AUTH, RATE_LIMIT_API, RATE_LIMIT_API_KEY, RATE_LIMIT_ANONYMOUS, RATE_LIMIT_STRICT, RATE_LIMIT_TEAM,
  RATE_LIMIT_SOCKET, RATE_LIMIT_MESSAGES, RATE_LIMIT_EVENTS, RATE_LIMIT_EVENTS_USER
                            how often somebody may ask: RATE_LIMIT_AUTH=10/15m
  RATE_LIMIT_DISABLED=1     nothing is counted

 What reaches people
  SMTP_HOST (or SYSTEM_SMTP_HOST), SMTP_PORT, SMTP_USER, SMTP_PASS, SMTP_FROM, SMTP_TLS
                            outgoing mail
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER, TWILIO_BASE_URL, SMS_ENABLED
                            text messages
  VAPID_PRIVATE_KEY, VAPID_SUBJECT
                            proves to push services who we are; made on first start
  WHATSAPP_SESSIONS, WHATSAPP_PER_MINUTE, WHATSAPP_SESSION_TIMEOUT
                            phones that businesses pair
  WHATSAPP_CLOUD_PHONE_NUMBER_ID, WHATSAPP_CLOUD_ACCESS_TOKEN, WHATSAPP_CLOUD_APP_SECRET,
  WHATSAPP_CLOUD_VERIFY_TOKEN, WHATSAPP_CLOUD_BASE_URL
                            a number on WhatsApp's Cloud API
  SIMULATORS=on             stand-ins answer for what is not configured
  DELIVERY_SCHEDULE         when a delivery is tried again (0s,5s,5m,30m,2h,5h,10h,10h)
  EVENTS_KEPT_DAYS          days that events which are over are kept (90)
  ATTACHMENT_BYTES_MAX      bytes of one uploaded file (10485760)

 Looking inside
  LOG_LEVEL, LOG_FORMAT     info, and pretty or json
  METRICS_TOKEN             bearer token for /metrics and /health/detailed
  OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME
                            where spans go, and under which name
  WORKER_THREADS            threads that run requests (one for every two cores)
  MESSAGE_BATCH_MAX         messages of one commit (256)

`frontdesk check-config` names every fault at once.

Examples:
  frontdesk serve
  SIMULATORS=on PORT=8080 frontdesk serve
  DATABASE_URL=postgres://desk@db/desk frontdesk migrate
  frontdesk openapi > openapi.json";

/// Bookings, conversations and what follows from them, in one program.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, about, after_help = AFTER_HELP, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Migrate the database, then answer until SIGTERM or Ctrl-C
    ///
    /// On SIGTERM readiness turns to 503, nobody new is let in, what runs is finished, and the program ends with 0.
    Serve,
    /// Bring the database to the newest schema and end
    ///
    /// Migrations only go forward and each runs in a transaction: one that fails leaves the old state. `serve` does the
    /// same at its start; use this where a release is prepared before it is rolled out.
    Migrate {
        /// Print {"applied":N} instead of a sentence
        #[arg(long)]
        json: bool,
    },
    /// Read all settings and name every fault
    ///
    /// Ends with 0 when the program could start with these settings, with 2 when not. Redis is asked for an
    /// answer, nothing else is connected to; secrets that are made on first start are made.
    CheckConfig {
        /// Print {"ok":…,"faults":[{"name":…,"message":…}]} instead of a list
        #[arg(long)]
        json: bool,
    },
    /// Seal stored secrets anew after the master key was changed
    ///
    /// With a key of your own: set MASTER_KEY to the new one and MASTER_KEY_OLD to the one before, on every node; servers
    /// may run meanwhile. With a key that the program made: stop the server, a new one is made. It may be interrupted and run
    /// again; it ends with 1 when something opens with no key.
    RotateKey {
        /// Change nothing: say what is to be done and what opens with no key, and end as the real run would
        #[arg(long)]
        dry_run: bool,
        /// Print {"dryRun":…,"columns":[{"column":…,"outdated":N,"resealed":N,"unreadable":N}]} instead of sentences
        #[arg(long)]
        json: bool,
    },
    /// Make a salon in Nairobi to look around in, and say who can sign in there
    ///
    /// Two hundred customers, some thousand messages and a month of appointments around today, all in one transaction.
    /// Everybody in it has the same published password: never do this where strangers can reach it. Running it again
    /// changes nothing.
    Demo {
        /// Do nothing when there is any business
        #[arg(long)]
        if_empty: bool,
        /// Print {"outcome":…,"storefront":…,"logins":[…]} instead of sentences
        #[arg(long)]
        json: bool,
    },
    /// Make somebody an operator of this installation
    ///
    /// Operators see every business from outside, close and open them, and look into one without changing anything. Who has
    /// no account gets one, with a business of their own to be at home in, and a password that is printed unless it is
    /// given. Nobody becomes an operator over the network.
    CreateAdmin {
        /// Their address, which they sign in with
        #[arg(long)]
        email: String,
        /// What they are called
        #[arg(long)]
        name: String,
        /// Eight characters or more; made and printed when left out
        #[arg(long)]
        password: Option<String>,
        /// Print {"email":…,"created":…,"password":…} instead of a sentence
        #[arg(long)]
        json: bool,
    },
    /// Write the OpenAPI 3.1 document to standard output
    Openapi {
        /// Write the AsyncAPI 3 document of the sockets instead
        #[arg(long)]
        sockets: bool,
    },
}

/// Reads the arguments and does what they say.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve => serve::serve(),
        Command::Migrate { json } => migrate::migrate(json),
        Command::RotateKey { dry_run, json } => rotate_key::rotate_key(dry_run, json),
        Command::CheckConfig { json } => return check_config::check_config(json),
        Command::Demo { if_empty, json } => demo::demo(if_empty, json),
        Command::CreateAdmin { email, name, password, json } => {
            create_admin::create_admin(create_admin::CreateAdmin { email, name, password, json })
        }
        Command::Openapi { sockets } => openapi::openapi(sockets),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Config(faults)) => {
            complain(&faults.to_string());
            ExitCode::from(CONFIG_EXIT)
        }
        Err(Failure::Fault(fault)) => {
            complain(&format!("frontdesk: {}", fault.chain()));
            ExitCode::FAILURE
        }
        Err(Failure::Output(error)) => {
            complain(&format!("frontdesk: the output could not be written: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Why a command did not do what it should.
#[derive(Debug)]
enum Failure {
    Config(ConfigFaults),
    Fault(Fault),
    Output(io::Error),
}

impl From<ConfigFaults> for Failure {
    fn from(faults: ConfigFaults) -> Self {
        Self::Config(faults)
    }
}
impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// The real clock and the real source of chance.
fn real_world() -> World {
    World::new(Arc::new(SystemClock), Arc::new(OsEntropy))
}

/// TLS needs to know whose cryptography to use, once for the process.
fn choose_cryptography() {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("the cryptography of TLS was chosen before");
    }
}

/// A runtime with as many threads as the settings say; else one for every two cores. The other half has the database and
/// password hashing to do, and a message costs a sixth less when fewer threads wake each other.
fn runtime(config: &Config) -> Result<tokio::runtime::Runtime, Failure> {
    let threads = match config.worker_threads {
        0 => thread::available_parallelism().map_or(1, usize::from).div_ceil(2),
        set => set,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    Ok(runtime.map_err(|e| Fault::internal("starting the runtime", e))?)
}

/// One line on standard output.
fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// On standard error; when that is closed there is nobody left to tell.
fn complain(text: &str) {
    if writeln!(io::stderr(), "{}", text.trim_end()).is_err() {
        tracing::debug!("standard error is closed");
    }
}
