//! Redis goes away and comes back while people ask: limits hold meanwhile, by what each node knows. The server is this test's
//! own, so that nobody else loses theirs.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    harness::{App, Reply},
    limits::{limited, me, own_secret},
};

/// How long a start, or being noticed again, may take.
const SOON: Duration = Duration::from_secs(20);

/// A Redis that keeps nothing on the disk; killed with this.
struct Redis {
    port: u16,
    process: Child,
}

impl Redis {
    /// Ready to answer.
    fn start(port: u16) -> Self {
        let mut process = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is installed: this test ends one of its own");
        let said = BufReader::new(process.stdout.take().unwrap());
        let ready = said.lines().map_while(Result::ok).any(|line| line.contains("Ready to accept connections"));
        assert!(ready, "redis-server ended before it was ready");
        Self { port, process }
    }
    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
    /// As by `kill -9`.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
    /// How many counts it holds.
    fn keys(&self) -> u64 {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        connection.write_all(b"DBSIZE\r\n").unwrap();
        let mut answer = String::new();
        BufReader::new(connection).read_line(&mut answer).unwrap();
        answer.trim().trim_start_matches(':').parse().unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        // It may be dead already.
        self.process.kill().unwrap_or_default();
        self.process.wait().map(drop).unwrap_or_default();
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn left(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), reply.header("ratelimit").split(';').nth(1).unwrap_or_default().to_owned())
}

/// Asks from an address that nobody else has until the node has counted it in Redis.
async fn until_shared(node: &App, redis: &Redis, address: &str) {
    let (before, deadline) = (redis.keys(), Instant::now() + SOON);
    while redis.keys() == before {
        assert!(Instant::now() < deadline, "the node never came back to Redis");
        node.get("/api/public/services?inviteCode=x").header("x-forwarded-for", address).send().await;
    }
}

both_databases! {
    async fn alone_limits_hold_while_redis_is_away_and_after_it_came_back_empty(app: App) {
        let mut redis = Redis::start(free_port());
        let (url, secret) = (redis.url(), own_secret(&app));
        let settings = [("REDIS_URL", url.as_str()), ("JWT_SECRET", secret.as_str()), ("RATE_LIMIT_API", "5/1h"), ("RATE_LIMIT_ANONYMOUS", "1000000/1h")];
        let (one, two) = (limited(&app, &settings).await, limited(&app, &settings).await);
        let salon = one.business("Salon").await;
        let spa = one.business("Spa").await;
        assert_eq!(left(&me(&one, &salon.token).await), (200, "r=4".into()));
        assert_eq!(left(&me(&two, &salon.token).await), (200, "r=3".into()), "both count together");
        assert_eq!(left(&me(&one, &salon.token).await), (200, "r=2".into()));
        redis.kill();
        // Each goes on from what it heard last; nobody who is new is refused or let through without a count.
        assert_eq!(left(&me(&one, &salon.token).await), (200, "r=1".into()));
        assert_eq!(left(&me(&one, &salon.token).await), (200, "r=0".into()));
        assert_eq!(me(&one, &salon.token).await.refused(429), "RATE_LIMITED");
        assert_eq!(left(&me(&two, &salon.token).await), (200, "r=2".into()));
        assert_eq!(left(&me(&two, &spa.token).await), (200, "r=4".into()));
        let back = Redis::start(redis.port);
        until_shared(&one, &back, "192.0.2.1").await;
        until_shared(&two, &back, "192.0.2.2").await;
        assert_eq!(me(&one, &salon.token).await.refused(429), "RATE_LIMITED", "what was counted alone holds");
        let before = back.keys();
        let late = one.business("Late").await;
        assert_eq!(left(&me(&one, &late.token).await), (200, "r=4".into()));
        assert_eq!(left(&me(&two, &late.token).await), (200, "r=3".into()), "and who comes now is counted together again");
        assert!(back.keys() > before);
    }
}
