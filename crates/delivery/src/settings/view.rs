//! A business's channels as they are shown: switches, servers without their secrets, and who would carry a message now.

use kernel::Timestamp;
use platform::config::Config;
use serde::Serialize;

use super::model::{ChannelSettings, Provider, TlsWord};
use crate::model::ChannelKind;

/// How the business sends.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelsView {
    /// Whether mail leaves.
    pub email_enabled: bool,
    /// Through the business's own server.
    pub use_customer_smtp: bool,
    /// Whether text messages leave.
    pub sms_enabled: bool,
    /// Through the business's own account.
    pub use_customer_twilio: bool,
    /// Whether WhatsApp messages leave.
    pub whatsapp_enabled: bool,
    /// Through the business's own Cloud account instead of a paired phone.
    pub use_customer_whatsapp: bool,
    /// Whether `webhookUrl` hears of events.
    pub webhook_enabled: bool,
    /// Hears of every event.
    pub webhook_url: Option<String>,
    /// Where answers to mails go.
    pub reply_to: Option<String>,
    /// The business's own mail server.
    pub smtp: Option<SmtpView>,
    /// The business's own Twilio account.
    pub twilio: Option<TwilioView>,
    /// The business's own number on the Cloud API.
    pub whatsapp: Option<CloudView>,
    /// Who would carry a message now.
    pub providers: Vec<ProviderView>,
    /// When something was last changed.
    pub updated_at: Option<Timestamp>,
}

/// A mail server without its password.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SmtpView {
    host: String,
    port: u16,
    user: Option<String>,
    from: String,
    tls: TlsWord,
    has_password: bool,
}

/// A Twilio account without its token.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TwilioView {
    account_sid: String,
    from: String,
    has_auth_token: bool,
}

/// A Cloud API number without its tokens.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CloudView {
    phone_number_id: String,
    business_account_id: Option<String>,
    has_access_token: bool,
    has_app_secret: bool,
    has_verify_token: bool,
}

/// Who carries one channel.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProviderView {
    /// Which channel.
    channel: ChannelKind,
    /// `system`, `own` or `none`.
    #[schema(example = "system")]
    provider: &'static str,
    /// Whether a built-in stand-in answers: nothing really leaves.
    simulated: bool,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl ProviderView {
    fn new<T, S>(channel: ChannelKind, provider: &Provider<T, S>, simulated: bool) -> Self {
        let missing = match provider {
            Provider::Missing(failure) => Some(failure),
            Provider::System(_) | Provider::Own(_) => None,
        };
        Self {
            channel,
            provider: provider.word(),
            simulated: simulated && provider.is_there(),
            code: missing.map(|failure| failure.code),
            reason: missing.map(|failure| failure.error.clone()),
        }
    }
}

impl ChannelsView {
    /// Without secrets.
    pub fn new(settings: &ChannelSettings, config: &Config) -> Self {
        let stored = &settings.stored;
        let secrets = stored.secrets.clone().unwrap_or_default();
        let is_own_mail = matches!(settings.email, Provider::Own(_));
        let mut providers = vec![
            ProviderView::new(ChannelKind::Email, &settings.email, config.mail_simulated && !is_own_mail),
            ProviderView::new(ChannelKind::Sms, &settings.sms, config.sms.simulated),
        ];
        providers.extend(
            settings
                .whatsapp
                .as_ref()
                .map(|cloud| ProviderView::new(ChannelKind::Whatsapp, cloud, config.whatsapp.cloud_simulated)),
        );
        Self {
            email_enabled: stored.email_enabled,
            use_customer_smtp: stored.use_customer_smtp,
            sms_enabled: stored.sms_enabled,
            use_customer_twilio: stored.use_customer_twilio,
            whatsapp_enabled: stored.whatsapp_enabled,
            use_customer_whatsapp: stored.use_customer_whatsapp,
            webhook_enabled: stored.webhook_enabled,
            webhook_url: stored.webhook_url.clone(),
            reply_to: stored.reply_to.clone(),
            smtp: stored.smtp.clone().map(|smtp| SmtpView {
                host: smtp.host,
                port: smtp.port,
                user: smtp.user,
                from: smtp.from,
                tls: smtp.tls,
                has_password: secrets.smtp_password.is_some(),
            }),
            twilio: stored.twilio.clone().map(|twilio| TwilioView {
                account_sid: twilio.account_sid,
                from: twilio.from,
                has_auth_token: secrets.twilio_auth_token.is_some(),
            }),
            whatsapp: stored.whatsapp.clone().map(|cloud| CloudView {
                phone_number_id: cloud.phone_number_id,
                business_account_id: cloud.business_account_id,
                has_access_token: secrets.whatsapp_access_token.is_some(),
                has_app_secret: secrets.whatsapp_app_secret.is_some(),
                has_verify_token: secrets.whatsapp_verify_token.is_some(),
            }),
            providers,
            updated_at: stored.updated_at,
        }
    }
}
