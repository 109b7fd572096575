//! The end of a node: what it promised is done, what it cannot take any more goes elsewhere.

use std::{process::Stdio, time::Duration};

use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpStream,
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::harness::SOON;

/// Longest wait for a process to end by itself.
const END_TIMEOUT: Duration = Duration::from_secs(30);

both_databases! {
    async fn a_node_that_ends_sends_its_sockets_elsewhere_and_finishes_requests(app: App) {
        let salon = app.business("Salon").await;
        let node = app.node(&[]).await;
        let socket = node.socket(&salon.token).await;
        let asked = node.get("/api/auth/me").bearer(&salon.token).send();
        let reply = asked.await;
        node.begin_to_stop();
        // Not "io server disconnect": after that a client would not come back by itself.
        assert_eq!(socket.ended().await, "transport close");
        node.stopped().await;
        reply.data(200);
        assert!(!node.house().phase.is_ready());
        app.get("/api/auth/me").bearer(&salon.token).send().await.data(200);
        app.socket(&salon.token).await;
    }

    async fn a_request_that_runs_when_the_node_is_told_to_end_gets_its_answer(app: App) {
        let salon = app.business("Salon").await;
        let node = app.node(&[]).await;
        let body = br#"{"name":"Cut","duration":30,"price":500}"#;
        let head = format!(
            "POST /api/services HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            salon.token,
            body.len()
        );
        let mut stream = TcpStream::connect(node.address()).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // The house asks for the body when its handler has begun: from here on the request runs.
        let mut begun = [0; 25];
        timeout(SOON, stream.read_exact(&mut begun)).await.expect("the house asks for the body").unwrap();
        assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
        node.begin_to_stop();
        while node.house().phase.is_ready() {
            tokio::task::yield_now().await;
        }
        stream.write_all(body).await.unwrap();
        let mut reply = String::new();
        timeout(SOON, stream.read_to_string(&mut reply)).await.expect("the answer comes").unwrap();
        assert!(reply.starts_with("HTTP/1.1 201 Created"), "{reply}");
        node.stopped().await;
        assert_eq!(app.count("SELECT COUNT(*) FROM services", vec![]).await, 1);
    }
}

/// The program as an operator runs it.
struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    address: String,
    _data: tempfile::TempDir,
}

impl Program {
    async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_frontdesk"))
            .arg("serve")
            .env_clear()
            .env("DATA_DIR", data.path())
            .env("PORT", "0")
            .env("SIMULATORS", "on")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line =
                timeout(SOON, lines.next_line()).await.expect("it starts").unwrap().expect("it says its address");
            if let Some(address) = line.strip_prefix("Frontdesk answers on ") {
                break address.to_owned();
            }
        };
        Self { child, lines, address, _data: data }
    }

    async fn get(&self, path: &str) -> reqwest::StatusCode {
        client().get(format!("{}{path}", self.address)).send().await.unwrap().status()
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address.strip_prefix("http://").unwrap()).await.unwrap()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }

    /// How it ended, and what it logged.
    async fn ended(mut self) -> (std::process::ExitStatus, String) {
        let mut log = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        let ended = async { tokio::join!(self.child.wait(), stderr.read_to_string(&mut log)) };
        let (status, read) = timeout(END_TIMEOUT, ended).await.expect("it ends by itself");
        read.unwrap();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            eprintln!("{line}");
        }
        eprintln!("{log}");
        (status.unwrap(), log)
    }
}

#[allow(clippy::disallowed_methods, reason = "a test is a client of the house, not a part of it")]
fn client() -> reqwest::Client {
    rustls::crypto::ring::default_provider().install_default().unwrap_or_default();
    reqwest::Client::builder().timeout(SOON).build().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_turns_unready_on_sigterm_and_ends_with_0() {
    let program = Program::start().await;
    assert_eq!(program.get("/health/ready").await, 200);
    let (mut silent, mut half) = (program.connect().await, program.connect().await);
    half.write_all(b"GET / HTTP/1.1\r\nHost: desk\r\nX-Slow: ").await.unwrap();
    program.signal("TERM");
    let notice = async {
        while program.get("/health/ready").await != 503 {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, notice).await.expect("readiness turns to 503 while the node still answers");
    for stream in [&mut silent, &mut half] {
        let mut reply = Vec::new();
        // Closed with unread bytes, it is reset.
        let read = timeout(SOON, stream.read_to_end(&mut reply)).await.expect("the connection is closed");
        assert!(reply.is_empty(), "{read:?} {reply:?}");
    }
    let (status, log) = program.ended().await;
    assert!(status.success());
    assert!(!log.contains("left behind"), "connections that ask nothing hold nothing up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_ends_at_once_on_interrupt_and_what_it_took_is_there_after_a_restart() {
    let program = Program::start().await;
    let body = json!({"email": "ann@example.com", "password": "correct horse", "name": "Ann"});
    let reply = client().post(format!("{}/api/auth/register", program.address)).json(&body).send().await.unwrap();
    assert_eq!(reply.status(), 201);
    program.signal("INT");
    assert!(program.ended().await.0.success());
}
