//! A manager sends a message to see whether a channel works, and reads what its provider said. It goes out now, by the
//! settings as they are, over a connection of its own; nothing is queued and nothing tried again.

use std::time::Duration;

use kernel::{Caller, Problem, text};
use platform::{AuditEntry, Result, http::ClientInfo, mail::Mail};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Delivery,
    channels::{Attempted, Failure, Outcome, email, sms, whatsapp},
    mailbox,
    model::ChannelKind,
    settings::{
        access,
        model::{ChannelSettings, Provider},
    },
};

/// How long somebody waits for the answer before they are told that there was none.
const TEST_TIMEOUT: Duration = Duration::from_secs(15);

/// How a test ended.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestReport {
    /// Which channel.
    channel: ChannelKind,
    /// To whom.
    to: String,
    /// Whether the provider took it.
    ok: bool,
    /// `system`, `own` or `none`.
    #[schema(example = "system")]
    provider: &'static str,
    /// What the provider calls it.
    message_id: Option<String>,
    /// What went wrong, for programs.
    code: Option<&'static str>,
    /// What went wrong, for people.
    error: Option<String>,
    /// The provider's own words.
    response: Option<String>,
    /// Whether a delivery that ended so would be tried again by itself.
    will_retry: bool,
    /// How long to wait, when the provider said so.
    retry_after_seconds: Option<u64>,
}

/// A channel that can be tried by writing to somebody. A webhook is tried at `/api/webhooks/{id}/test`.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TestedChannel {
    /// To an address.
    Email,
    /// To a number.
    Sms,
    /// To a number.
    Whatsapp,
}

impl TestedChannel {
    const fn kind(self) -> ChannelKind {
        match self {
            Self::Email => ChannelKind::Email,
            Self::Sms => ChannelKind::Sms,
            Self::Whatsapp => ChannelKind::Whatsapp,
        }
    }
}

pub(in crate::settings) async fn test_channel(
    delivery: &Delivery,
    caller: &Caller,
    client: &ClientInfo,
    channel: TestedChannel,
    to: &str,
) -> Result<TestReport> {
    let settings = access::access_channels(delivery, caller).await?;
    let (to, provider, attempted) = match channel {
        TestedChannel::Email => {
            let to = text::parse_email(to).map_err(|e| Problem::field("to", "INVALID_EMAIL", e.to_string()))?;
            let attempted = within(test_email(delivery, caller, &settings, &to)).await;
            (to, settings.email_provider().word(), attempted)
        }
        TestedChannel::Sms => {
            let to = parse_phone(delivery, caller, to).await?;
            let words = "Your text messages from Frontdesk work.";
            let attempted = within(sms::try_out(delivery, &settings, &to, words)).await;
            (to, settings.sms_provider().word(), attempted)
        }
        TestedChannel::Whatsapp => {
            let to = parse_phone(delivery, caller, to).await?;
            let words = "Your WhatsApp messages from Frontdesk work.";
            let provider = settings.whatsapp_cloud().map_or("phone", Provider::word);
            (to.clone(), provider, within(whatsapp::try_out(delivery, &settings, caller.tenant, &to, words)).await)
        }
    };
    let report = report(channel.kind(), to, provider, attempted);
    note(delivery, caller, client, &report).await?;
    Ok(report)
}

async fn parse_phone(delivery: &Delivery, caller: &Caller, to: &str) -> Result<String> {
    let business = people::tenants::find_tenant(delivery.people(), caller.tenant).await?;
    let country = business.map(|b| b.country.clone()).unwrap_or_default();
    Ok(text::parse_phone(to, &country).map_err(|e| Problem::field("to", "INVALID_PHONE", e.to_string()))?)
}

async fn within(sending: impl Future<Output = Attempted>) -> Attempted {
    let silent = || Attempted::retry("TIMEOUT", format!("Nobody answered within {} seconds.", TEST_TIMEOUT.as_secs()));
    tokio::time::timeout(TEST_TIMEOUT, sending).await.unwrap_or_else(|_| silent())
}

async fn test_email(delivery: &Delivery, caller: &Caller, settings: &ChannelSettings, to: &str) -> Attempted {
    let mailer = match email::open(delivery, settings) {
        Ok(mailer) => mailer,
        Err(reason) => return Attempted::new(Outcome::Held { reason }),
    };
    let words = "This mail shows that your mail channel works.\n\nNobody needs to answer it.\n";
    let mut mail = Mail::new("", to, "Your mail channel works", words);
    mail.reply_to = settings.reply_to().map(str::to_owned);
    if matches!(settings.email_provider(), Provider::System(())) {
        mail.stamp = Some(mailbox::stamp(delivery, caller.tenant, None));
    }
    email::hand_over(&mailer, settings, &mail).await
}

fn report(channel: ChannelKind, to: String, provider: &'static str, attempted: Attempted) -> TestReport {
    let (message_id, failure, will_retry, after): (_, Option<Failure>, _, Option<Duration>) = match attempted.outcome {
        Outcome::Sent { message_id } | Outcome::Delivered { message_id } => (message_id, None, false, None),
        Outcome::Retry { failure, after } => (None, Some(failure), true, after),
        Outcome::Dead { failure } | Outcome::Held { reason: failure } | Outcome::Unwanted { reason: failure } => {
            (None, Some(failure), false, None)
        }
        Outcome::Later { after } => (None, Some(busy()), true, Some(after)),
    };
    TestReport {
        channel,
        to,
        ok: failure.is_none(),
        provider,
        message_id,
        code: failure.as_ref().map(|f| f.code),
        error: failure.map(|f| f.error),
        response: attempted.response,
        will_retry,
        retry_after_seconds: after.map(|wait| wait.as_secs()),
    }
}

fn busy() -> Failure {
    Failure { code: "TOO_MANY_MESSAGES", error: "Others are being sent at this moment; please try again.".to_owned() }
}

/// Whoever can send to any address leaves a trace.
async fn note(delivery: &Delivery, caller: &Caller, client: &ClientInfo, report: &TestReport) -> Result<()> {
    let mut tx = delivery.platform().db().begin().await?;
    tx.audit(&AuditEntry {
        tenant: Some(caller.tenant),
        actor: caller.person_id(),
        action: "channels.tested",
        object: caller.tenant.to_string(),
        details: json!({ "channel": report.channel, "to": report.to, "ok": report.ok, "code": report.code }),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.commit().await
}
