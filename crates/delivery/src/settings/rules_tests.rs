//! Which changes of the channels are taken and which are not.

use super::*;

const SID: &str = "AC0123456789abcdef0123456789abcdef";

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn smtp() -> SmtpPatch {
    SmtpPatch {
        host: text("SMTP.Salon.example"),
        user: text("ann"),
        password: text("hunter2"),
        from: text("Demo Salon <hello@salon.example>"),
        ..SmtpPatch::default()
    }
}

fn twilio() -> TwilioPatch {
    TwilioPatch { account_sid: text(SID), auth_token: text("token"), from: text("+14155550100") }
}

fn with_smtp(smtp: SmtpPatch) -> ChannelsPatch {
    ChannelsPatch { smtp: Some(Some(smtp)), use_customer_smtp: Some(true), ..ChannelsPatch::default() }
}

fn saved() -> Stored {
    let patch = ChannelsPatch { twilio: Some(Some(twilio())), ..with_smtp(smtp()) };
    decide_settings(&Stored::default(), patch).unwrap()
}

#[track_caller]
fn refused(present: &Stored, patch: ChannelsPatch, field: &str) {
    let problem = decide_settings(present, patch).unwrap_err();
    assert!(problem.errors.iter().any(|e| e.field == field), "{field} is missing in {:?}", problem.errors);
}

#[test]
fn a_business_that_never_looked_sends_by_the_operators_servers() {
    let stored = Stored::default();
    assert!(stored.email_enabled && stored.sms_enabled && stored.whatsapp_enabled && !stored.webhook_enabled);
    assert!(!stored.use_customer_smtp && !stored.use_customer_twilio && !stored.use_customer_whatsapp);
}

#[test]
fn what_is_left_out_stays_and_null_removes_a_server_with_its_secret() {
    let present = saved();
    let port = SmtpPatch { from: text("other@salon.example"), ..SmtpPatch::default() };
    let next = decide_settings(&present, with_smtp(port)).unwrap();
    let server = next.smtp.clone().unwrap();
    assert_eq!((server.host.as_str(), server.port, server.tls), ("smtp.salon.example", 587, TlsWord::Starttls));
    assert_eq!(next.secrets.as_ref().unwrap().smtp_password.as_deref(), Some("hunter2"));
    assert_eq!((next.version, changed_fields(&present, &next)), (2, vec!["smtp"]));
    let gone = ChannelsPatch { smtp: Some(None), use_customer_smtp: Some(false), ..ChannelsPatch::default() };
    let next = decide_settings(&next, gone).unwrap();
    assert_eq!((next.smtp, next.secrets.unwrap().smtp_password), (None, None));
    assert!(next.twilio.is_some());
}

#[test]
fn a_kept_password_goes_to_the_server_it_was_given_for_and_to_no_other() {
    let elsewhere: [fn(&mut SmtpPatch); 3] =
        [|p| p.host = text("smtp.evil.example"), |p| p.port = Some(2525), |p| p.user = text("bob")];
    for change in elsewhere {
        let mut patch = SmtpPatch::default();
        change(&mut patch);
        refused(&saved(), with_smtp(patch), "smtp.password");
    }
    let in_clear = SmtpPatch { tls: Some(TlsWord::None), ..SmtpPatch::default() };
    refused(&saved(), with_smtp(in_clear), "smtp.tls");
    let other = TwilioPatch { account_sid: text("ACffffffffffffffffffffffffffffffff"), ..TwilioPatch::default() };
    let patch = ChannelsPatch { twilio: Some(Some(other)), ..ChannelsPatch::default() };
    refused(&saved(), patch, "twilio.authToken");
}

#[test]
fn every_wrong_field_is_named() {
    let fields: [(&str, fn(&mut SmtpPatch)); 7] = [
        ("smtp.host", |p| p.host = text("a b")),
        ("smtp.host", |p| p.host = text("-x.example")),
        ("smtp.host", |p| p.host = None),
        ("smtp.port", |p| p.port = Some(0)),
        ("smtp.from", |p| p.from = text("nobody")),
        ("smtp.from", |p| p.from = text("Salon\r\nBcc: x@y.zz <a@b.cc>")),
        ("smtp.password", |p| p.password = text("a\nb")),
    ];
    for (field, spoil) in fields {
        let mut patch = smtp();
        spoil(&mut patch);
        refused(&Stored::default(), with_smtp(patch), field);
    }
    for (field, account) in [
        ("twilio.accountSid", TwilioPatch { account_sid: text("AC12"), ..twilio() }),
        ("twilio.accountSid", TwilioPatch { account_sid: text("AC0123456789abcdef0123456789abcde/"), ..twilio() }),
        ("twilio.from", TwilioPatch { from: text("0712"), ..twilio() }),
        ("twilio.from", TwilioPatch { from: text("Too long a name"), ..twilio() }),
        ("twilio.authToken", TwilioPatch { auth_token: None, ..twilio() }),
    ] {
        refused(&Stored::default(), ChannelsPatch { twilio: Some(Some(account)), ..ChannelsPatch::default() }, field);
    }
    let cloud = CloudPatch { phone_number_id: text("12a"), ..CloudPatch::default() };
    let patch = || ChannelsPatch::default();
    refused(&Stored::default(), ChannelsPatch { whatsapp: Some(Some(cloud)), ..patch() }, "whatsapp.phoneNumberId");
    refused(&Stored::default(), ChannelsPatch { reply_to: Some(text("no")), ..patch() }, "replyTo");
}

#[test]
fn nothing_is_switched_to_what_is_not_set_up() {
    let patch = || ChannelsPatch::default();
    refused(&Stored::default(), ChannelsPatch { use_customer_smtp: Some(true), ..patch() }, "useCustomerSmtp");
    refused(&Stored::default(), ChannelsPatch { use_customer_twilio: Some(true), ..patch() }, "useCustomerTwilio");
    refused(&Stored::default(), ChannelsPatch { use_customer_whatsapp: Some(true), ..patch() }, "useCustomerWhatsapp");
    refused(&Stored::default(), ChannelsPatch { webhook_enabled: Some(true), ..patch() }, "webhookEnabled");
    refused(&saved(), ChannelsPatch { smtp: Some(None), ..patch() }, "useCustomerSmtp");
}

#[test]
fn secrets_that_do_not_open_any_more_must_be_given_again() {
    let present = Stored { secrets: None, ..saved() };
    refused(&present, with_smtp(SmtpPatch::default()), "smtp.password");
    assert!(decide_settings(&present, with_smtp(smtp())).is_ok());
}
