//! The mail server over real sockets: with lettre as the client our mail is sent by, and word by word where a
//! proper client would never say such a thing.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::{Attachment, MultiPart, SinglePart, header::ContentType};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::limits::{CONNECTIONS_MAX, MESSAGE_BYTES_MAX, REFUSED_COMMANDS_MAX};
use super::{Fault, FaultRule, Stage};
use crate::{Simulators, SimulatorsConfig};

/// A deadline that only a broken test reaches.
const SOON: Duration = Duration::from_secs(10);

async fn simulators() -> Simulators {
    Simulators::start(SimulatorsConfig::new(Arc::new(|| 1_700_000_000_000))).await.unwrap()
}

fn client(simulators: &Simulators) -> lettre::transport::smtp::AsyncSmtpTransportBuilder {
    let addr = simulators.smtp_addr();
    AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(addr.ip().to_string()).port(addr.port()).timeout(Some(SOON))
}

fn letter(to: &str) -> Message {
    let builder = Message::builder()
        .from("Salon <salon@example.test>".parse().unwrap())
        .to(to.parse().unwrap())
        .subject("Your booking — 3 März");
    let body = MultiPart::mixed()
        .multipart(MultiPart::alternative_plain_html(
            "See you\n.\n..then\n".to_owned(),
            "<p>See <b>you</b></p>".to_owned(),
        ))
        .singlepart(Attachment::new("visit.ics".into()).body("BEGIN".to_owned(), ContentType::TEXT_PLAIN));
    builder.multipart(body).unwrap()
}

/// A conversation word by word.
struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    async fn open(simulators: &Simulators) -> Self {
        let stream = TcpStream::connect(simulators.smtp_addr()).await.unwrap();
        let mut wire = Self { stream: BufReader::new(stream) };
        assert_eq!(wire.answer().await.0, 220);
        wire
    }

    async fn greeted(simulators: &Simulators) -> Self {
        let mut wire = Self::open(simulators).await;
        assert_eq!(wire.say("EHLO test").await, 250);
        wire
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).await.unwrap();
    }

    /// The code of one answer and its lines; (0, []) when the server closed the connection.
    async fn answer(&mut self) -> (u16, Vec<String>) {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read = tokio::time::timeout(SOON, self.stream.read_line(&mut line)).await.unwrap().unwrap();
            if read == 0 {
                return (0, lines);
            }
            let last = line.as_bytes()[3] == b' ';
            lines.push(line.trim_end().to_owned());
            if last {
                return (line[..3].parse().unwrap(), lines);
            }
        }
    }

    async fn say(&mut self, line: &str) -> u16 {
        self.send(format!("{line}\r\n").as_bytes()).await;
        self.answer().await.0
    }
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let simulators = simulators().await;
    let transport = client(&simulators).build();
    transport.send(letter("ann@example.test")).await.unwrap();
    let mail = simulators.mailbox().wait_for("ann@example.test", SOON).await.unwrap();
    assert_eq!(mail.envelope_from, "salon@example.test");
    assert_eq!((&mail.from[..], &mail.to[..]), (&["salon@example.test".into()][..], &["ann@example.test".into()][..]));
    assert_eq!(mail.subject, "Your booking — 3 März");
    assert_eq!(mail.text.replace("\r\n", "\n").trim_end(), "See you\n.\n..then");
    assert_eq!(mail.html.as_deref().map(str::trim_end), Some("<p>See <b>you</b></p>"));
    assert_eq!(mail.attachments, ["visit.ics"]);
    assert_eq!((mail.received_at_ms, mail.authenticated_as.clone()), (1_700_000_000_000, None));
    assert!(mail.raw.ends_with(b"\r\n"));
}

#[tokio::test]
async fn both_ways_to_sign_in_are_spoken() {
    let simulators = simulators().await;
    for (mechanism, user) in [(Mechanism::Plain, "plain-user"), (Mechanism::Login, "login-user")] {
        let credentials = Credentials::new(user.into(), "anything".into());
        let transport = client(&simulators).credentials(credentials).authentication(vec![mechanism]).build();
        for _ in 0..3 {
            transport.send(letter("ann@example.test")).await.unwrap();
        }
    }
    let mails = simulators.mailbox().wait_for_count("ann@example.test", 6, SOON).await.unwrap();
    let users: Vec<_> = mails.iter().map(|mail| mail.authenticated_as.as_deref().unwrap()).collect();
    assert_eq!(users, [["plain-user"; 3], ["login-user"; 3]].concat());
}

#[tokio::test]
async fn addresses_beyond_ascii_travel_with_smtputf8() {
    let simulators = simulators().await;
    let message = Message::builder()
        .from("salon@example.test".parse().unwrap())
        .to("añn@example.test".parse().unwrap())
        .singlepart(SinglePart::plain("Habari".to_owned()))
        .unwrap();
    client(&simulators).build().send(message).await.unwrap();
    assert_eq!(simulators.mailbox().wait_for("añn@example.test", SOON).await.unwrap().text.trim_end(), "Habari");
}

