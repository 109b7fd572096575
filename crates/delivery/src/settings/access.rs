//! The ways to a business's channels: for the floor by tenant, cached, and for those who may change them.

use std::sync::Arc;

use kernel::{Caller, Id, Right, id};
use platform::{
    Result,
    config::{Config, TwilioAccount},
};

use super::{
    model::{ChannelSettings, CloudAccount, Provider, SmtpServer, Stored},
    store,
};
use crate::{Delivery, channels::Failure};

/// How a business sends, from the cache when it is there; the operator's providers when it never set anything. Not to be
/// called inside a transaction: it may take a second connection.
pub async fn of(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Arc<ChannelSettings>> {
    let cache = delivery.channel_settings();
    if let Some(known) = cache.find(&tenant) {
        return Ok(known);
    }
    let mark = cache.mark();
    let platform = delivery.platform();
    let stored = store::find(platform.db().read(), platform.crypto(), tenant).await?.unwrap_or_default();
    let found = Arc::new(provide(platform.config(), stored));
    cache.keep(mark, tenant, found.clone());
    Ok(found)
}

/// Refuses those who may not change how the business sends.
pub(super) fn check(caller: &Caller) -> Result<()> {
    caller.check_user()?;
    caller.check(Right::SettingsEdit)?;
    Ok(())
}

/// The channels of the caller's own business, for those who may change them; read fresh, since an `ETag` goes with them.
pub(super) async fn access_channels(delivery: &Delivery, caller: &Caller) -> Result<ChannelSettings> {
    check(caller)?;
    let platform = delivery.platform();
    let stored = store::find(platform.db().read(), platform.crypto(), caller.tenant).await?.unwrap_or_default();
    Ok(provide(platform.config(), stored))
}

/// The settings with whoever carries each channel.
pub(super) fn provide(config: &Config, stored: Stored) -> ChannelSettings {
    let email = decide_email(config, &stored);
    let sms = decide_sms(config, &stored);
    let whatsapp = if stored.use_customer_whatsapp {
        Some(decide_whatsapp(&stored))
    } else {
        config.whatsapp.cloud.clone().map(|number| Provider::System(number.into()))
    };
    ChannelSettings { stored, email, sms, whatsapp }
}

fn missing<T, S>(code: &'static str, error: &str) -> Provider<T, S> {
    Provider::Missing(Failure { code, error: error.to_owned() })
}

fn sealed_for_good<T, S>() -> Provider<T, S> {
    missing("SECRET_UNREADABLE", "The stored password or token cannot be read any more. Enter it again.")
}

fn decide_email(config: &Config, stored: &Stored) -> Provider<SmtpServer, ()> {
    if !stored.use_customer_smtp {
        return match config.smtp {
            Some(_) => Provider::System(()),
            None => missing("NO_MAIL_SERVER", "No mail server is set up. Enter your own, or ask the operator for one."),
        };
    }
    let Some(smtp) = &stored.smtp else {
        return missing("NO_MAIL_SERVER", "Your own mail server is chosen, but not set up.");
    };
    let Some(secrets) = &stored.secrets else { return sealed_for_good() };
    Provider::Own(SmtpServer {
        host: smtp.host.clone(),
        port: smtp.port,
        user: smtp.user.clone(),
        password: secrets.smtp_password.clone().map(kernel::text::Secret),
        from: smtp.from.clone(),
        tls: smtp.tls.into(),
    })
}

fn decide_sms(config: &Config, stored: &Stored) -> Provider<TwilioAccount> {
    if !config.sms.enabled {
        return missing("SMS_DISABLED", "The operator has switched text messages off.");
    }
    if !stored.use_customer_twilio {
        return match &config.sms.account {
            Some(account) => Provider::System(account.clone()),
            None => {
                missing("NO_SMS_PROVIDER", "No Twilio account is set up. Enter your own, or ask the operator for one.")
            }
        };
    }
    let Some(secrets) = &stored.secrets else { return sealed_for_good() };
    match (&stored.twilio, &secrets.twilio_auth_token) {
        (Some(twilio), Some(token)) => Provider::Own(TwilioAccount {
            account_sid: twilio.account_sid.clone(),
            auth_token: kernel::text::Secret(token.clone()),
            from: twilio.from.clone(),
        }),
        _ => missing("NO_SMS_PROVIDER", "Your own Twilio account is chosen, but not set up."),
    }
}

fn decide_whatsapp(stored: &Stored) -> Provider<CloudAccount> {
    let Some(secrets) = &stored.secrets else { return sealed_for_good() };
    let secret = |text: &Option<String>| text.clone().map(kernel::text::Secret);
    match (&stored.whatsapp, secret(&secrets.whatsapp_access_token)) {
        (Some(cloud), Some(access_token)) => Provider::Own(CloudAccount {
            phone_number_id: cloud.phone_number_id.clone(),
            business_account_id: cloud.business_account_id.clone(),
            access_token,
            app_secret: secret(&secrets.whatsapp_app_secret),
            verify_token: secret(&secrets.whatsapp_verify_token),
        }),
        _ => missing("NO_WHATSAPP_ACCOUNT", "Your own WhatsApp account is chosen, but not set up."),
    }
}
