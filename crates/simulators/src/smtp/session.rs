//! One conversation with one client, from the greeting to QUIT.
//!
//! Answers are collected while commands of the client are still waiting in the buffer and flushed when it
//! waits for them, which is what PIPELINING (RFC 2920) asks of a server.

use std::io;
use std::mem;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufWriter, duplex};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::auth;
use super::command::{Command, parse_command};
use super::fault::{Fault, Stage};
use super::limits::{MESSAGE_BYTES_MAX, REFUSED_COMMANDS_MAX};
use super::line::{BadText, Line, Text, read_command, read_text};
use super::listener::Server;
use super::reply::Reply;
use super::transaction::Transaction;
use crate::mailbox::Envelope;
use crate::start::stopped;

const OK: Reply = Reply::new(250, "2.0.0", "ok");
const GOODBYE: Reply = Reply::new(221, "2.0.0", "goodbye");
const GO_AHEAD: Reply = Reply::new(354, "", "end with a line that holds a single dot");
const SHUTTING_DOWN: Reply = Reply::new(421, "4.3.2", "shutting down");
const TOO_MANY_ERRORS: Reply = Reply::new(421, "4.7.0", "too many refused commands");
const NOT_GREETED: Reply = Reply::new(503, "5.5.1", "say EHLO first");
const NO_SENDER: Reply = Reply::new(503, "5.5.1", "say MAIL first");

/// How a conversation ended when it was not by QUIT.
#[derive(Debug, thiserror::Error)]
pub(super) enum Cut {
    #[error("the connection failed")]
    Io(#[from] io::Error),
    #[error("the client was silent for {0:?}")]
    Idle(Duration),
    #[error("the client left in the middle of something")]
    Left,
    #[error("the simulators stop")]
    Stopped,
}

/// Whether the conversation goes on.
type Flow = Result<ControlFlow<()>, Cut>;

/// Both directions of a connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}
type Wire = BufReader<BufWriter<Box<dyn Stream>>>;

fn buffered(stream: Box<dyn Stream>) -> Wire {
    BufReader::new(BufWriter::new(stream))
}

pub(super) struct Session {
    server: Arc<Server>,
    wire: Wire,
    encrypted: bool,
    /// Turns true when the simulators stop; looked at between commands, so that a message in flight is finished.
    stop: watch::Receiver<bool>,
    greeted: bool,
    authenticated_as: Option<String>,
    transaction: Option<Transaction>,
    refused: u32,
}

impl Session {
    pub(super) fn new(stream: TcpStream, server: Arc<Server>, stop: watch::Receiver<bool>) -> Self {
        Self {
            server,
            wire: buffered(Box::new(stream)),
            encrypted: false,
            stop,
            greeted: false,
            authenticated_as: None,
            transaction: None,
            refused: 0,
        }
    }

    pub(super) async fn run(mut self) -> Result<(), Cut> {
        if self.greet().await?.is_continue() {
            while self.turn().await?.is_continue() {}
        }
        self.flush().await
    }

    async fn greet(&mut self) -> Flow {
        if let Some(Fault::RefuseConnection) = self.strike(Stage::Greeting, "", &[]).await? {
            return self.close(&Reply::new(421, "4.3.2", "not available now")).await;
        }
        let greeting = format!("220 {} ESMTP simulator\r\n", self.server.hostname);
        self.write(&greeting).await?;
        Ok(Continue(()))
    }

    /// One command and its answer.
    async fn turn(&mut self) -> Flow {
        let Some(line) = self.next_line().await? else {
            return self.close(&SHUTTING_DOWN).await;
        };
        let command = match line {
            Line::Text(line) => parse_command(&line),
            Line::TooLong => Err(Reply::new(500, "5.5.2", "the line is too long")),
            Line::BareLineFeed => Err(Reply::new(500, "5.5.2", "a line ends with CRLF")),
            Line::Closed => return Ok(Break(())),
        };
        match command {
            Ok(command) => self.obey(command).await,
            Err(reply) => self.refuse(&reply).await,
        }
    }