#[tokio::test]
async fn refusals_reach_the_client_with_their_codes() {
    let simulators = simulators().await;
    let cases = [
        (Fault::RejectRecipient { code: 550 }, true),
        (Fault::RejectRecipient { code: 452 }, false),
        (Fault::RejectSender { code: 553 }, true),
        (Fault::RejectMessage { code: 554 }, true),
        (Fault::TlsRequired, true),
        (Fault::RefuseConnection, false),
    ];
    for (fault, permanent) in cases {
        simulators.faults().set(vec![fault.clone().into()]).unwrap();
        let error = client(&simulators).build().send(letter("ann@example.test")).await.unwrap_err();
        assert_eq!((error.is_permanent(), error.is_transient()), (permanent, !permanent), "{fault:?}: {error}");
    }
    assert!(simulators.mailbox().list().is_empty());
    simulators.faults().clear();
    client(&simulators).build().send(letter("ann@example.test")).await.unwrap();
}

#[tokio::test]
async fn wrong_credentials_can_be_played() {
    let simulators = simulators().await;
    simulators.faults().set(vec![Fault::RejectAuth.into()]).unwrap();
    let credentials = Credentials::new("ann".into(), "wrong".into());
    let error = client(&simulators).credentials(credentials).build().send(letter("a@b.test")).await.unwrap_err();
    assert_eq!(error.status().map(u16::from), Some(535));
}

#[tokio::test]
async fn greylisting_lets_the_second_try_pass() {
    let simulators = simulators().await;
    simulators.faults().set(vec![Fault::Greylist.into()]).unwrap();
    let transport = client(&simulators).build();
    let first = transport.send(letter("ann@example.test")).await.unwrap_err();
    assert_eq!(first.status().map(u16::from), Some(451));
    transport.send(letter("ann@example.test")).await.unwrap();
    assert_eq!(simulators.mailbox().list().len(), 1);
}

