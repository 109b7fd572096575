//! The real program in a process of its own, for what no in-process test can show: the end of a process, and the memory of
//! one. With it comes a client that takes whatever happens to a connection as it comes.

use std::{net::SocketAddr, path::Path, process::Stdio, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::{TcpSocket, TcpStream},
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use crate::harness::{SOON, text};

/// How long a start may take, on a machine with everything else on it.
const START_TIMEOUT: Duration = Duration::from_secs(60);
const SECRET: &str = "a secret that only tests know, 32+";

/// A running `frontdesk serve`; killed when it is dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
    http: reqwest::Client,
}

#[allow(clippy::disallowed_methods, reason = "which program to run is told by the environment")]
fn path() -> String {
    std::env::var("FRONTDESK_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_frontdesk").to_owned())
}

impl Program {
    /// Starts it on these data and waits until it answers.
    pub async fn start(data_dir: &Path, database_url: Option<&str>) -> Self {
        Self::start_with(data_dir, database_url, &[]).await
    }

    /// The same with further settings.
    pub async fn start_with(data_dir: &Path, database_url: Option<&str>, settings: &[(&str, &str)]) -> Self {
        // Whoever comes first installs it; the others find it there.
        rustls::crypto::ring::default_provider().install_default().unwrap_or_default();
        let mut command = Command::new(path());
        command.arg("serve").env_clear().env("DATA_DIR", data_dir).env("PORT", "0").env("LOG_LEVEL", "warn");
        command.env("RATE_LIMIT_DISABLED", "1");
        for name in ["JWT_SECRET", "API_KEY_SECRET", "MASTER_KEY"] {
            command.env(name, SECRET);
        }
        command.envs(settings.iter().copied());
        if let Some(url) = database_url {
            command.env("DATABASE_URL", url).env("SINGLE_NODE", "1");
        }
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("the program is built");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = timeout(START_TIMEOUT, async {
            while let Some(line) = lines.next_line().await.unwrap() {
                if let Some((_, address)) = line.split_once("answers on http://") {
                    return address.trim().parse().unwrap();
                }
            }
            panic!("the program ended before it answered");
        });
        let address = address.await.expect("the program answers in time");
        // Read on, so that the program never waits for its own words to be taken.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        #[allow(clippy::disallowed_methods, reason = "a test is a client of the house, not a part of it")]
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { child, address, http }
    }

    /// kill -9, and nothing else.
    pub fn kill_now(&self) {
        let killed = std::process::Command::new("kill").args(["-9", &self.child.id().unwrap().to_string()]).status();
        assert!(killed.unwrap().success());
    }

    /// SIGTERM, and then waits until it has ended by itself.
    pub async fn told_to_end(self) {
        let told = std::process::Command::new("kill").arg(self.child.id().unwrap().to_string()).status();
        assert!(told.unwrap().success());
        self.ended().await;
    }

    /// Waits until the killed process is gone.
    pub async fn ended(mut self) {
        self.child.wait().await.unwrap();
    }

    /// Memory that the process holds, in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().unwrap())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Value {
        let asked = self.http.post(format!("http://{}{path}", self.address)).bearer_auth(token).json(&body);
        let reply = asked.send().await.unwrap();
        let status = reply.status();
        let body: Value = reply.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    /// Posts, or gets when there is no body, and takes whatever the answer is: its status, whether it says when to come
    /// again, and its body.
    pub async fn ask(&self, path: &str, token: &str, body: Option<&Value>) -> (u16, bool, Value) {
        let url = format!("http://{}{path}", self.address);
        let asked = match body {
            Some(body) => self.http.post(url).json(body),
            None => self.http.get(url),
        };
        let reply = asked.bearer_auth(token).send().await.unwrap();
        let (status, says_when) = (reply.status().as_u16(), reply.headers().contains_key("retry-after"));
        (status, says_when, reply.json().await.unwrap())
    }

    /// Posts with an API key; nothing when the program is gone before it has answered.
    pub async fn try_post(&self, path: &str, key: &str, body: &Value) -> Option<Value> {
        let asked = self.http.post(format!("http://{}{path}", self.address)).header("x-api-key", key).json(body);
        let reply = asked.send().await.ok()?;
        let status = reply.status();
        let body: Value = reply.json().await.ok()?;
        assert!(status.is_success(), "{path}: {status} {body}");
        Some(body)
    }

    /// A page of a list with an API key, and the path of the next page.
    pub async fn page(&self, path: &str, key: &str) -> (Value, Option<String>) {
        let asked = self.http.get(format!("http://{}{path}", self.address)).header("x-api-key", key);
        let reply = asked.send().await.unwrap();
        let link = reply.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let next = link.and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
        (reply.json().await.unwrap(), next)
    }

    pub async fn get(&self, path: &str, token: &str) -> Value {
        let asked = self.http.get(format!("http://{}{path}", self.address)).bearer_auth(token);
        asked.send().await.unwrap().json().await.unwrap()
    }