    /// The next line, or `None` when the simulators stop.
    async fn next_line(&mut self) -> Result<Option<Line>, Cut> {
        if self.wire.buffer().is_empty() {
            self.flush().await?;
        }
        let idle = self.server.idle_timeout;
        tokio::select! {
            () = stopped(&mut self.stop) => Ok(None),
            line = timeout(idle, read_command(&mut self.wire)) => Ok(Some(line.map_err(|_| Cut::Idle(idle))??)),
        }
    }

    async fn obey(&mut self, command: Command) -> Flow {
        match command {
            Command::Helo => self.hello(false).await,
            Command::Ehlo => self.hello(true).await,
            Command::Auth { mechanism, initial } => self.authenticate(&mechanism, initial).await,
            Command::StartTls => self.start_tls().await,
            Command::Mail { from, smtputf8 } => self.mail(from, smtputf8).await,
            Command::Rcpt { to } => self.recipient(to).await,
            Command::Data => self.data().await,
            Command::Reset => {
                self.transaction = None;
                self.answer(&OK).await
            }
            Command::Noop => self.answer(&OK).await,
            Command::Verify => self.answer(&Reply::new(252, "2.0.0", "send it and see")).await,
            Command::Help => self.answer(&Reply::new(214, "2.0.0", "RFC 5321")).await,
            Command::Quit => self.close(&GOODBYE).await,
        }
    }

    async fn hello(&mut self, extended: bool) -> Flow {
        self.greeted = true;
        self.transaction = None;
        let hostname = &self.server.hostname;
        let text = if extended {
            let starttls = if self.offers_tls() { "250-STARTTLS\r\n" } else { "" };
            format!(
                "250-{hostname}\r\n250-PIPELINING\r\n250-SIZE {MESSAGE_BYTES_MAX}\r\n250-8BITMIME\r\n\
                 250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n{starttls}250 AUTH PLAIN LOGIN\r\n"
            )
        } else {
            format!("250 {hostname}\r\n")
        };
        self.write(&text).await?;
        Ok(Continue(()))
    }

    fn offers_tls(&self) -> bool {
        !self.encrypted && (self.server.tls.is_some() || self.server.faults.offers_tls())
    }

    async fn start_tls(&mut self) -> Flow {
        if let Some(tls) = self.server.tls.clone().filter(|_| self.offers_tls()) {
            return self.upgrade(tls).await;
        }
        if self.server.faults.offers_tls() {
            self.answer(&Reply::new(454, "4.7.0", "TLS is not available now")).await
        } else {
            self.refuse(&Reply::new(502, "5.5.1", "TLS is not spoken here")).await
        }
    }

    /// Goes on over TLS, as if nothing had been said before (RFC 3207 §4.2); what the client sent too early is not looked at.
    async fn upgrade(&mut self, tls: TlsAcceptor) -> Flow {
        self.write(&Reply::new(220, "2.0.0", "go ahead").line()).await?;
        self.flush().await?;
        let plain = mem::replace(&mut self.wire, buffered(Box::new(duplex(1).0))).into_inner().into_inner();
        let idle = self.server.idle_timeout;
        let secured = timeout(idle, tls.accept(plain)).await.map_err(|_| Cut::Idle(idle))??;
        self.wire = buffered(Box::new(secured));
        self.encrypted = true;
        self.greeted = false;
        self.transaction = None;
        self.authenticated_as = None;
        Ok(Continue(()))
    }

    async fn authenticate(&mut self, mechanism: &str, initial: Option<String>) -> Flow {
        if !self.greeted {
            return self.refuse(&NOT_GREETED).await;
        }
        if self.authenticated_as.is_some() || self.transaction.is_some() {
            return self.refuse(&Reply::new(503, "5.5.1", "too late for AUTH")).await;
        }
        let username = match mechanism {
            "PLAIN" => self.ask_plain(initial).await?,
            "LOGIN" => self.ask_login(initial).await?,
            _ => Err(Reply::new(504, "5.5.4", "AUTH is PLAIN or LOGIN")),
        };
        let username = match username {
            Ok(username) => username,
            Err(reply) => return self.refuse(&reply).await,
        };
        if let Some(Fault::RejectAuth) = self.strike(Stage::Auth, "", &[]).await? {
            return self.answer(&Reply::new(535, "5.7.8", "wrong user name or password")).await;
        }
        self.authenticated_as = Some(username);
        self.answer(&Reply::new(235, "2.7.0", "welcome")).await
    }