#[tokio::test]
async fn a_dropped_answer_leaves_the_sender_in_doubt() {
    let simulators = simulators().await;
    for (kept, expected) in [(true, 1), (false, 1)] {
        simulators.faults().set(vec![FaultRule::from(Fault::DropAfterData { kept }).times(1)]).unwrap();
        let transport = client(&simulators).build();
        assert!(transport.send(letter("ann@example.test")).await.is_err());
        assert_eq!(simulators.mailbox().list().len(), expected, "kept: {kept}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_is_left_by_the_client_and_does_not_hold_up_the_end() {
    let simulators = simulators().await;
    for at in [Stage::Greeting, Stage::Sender, Stage::Recipient, Stage::Message] {
        simulators.faults().set(vec![Fault::Hang { at }.into()]).unwrap();
        // lettre bounds only the connecting by its own timeout, so a caller has to bound the whole.
        let sending = client(&simulators).build();
        let sent = tokio::time::timeout(Duration::from_millis(100), sending.send(letter("ann@example.test"))).await;
        assert!(sent.is_err(), "{at:?}");
    }
    assert!(simulators.mailbox().list().is_empty());
    simulators.stop().await;
}

#[tokio::test]
async fn a_server_that_demands_tls_is_not_given_the_mail_in_the_clear() {
    let simulators = simulators().await;
    simulators.faults().set(vec![Fault::TlsRequired.into()]).unwrap();
    let mut wire = Wire::open(&simulators).await;
    wire.send(b"EHLO test\r\n").await;
    assert!(wire.answer().await.1.contains(&"250-STARTTLS".to_owned()));
    assert_eq!(wire.say("STARTTLS").await, 454);
    assert_eq!(wire.say("MAIL FROM:<a@b.test>").await, 530);
    simulators.faults().clear();
    // And a client that demands TLS does not speak to a server that has none.
    let tls = Tls::Required(TlsParameters::new("localhost".into()).unwrap());
    assert!(client(&simulators).tls(tls).build().send(letter("ann@example.test")).await.is_err());
    assert!(simulators.mailbox().list().is_empty());
}

#[tokio::test]
async fn commands_may_be_sent_ahead_of_their_answers() {
    let simulators = simulators().await;
    let mut wire = Wire::greeted(&simulators).await;
    wire.send(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<ann@example.test>\r\nRCPT TO:<nobody>\r\nDATA\r\n").await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(wire.answer().await.0);
    }
    assert_eq!(codes, [250, 250, 553, 354]);
    wire.send(b"Subject: ahead\r\n\r\n..\r\n.\r\nQUIT\r\n").await;
    assert_eq!([wire.answer().await.0, wire.answer().await.0, wire.answer().await.0], [250, 221, 0]);
    assert_eq!(simulators.mailbox().list()[0].raw, b"Subject: ahead\r\n\r\n.\r\n");
}

#[tokio::test]
async fn commands_out_of_turn_are_refused() {
    let simulators = simulators().await;
    let mut wire = Wire::open(&simulators).await;
    assert_eq!(wire.say("MAIL FROM:<a@b.test>").await, 503);
    assert_eq!(wire.say("AUTH PLAIN").await, 503);
    assert_eq!(wire.say("EHLO test").await, 250);
    assert_eq!(wire.say("RCPT TO:<a@b.test>").await, 503);
    assert_eq!(wire.say("DATA").await, 503);
    assert_eq!(wire.say("AUTH CRAM-MD5").await, 504);
    assert_eq!(wire.say("AUTH LOGIN").await, 334);
    assert_eq!(wire.say("*").await, 501);
    assert_eq!(wire.say("AUTH PLAIN AGFubgBzZWNyZXQ=").await, 235);
    assert_eq!(wire.say("AUTH PLAIN AGFubgBzZWNyZXQ=").await, 503);
    assert_eq!(wire.say("STARTTLS").await, 502);
    assert_eq!(wire.say("MAIL FROM:<>").await, 250);
    assert_eq!(wire.say("MAIL FROM:<a@b.test>").await, 503);
    assert_eq!(wire.say("DATA").await, 503);
    assert_eq!(wire.say("RCPT TO:<ñ@b.test>").await, 553);
    assert_eq!(wire.say("RCPT TO:<a@b.test>").await, 250);
    assert_eq!(wire.say("RSET").await, 250);
    assert_eq!(wire.say("DATA").await, 503);
    assert_eq!([wire.say("NOOP").await, wire.say("VRFY ann").await, wire.say("HELP").await], [250, 252, 214]);
    assert_eq!(wire.say("QUIT").await, 221);
    assert_eq!(wire.answer().await.0, 0);
}

#[tokio::test]
async fn a_smuggled_second_message_is_refused_with_the_first() {
    let simulators = simulators().await;
    let mut wire = Wire::greeted(&simulators).await;
    wire.send(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<ann@example.test>\r\nDATA\r\n").await;
    for _ in 0..3 {
        wire.answer().await;
    }
    wire.send(b"Subject: x\r\n\r\nhi\n.\nMAIL FROM:<evil@b.test>\r\nRCPT TO:<ann@example.test>\r\n.\r\n").await;
    assert_eq!(wire.answer().await.0, 554);
    assert_eq!(wire.say("NOOP").await, 250);
    assert!(simulators.mailbox().list().is_empty());
}

#[tokio::test]
async fn a_message_past_the_announced_size_is_refused() {
    let simulators = simulators().await;
    let mut wire = Wire::greeted(&simulators).await;
    let announced = format!("MAIL FROM:<a@b.test> SIZE={}", MESSAGE_BYTES_MAX + 1);
    assert_eq!(wire.say(&announced).await, 552);
    wire.send(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<ann@example.test>\r\nDATA\r\n").await;
    for _ in 0..3 {
        wire.answer().await;
    }
    let line = [vec![b'x'; 900], b"\r\n".to_vec()].concat();
    wire.send(&line.repeat(MESSAGE_BYTES_MAX / line.len() + 1)).await;
    assert_eq!(wire.say(".").await, 552);
    assert_eq!(wire.say("NOOP").await, 250);
}

#[tokio::test]
async fn a_client_that_only_errs_is_hung_up_on() {
    let simulators = simulators().await;
    let mut wire = Wire::greeted(&simulators).await;
    for _ in 0..REFUSED_COMMANDS_MAX {
        assert_eq!(wire.say("BOGUS").await, 500);
    }
    assert_eq!(wire.say("BOGUS").await, 500);
    assert_eq!([wire.answer().await.0, wire.answer().await.0], [421, 0]);
}

#[tokio::test]
async fn a_silent_client_is_cut_off() {
    let mut config = SimulatorsConfig::new(Arc::new(|| 0));
    config.idle_timeout = Duration::from_millis(50);
    let simulators = Simulators::start(config).await.unwrap();
    let mut wire = Wire::open(&simulators).await;
    assert_eq!(wire.answer().await.0, 0);
}

#[tokio::test]
async fn one_client_too_many_is_turned_away_and_the_others_stay() {
    let simulators = simulators().await;
    let mut inside = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        inside.push(Wire::open(&simulators).await);
    }
    let mut late = Wire { stream: BufReader::new(TcpStream::connect(simulators.smtp_addr()).await.unwrap()) };
    assert_eq!([late.answer().await.0, late.answer().await.0], [421, 0]);
    assert_eq!(inside[0].say("NOOP").await, 250);
    // A place that comes free is given to the next.
    assert_eq!(inside[0].say("QUIT").await, 221);
    assert_eq!(inside[0].answer().await.0, 0);
    simulators.stop().await;
    assert_eq!(inside[1].answer().await.0, 421);
}

#[tokio::test]
async fn a_delayed_answer_comes_in_the_end() {
    let simulators = simulators().await;
    simulators.faults().set(vec![Fault::Delay { at: Stage::Message, delay_ms: 20 }.into()]).unwrap();
    client(&simulators).build().send(letter("ann@example.test")).await.unwrap();
    assert_eq!(simulators.mailbox().list().len(), 1);
}

#[tokio::test]
async fn the_mailbox_can_be_read_from_outside_the_process() {
    let simulators = simulators().await;
    client(&simulators).build().send(letter("ann@example.test")).await.unwrap();
    let mut stream = TcpStream::connect(simulators.http_addr()).await.unwrap();
    let request =
        "GET /mailbox?to=ann@example.test&waitMs=5000 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("visit.ics"), "{answer}");
}
