//! The mailer against the SMTP simulator: a real conversation over a real socket.

use std::{sync::Arc, time::Duration};

use kernel::{Clock, Entropy, Timestamp, text::Secret};
use simulators::{Fault as SmtpFault, FaultRule, Simulators, SimulatorsConfig, Stage};
use uuid::Uuid;

use super::*;

const SOON: Duration = Duration::from_secs(5);

struct Fixed;
impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000)
    }
}
impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

async fn simulators() -> Simulators {
    Simulators::start(SimulatorsConfig::new(Arc::new(|| 0))).await.unwrap()
}

fn config(simulators: &Simulators) -> MailConfig {
    MailConfig {
        host: simulators.smtp_addr().ip().to_string(),
        port: simulators.smtp_addr().port(),
        user: None,
        pass: None,
        from: "Frontdesk <noreply@desk.example>".to_owned(),
        tls: SmtpTls::None,
        authority: None,
        guard: None,
        timeout: SOON,
    }
}

fn mailer(config: MailConfig) -> Mailer {
    Mailer::new(config, World::new(Arc::new(Fixed), Arc::new(Fixed))).unwrap()
}

fn mail() -> Mail {
    Mail::new("Ann", "ann@example.test", "Your sign-in link", "Hello Änn\n.\nfrom us").id(Uuid::from_u128(9))
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let simulators = simulators().await;
    let mailer = mailer(config(&simulators));
    let receipt = mailer.send(&mail().html("<b>Hello</b>").sent_as("Demo Salon")).await.unwrap();
    assert_eq!(receipt.message_id, format!("{}@desk.example", Uuid::from_u128(9)));
    let arrived = simulators.mailbox().wait_for("ann@example.test", SOON).await.unwrap();
    assert_eq!(arrived.subject, "Your sign-in link");
    assert_eq!(arrived.text.replace("\r\n", "\n").trim_end(), "Hello Änn\n.\nfrom us");
    assert_eq!(arrived.html.as_deref().map(str::trim_end), Some("<b>Hello</b>"));
    assert_eq!(
        (arrived.envelope_from.as_str(), &arrived.envelope_to[..]),
        ("noreply@desk.example", &["ann@example.test".to_owned()][..])
    );
    let raw = String::from_utf8_lossy(&arrived.raw).into_owned();
    assert!(raw.contains("Date: Thu, 01 Jan 1970 00:00:01 +0000") && raw.contains("Demo Salon"), "{raw}");
}

#[tokio::test]
async fn a_refused_mail_does_not_spoil_the_next() {
    let simulators = simulators().await;
    let mailer = mailer(config(&simulators));
    simulators.faults().set(vec![FaultRule::from(SmtpFault::RejectRecipient { code: 550 }).times(1)]).unwrap();
    let err = mailer.send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::Permanent { code: Some(550), .. }) && !err.will_retry(), "{err:?}");
    simulators.faults().set(vec![FaultRule::from(SmtpFault::RejectMessage { code: 452 }).times(1)]).unwrap();
    let err = mailer.send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::Temporary { code: 452, .. }) && err.will_retry(), "{err:?}");
    for _ in 0..3 {
        mailer.send(&mail()).await.unwrap();
    }
    assert_eq!(simulators.mailbox().list().len(), 3);
}

#[tokio::test]
async fn a_refused_login_is_told_from_a_refused_mail() {
    let simulators = simulators().await;
    let login =
        |user: &str| MailConfig { user: Some(user.into()), pass: Some(Secret("x".into())), ..config(&simulators) };
    mailer(login("desk")).send(&mail()).await.unwrap();
    assert_eq!(simulators.mailbox().list()[0].authenticated_as.as_deref(), Some("desk"));
    simulators.faults().set(vec![SmtpFault::RejectAuth.into()]).unwrap();
    let err = mailer(login("desk")).send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::LoginRefused(_)) && !err.will_retry(), "{err:?}");
}