    async fn ask_plain(&mut self, initial: Option<String>) -> Result<Result<String, Reply>, Cut> {
        Ok(match initial {
            Some(initial) => auth::parse_plain(&initial),
            None => self.ask(&auth::EMPTY_PROMPT).await?.and_then(|answer| auth::parse_plain(&answer)),
        })
    }

    async fn ask_login(&mut self, initial: Option<String>) -> Result<Result<String, Reply>, Cut> {
        let username = match initial {
            Some(initial) => Ok(initial),
            None => self.ask(&auth::USERNAME_PROMPT).await?,
        };
        let username = match username.and_then(|answer| auth::parse_login(&answer)) {
            Ok(username) => username,
            Err(reply) => return Ok(Err(reply)),
        };
        let password = self.ask(&auth::PASSWORD_PROMPT).await?;
        Ok(password.and_then(|answer| auth::parse_login(&answer)).map(|_| username))
    }

    /// Asks for one more line of an AUTH dialogue.
    async fn ask(&mut self, prompt: &Reply) -> Result<Result<String, Reply>, Cut> {
        self.write(&prompt.line()).await?;
        self.flush().await?;
        Ok(match self.next_line().await? {
            Some(Line::Text(line)) if line == b"*" => Err(Reply::new(501, "5.7.0", "AUTH was cancelled")),
            Some(Line::Text(line)) => {
                String::from_utf8(line).map_err(|_| Reply::new(501, "5.5.2", "not base64 of UTF-8"))
            }
            Some(Line::TooLong | Line::BareLineFeed) => Err(Reply::new(501, "5.5.2", "not a proper line")),
            Some(Line::Closed) => return Err(Cut::Left),
            None => return Err(Cut::Stopped),
        })
    }

    async fn mail(&mut self, from: String, smtputf8: bool) -> Flow {
        if !self.greeted {
            return self.refuse(&NOT_GREETED).await;
        }
        if self.transaction.is_some() {
            return self.refuse(&Reply::new(503, "5.5.1", "one mail at a time")).await;
        }
        match self.strike(Stage::Sender, &from, &[]).await? {
            Some(Fault::RejectSender { code }) => {
                self.answer(&Reply::refused(code, "1.8", "the sender is refused")).await
            }
            Some(Fault::TlsRequired) => self.answer(&Reply::new(530, "5.7.0", "say STARTTLS first")).await,
            _ => {
                self.transaction = Some(Transaction::new(from, smtputf8));
                self.answer(&OK).await
            }
        }
    }

    async fn recipient(&mut self, to: String) -> Flow {
        let Some(transaction) = &self.transaction else {
            return self.refuse(&NO_SENDER).await;
        };
        if let Err(reply) = transaction.check_recipient(&to) {
            return self.answer(&reply).await;
        }
        let from = transaction.from.clone();
        match self.strike(Stage::Recipient, &from, std::slice::from_ref(&to)).await? {
            Some(Fault::RejectRecipient { code }) => {
                self.answer(&Reply::refused(code, "1.1", "the recipient is refused")).await
            }
            Some(Fault::Greylist) => self.answer(&Reply::new(451, "4.7.1", "greylisted, try again later")).await,
            _ => {
                if let Some(transaction) = &mut self.transaction {
                    transaction.to.push(to);
                }
                self.answer(&OK).await
            }
        }
    }

