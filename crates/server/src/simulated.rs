//! With `SIMULATORS=on`, whatever is not configured is answered by the built-in stand-ins on loopback ports of their own. The
//! mail that they take is handed on to the mailbox of the business it came from.

use std::sync::Arc;

use delivery::{
    Delivery,
    mailbox::{self, Incoming},
};
use kernel::{Timestamp, World, text::Secret};
use platform::{
    Fault, Result,
    config::{CloudNumber, Config, GRAPH_BASE_URL, SessionsBy, SmtpSettings, SmtpTls, TWILIO_BASE_URL, TwilioAccount},
};
use simulators::{Mailbox, ReceivedMail, Simulators, SimulatorsConfig};

/// Who mail comes from when nobody said.
const SENDER: &str = "Frontdesk <noreply@frontdesk.localhost>";
/// An account that only the stand-in knows; it takes any token.
const ACCOUNT_SID: &str = "AC00000000000000000000000000000000";
/// Text messages come from this number when nobody said; it is set aside for fiction.
const PHONE_NUMBER: &str = "+15005550006";

/// A number at the Cloud API that only the stand-in knows; it takes any token.
const CLOUD_NUMBER: &str = "100000000000000";

/// Starts the stand-ins when the settings ask for them, and points the settings to those that are needed.
pub async fn start(config: &mut Config, world: &World) -> Result<Option<Simulators>> {
    if !config.simulators {
        return Ok(None);
    }
    let stamps = world.clone();
    let simulators = Simulators::start(SimulatorsConfig::new(Arc::new(move || stamps.now().millis())))
        .await
        .map_err(|e| Fault::internal("starting the simulators", e))?;
    if config.smtp.is_none() {
        config.smtp = Some(smtp(&simulators));
        config.mail_simulated = true;
    }
    if config.sms.account.is_none() && config.sms.base_url == TWILIO_BASE_URL {
        config.sms.base_url = format!("http://{}", simulators.twilio_addr());
        config.sms.account = Some(twilio(world));
        config.sms.simulated = true;
    }
    if config.whatsapp.cloud.is_none() && config.whatsapp.cloud_base_url == GRAPH_BASE_URL {
        config.whatsapp.cloud_base_url = format!("http://{}", simulators.whatsapp_addr());
        let (number, secret) = cloud(world);
        simulators.whatsapp().report_to(format!("{}/api/whatsapp/cloud/system", config.client_url), secret);
        config.whatsapp.cloud = Some(number);
        config.whatsapp.cloud_simulated = true;
    }
    config.push.simulator = Some(format!("http://{}", simulators.push_addr()));
    if !config.whatsapp.sessions_chosen {
        config.whatsapp.sessions = SessionsBy::Simulator(format!("http://{}", simulators.whatsapp_addr()));
    }
    Ok(Some(simulators))
}

/// The secret signs the reports, so nobody may know it beforehand.
fn cloud(world: &World) -> (CloudNumber, String) {
    let secret = world.uuid().simple().to_string();
    let number = CloudNumber {
        phone_number_id: CLOUD_NUMBER.to_owned(),
        access_token: Secret("simulated".to_owned()),
        app_secret: Some(Secret(secret.clone())),
        verify_token: None,
    };
    (number, secret)
}

fn smtp(simulators: &Simulators) -> SmtpSettings {
    let address = simulators.smtp_addr();
    SmtpSettings {
        host: address.ip().to_string(),
        port: address.port(),
        user: None,
        pass: None,
        from: SENDER.to_owned(),
        tls: SmtpTls::None,
    }
}

/// The token signs the callbacks, so nobody may know it beforehand.
fn twilio(world: &World) -> TwilioAccount {
    let token = world.uuid().simple().to_string();
    TwilioAccount { account_sid: ACCOUNT_SID.to_owned(), auth_token: Secret(token), from: PHONE_NUMBER.to_owned() }
}

/// Hands mail on as it comes, until the stand-ins are gone. What comes while one batch is stored is the next batch, so many
/// mails cost few commits; those that the stand-in forgot meanwhile are not missed.
pub async fn hand_on_mail(delivery: Delivery, arrived: Mailbox) {
    let mut after = 0;
    while let Some((mails, last)) = arrived.next_after(after).await {
        after = last;
        if let Err(fault) = keep_mail(&delivery, &mails).await {
            tracing::warn!(cause = fault.chain(), "mail that the built-in server took is not in the mailbox");
        }
    }
}

/// Keeps mails in the mailbox of the business that each came from.
pub async fn keep_mail(delivery: &Delivery, mails: &[Arc<ReceivedMail>]) -> Result<()> {
    mailbox::keep(delivery, mails.iter().map(|mail| incoming(mail)).collect()).await
}

fn incoming(mail: &ReceivedMail) -> Incoming {
    Incoming {
        received_at: Timestamp::from_millis(mail.received_at_ms),
        sender: mail.envelope_from.clone(),
        recipients: mail.envelope_to.clone(),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        raw: mail.raw.clone(),
    }
}