#[tokio::test]
async fn a_silent_server_costs_the_time_limit_and_its_connection() {
    let simulators = simulators().await;
    let mailer = mailer(MailConfig { timeout: Duration::from_millis(300), ..config(&simulators) });
    mailer.send(&mail()).await.unwrap();
    simulators.faults().set(vec![FaultRule::from(SmtpFault::Hang { at: Stage::Message }).times(1)]).unwrap();
    let err = mailer.send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::TimedOut) && err.will_retry(), "{err:?}");
    simulators.faults().set(Vec::new()).unwrap();
    mailer.send(&Mail { to_email: "bob@example.test".into(), ..mail() }).await.unwrap();
    simulators.mailbox().wait_for("bob@example.test", SOON).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_away_or_cuts_us_off_is_unreachable() {
    let simulators = simulators().await;
    simulators.faults().set(vec![SmtpFault::DropAfterData { kept: true }.into()]).unwrap();
    let err = mailer(config(&simulators)).send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::Unreachable(_)) && err.will_retry(), "{err:?}");
    let gone = config(&simulators);
    simulators.stop().await;
    let err = mailer(gone).send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::Unreachable(_)), "{err:?}");
}

#[tokio::test]
async fn what_is_no_mail_server_is_told_from_one_that_is_away() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let words = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
            tokio::io::AsyncWriteExt::write_all(&mut stream, words).await.ok();
        }
    });
    let simulators = simulators().await;
    let wrong = MailConfig { host: address.ip().to_string(), port: address.port(), ..config(&simulators) };
    let err = mailer(wrong).send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::NotSpoken(_)) && err.will_retry(), "{err:?}");
}