    async fn data(&mut self) -> Flow {
        let Some(transaction) = self.transaction.take_if(|transaction| !transaction.to.is_empty()) else {
            return self.refuse(&Reply::new(503, "5.5.1", "no valid recipient")).await;
        };
        self.write(&GO_AHEAD.line()).await?;
        self.flush().await?;
        // On loopback a whole message takes less time than a client may be silent for.
        let idle = self.server.idle_timeout;
        let text = match timeout(idle, read_text(&mut self.wire)).await.map_err(|_| Cut::Idle(idle))?? {
            Text::Whole(text) => text,
            Text::Refused(reason) => return self.answer(&refusal(reason)).await,
            Text::Closed => return Ok(Break(())),
        };
        let Transaction { from, to, .. } = transaction;
        match self.strike(Stage::Message, &from, &to).await? {
            Some(Fault::RejectMessage { code }) => {
                self.answer(&Reply::refused(code, "7.1", "the message is refused")).await
            }
            Some(Fault::DropAfterData { kept: false }) => Ok(Break(())),
            Some(Fault::DropAfterData { kept: true }) => {
                self.keep(from, to, text);
                Ok(Break(()))
            }
            _ => {
                self.keep(from, to, text);
                self.answer(&Reply::new(250, "2.6.0", "kept")).await
            }
        }
    }

    fn keep(&self, from: String, to: Vec<String>, text: Vec<u8>) {
        let envelope = Envelope { from, to, authenticated_as: self.authenticated_as.clone() };
        let id = self.server.mailbox.keep((self.server.now)(), envelope, text);
        tracing::debug!(id, "the simulated mail server took a message");
    }

    /// Carries out the delays, waits and hangs of this stage; the fault that changes the answer is returned.
    async fn strike(&mut self, stage: Stage, sender: &str, recipients: &[String]) -> Result<Option<Fault>, Cut> {
        for fault in self.server.faults.strike(stage, sender, recipients) {
            match fault {
                Fault::Delay { delay_ms, .. } => tokio::time::sleep(Duration::from_millis(delay_ms)).await,
                Fault::Wait { .. } => self.wait().await?,
                Fault::Hang { .. } => self.hang().await?,
                other => return Ok(Some(other)),
            }
        }
        Ok(None)
    }

    /// Says nothing until a permit comes, and uses it up.
    async fn wait(&mut self) -> Result<(), Cut> {
        let permit = tokio::select! {
            () = stopped(&mut self.stop) => return Err(Cut::Stopped),
            permit = self.server.faults.permits().acquire() => permit,
        };
        permit.map_err(|_| Cut::Stopped)?.forget();
        Ok(())
    }

    /// Listens and says nothing, until the client leaves, the simulators stop or the connection has had its time.
    async fn hang(&mut self) -> Result<(), Cut> {
        let mut ignored = [0; 4096];
        loop {
            tokio::select! {
                () = stopped(&mut self.stop) => return Err(Cut::Stopped),
                read = self.wire.read(&mut ignored) => if read? == 0 { return Err(Cut::Left) },
            }
        }
    }

    /// Answers a command that should not have come like this.
    async fn refuse(&mut self, reply: &Reply) -> Flow {
        self.refused += 1;
        self.write(&reply.line()).await?;
        if self.refused > REFUSED_COMMANDS_MAX { self.close(&TOO_MANY_ERRORS).await } else { Ok(Continue(())) }
    }

    async fn answer(&mut self, reply: &Reply) -> Flow {
        self.write(&reply.line()).await?;
        Ok(Continue(()))
    }

    async fn close(&mut self, reply: &Reply) -> Flow {
        self.write(&reply.line()).await?;
        Ok(Break(()))
    }

    async fn write(&mut self, text: &str) -> Result<(), Cut> {
        let idle = self.server.idle_timeout;
        timeout(idle, self.wire.write_all(text.as_bytes())).await.map_err(|_| Cut::Idle(idle))?.map_err(Cut::Io)
    }

    async fn flush(&mut self) -> Result<(), Cut> {
        let idle = self.server.idle_timeout;
        timeout(idle, self.wire.flush()).await.map_err(|_| Cut::Idle(idle))?.map_err(Cut::Io)
    }
}

fn refusal(reason: BadText) -> Reply {
    match reason {
        BadText::TooLarge => Reply::message_too_large(),
        BadText::LineTooLong => Reply::new(554, "5.6.0", "a line of the message is too long"),
        BadText::BareLineFeed => Reply::new(554, "5.6.0", "a line of the message ends without CR"),
    }
}