    /// A number of `/metrics`; 0 when it is not there yet.
    pub async fn metric(&self, name: &str) -> f64 {
        let page =
            self.http.get(format!("http://{}/metrics", self.address)).send().await.unwrap().text().await.unwrap();
        let line = page.lines().find(|line| line.starts_with(name));
        line.map_or(0.0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
    }

    /// A business: its owner's token and its invite code.
    pub async fn business(&self) -> (String, String) {
        let body = json!({"email": "owner@example.com", "password": "correct horse battery", "name": "Olive Owner", "businessName": "Salon"});
        let data = self.post("/api/auth/register", "", body).await["data"].take();
        (text(&data["accessToken"]).to_owned(), text(&data["team"]["inviteCode"]).to_owned())
    }

    /// A guest and the thread with them: token and conversation.
    pub async fn guest(&self, invite_code: &str, number: usize) -> (String, String) {
        let body = json!({"inviteCode": invite_code, "name": format!("Guest {number}"), "email": format!("guest{number}@example.com")});
        let data = self.post("/api/customers/auth/guest", "", body).await["data"].take();
        let token = text(&data["accessToken"]).to_owned();
        let opened = self.post("/api/messages/conversations", &token, json!({})).await;
        (token, text(&opened["conversation"]["id"]).to_owned())
    }

    /// Every message of a conversation.
    pub async fn transcript(&self, token: &str, conversation: &str) -> Vec<Value> {
        let mut messages: Vec<Value> = Vec::new();
        loop {
            let after = messages.last().map_or(0, |m| m["seq"].as_i64().unwrap());
            let page = self.get(&format!("/api/messages/conversations/{conversation}?after_seq={after}"), token).await;
            messages.extend(page["messages"].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned());
            if page["hasMore"] == json!(false) {
                return messages;
            }
        }
    }
}

/// One packet of Socket.IO.
#[derive(Debug)]
pub enum Packet {
    Event(String, Value),
    Ack(u64, Value),
    /// The server closed the namespace.
    Closed,
}

/// A connection that may end at any time.
pub struct Wire {
    stream: WebSocketStream<TcpStream>,
}

impl Wire {
    /// Connects; nothing when the server is gone.
    pub async fn connect(address: SocketAddr, auth: &Value) -> Option<Self> {
        Self::connect_with_buffer(address, auth, None).await
    }

    /// The same with a receive buffer of a size of its own.
    pub async fn connect_with_buffer(address: SocketAddr, auth: &Value, bytes: Option<u32>) -> Option<Self> {
        let socket = TcpSocket::new_v4().unwrap();
        if let Some(bytes) = bytes {
            socket.set_recv_buffer_size(bytes).unwrap();
        }
        let tcp = socket.connect(address).await.ok()?;
        let url = format!("ws://{address}/socket.io/?EIO=4&transport=websocket");
        let (stream, _) = client_async(url, tcp).await.ok()?;
        let mut wire = Self { stream };
        let open = wire.text().await?;
        assert!(open.starts_with('0'), "{open}");
        wire.send(format!("40{auth}")).await?;
        loop {
            let packet = wire.text().await?;
            match packet.get(..2) {
                Some("40") => return Some(wire),
                Some("44") => panic!("not let in: {packet}"),
                _ => {}
            }
        }
    }

    /// Sends a packet; nothing when the connection is gone.
    pub async fn send(&mut self, packet: String) -> Option<()> {
        self.stream.send(Message::text(packet)).await.ok()
    }

    /// The next packet; nothing when the connection is gone.
    pub async fn next(&mut self) -> Option<Packet> {
        loop {
            let packet = self.text().await?;
            if let Some(rest) = packet.strip_prefix("42") {
                let mut arguments: Vec<Value> = serde_json::from_str(rest).unwrap();
                let body = arguments.pop().unwrap();
                return Some(Packet::Event(text(&arguments[0]).to_owned(), body));
            } else if let Some(rest) = packet.strip_prefix("43") {
                let digits = rest.chars().take_while(char::is_ascii_digit).count();
                let (id, arguments) = rest.split_at(digits);
                let mut arguments: Vec<Value> = serde_json::from_str(arguments).unwrap();
                return Some(Packet::Ack(id.parse().unwrap(), arguments.pop().unwrap()));
            } else if packet.starts_with("41") {
                return Some(Packet::Closed);
            }
        }
    }

    /// The acknowledgement of one event; what else comes is passed over.
    pub async fn ack(&mut self, id: u64, event: &str, payload: &Value) -> Option<Value> {
        self.send(format!("42{id}{}", json!([event, payload]))).await?;
        loop {
            match self.next().await? {
                Packet::Ack(of, body) if of == id => return Some(body),
                Packet::Closed => return None,
                _ => {}
            }
        }
    }

    async fn text(&mut self) -> Option<String> {
        loop {
            let next = timeout(SOON, self.stream.next()).await.expect("something comes, if only the end")?.ok()?;
            match next {
                Message::Text(text) if text.as_str() == "2" => self.send("3".to_owned()).await?,
                Message::Text(text) => return Some(text.to_string()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}