#[test]
fn a_sender_is_shown_as_it_was_typed() {
    for (typed, name) in [
        ("Salon (Nairobi), Ltd. <a@salon.example>", "Salon (Nairobi), Ltd."),
        ("O'Neil & Söhne: Haar <a@salon.example>", "O'Neil & Söhne: Haar"),
        ("\"Salon\" Nairobi <a@salon.example>", "\"Salon\" Nairobi"),
        ("\"Salon \\\"A\\\", Nairobi\" <a@salon.example>", "Salon \"A\", Nairobi"),
        ("a@b.example <a@salon.example>", "a@b.example"),
        ("Salon  two  blanks <a@salon.example>", "Salon  two  blanks"),
    ] {
        let from = parse_sender(typed).unwrap();
        assert_eq!((from.name.as_deref(), from.email.to_string().as_str()), (Some(name), "a@salon.example"), "{typed}");
    }
    for bare in ["a@salon.example", " <a@salon.example> ", "\"\" <a@salon.example>"] {
        assert_eq!(parse_sender(bare).unwrap().name, None, "{bare}");
    }
    for bad in [
        "Salon",
        "Salon <a@salon.example",
        "a@b.example\r\nBcc: x@y.zz",
        "A\nBcc: x@y.zz <a@b.example>",
        "A <a@b.example>, B <b@c.example>,",
        "A <a b@c.example>",
    ] {
        assert!(parse_sender(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn the_name_of_a_sender_arrives_as_it_was_typed() {
    let simulators = simulators().await;
    let typed = "Salon (Nairobi), \"Ltd.\"";
    let from = format!("{typed} <noreply@desk.example>");
    mailer(MailConfig { from, ..config(&simulators) }).send(&mail()).await.unwrap();
    let arrived = simulators.mailbox().wait_for("ann@example.test", SOON).await.unwrap();
    let raw = String::from_utf8_lossy(&arrived.raw).into_owned();
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, typed);
    assert!(raw.contains(&format!("From: =?utf-8?b?{encoded}?= <noreply@desk.example>")), "{raw}");
}

#[tokio::test]
async fn without_encryption_nothing_is_said_when_encryption_is_asked_for() {
    let simulators = simulators().await;
    let err = mailer(MailConfig { tls: SmtpTls::StartTls, ..config(&simulators) }).send(&mail()).await.unwrap_err();
    assert!(matches!(err, MailError::NotEncrypted) && !err.will_retry(), "{err:?}");
    assert!(simulators.mailbox().list().is_empty());
}

#[tokio::test]
async fn settings_that_cannot_work_are_found_at_start() {
    let simulators = simulators().await;
    let world = || World::new(Arc::new(Fixed), Arc::new(Fixed));
    let bad_from = MailConfig { from: "nobody".into(), ..config(&simulators) };
    assert!(matches!(Mailer::new(bad_from, world()), Err(MailConfigError::From)));
    let half = MailConfig { user: Some("desk".into()), ..config(&simulators) };
    assert!(matches!(Mailer::new(half, world()), Err(MailConfigError::HalfLogin)));
    assert!(matches!(Mailer::absent().send(&mail()).await, Err(MailError::NotConfigured)));
}

mod encrypted {
    //! STARTTLS with a real certificate for `mail.example.test`, given by an authority that only these tests trust.

    use futures_util::{FutureExt, future::BoxFuture};
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::outbound::{AllowedNets, Lookup, Outbound, OutboundError, OutboundSettings};

    const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");
    const NAME: &str = "mail.example.test";

    /// Every name leads to this machine.
    struct Home;
    impl Lookup for Home {
        fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, std::io::Result<Vec<IpAddr>>> {
            async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) }.boxed()
        }
    }

    async fn encrypted() -> Simulators {
        let mut settings = SimulatorsConfig::new(Arc::new(|| 0));
        let chain = include_bytes!("certificates/server.pem").to_vec();
        let key = include_bytes!("certificates/server.key").to_vec();
        settings.smtp_certificate = Some(simulators::Certificate { chain, key });
        Simulators::start(settings).await.unwrap()
    }

    fn guard(allowed: &[&str]) -> Option<Outbound> {
        let nets: Vec<_> = allowed.iter().map(|net| net.parse().unwrap()).collect();
        let settings = OutboundSettings { allowed: AllowedNets::new(&nets), lookup: Arc::new(Home) };
        Some(Outbound::new(settings).unwrap())
    }

    fn settings(simulators: &Simulators) -> MailConfig {
        MailConfig {
            host: NAME.to_owned(),
            tls: SmtpTls::StartTls,
            user: Some("salon".to_owned()),
            pass: Some(Secret("secret".to_owned())),
            authority: Some(AUTHORITY.to_vec()),
            guard: guard(&["127.0.0.1"]),
            ..config(simulators)
        }
    }

    #[tokio::test]
    async fn a_server_is_reached_at_the_address_that_was_checked_and_proves_its_name() {
        let simulators = encrypted().await;
        let mailer = mailer(settings(&simulators));
        for _ in 0..2 {
            mailer.send(&mail()).await.unwrap();
        }
        assert_eq!(simulators.mailbox().list()[1].authenticated_as.as_deref(), Some("salon"));
    }

    #[tokio::test]
    async fn a_certificate_that_nobody_trusts_or_of_another_name_ends_it_before_anything_is_said() {
        let simulators = encrypted().await;
        let unknown = MailConfig { authority: None, ..settings(&simulators) };
        let other_name = MailConfig { host: "smtp.example.test".to_owned(), ..settings(&simulators) };
        for (wrong, code) in [(unknown, "CERTIFICATE_NOT_TRUSTED"), (other_name, "CERTIFICATE_OTHER_NAME")] {
            let err = mailer(wrong).send(&mail()).await.unwrap_err();
            let MailError::Tls { fault, .. } = &err else { panic!("{err:?}") };
            assert_eq!(fault.code(), code);
            assert!(!err.to_string().contains("UnknownIssuer") && err.to_string().contains("certificate"), "{err}");
        }
        assert!(simulators.mailbox().list().is_empty());
    }

    #[tokio::test]
    async fn a_server_that_speaks_no_tls_at_its_port_is_told_from_a_bad_certificate() {
        let simulators = encrypted().await;
        let plain_port = MailConfig { tls: SmtpTls::Tls, ..settings(&simulators) };
        let err = mailer(plain_port).send(&mail()).await.unwrap_err();
        let MailError::Tls { fault, .. } = &err else { panic!("{err:?}") };
        assert_eq!(fault.code(), "TLS_NOT_SPOKEN", "{err}");
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let simulators = encrypted().await;
        for host in [NAME, "127.0.0.1", "::1", "localhost"] {
            let inside = MailConfig { host: host.to_owned(), guard: guard(&[]), ..settings(&simulators) };
            let err = mailer(inside).send(&mail()).await.unwrap_err();
            assert!(matches!(err, MailError::Refused(OutboundError::NotAllowed(_))), "{host}: {err:?}");
        }
    }
}
