//! What one outgoing request costs in CPU: `cargo run --release -p frontdesk-platform --example outbound_cost [requests]`.
//! Sixteen callers post half a kilobyte to the receiver of the simulators over kept connections, once through
//! [`platform::outbound::Outbound`] and once as bare bytes on sockets; the difference is what the HTTP client costs. Both
//! sides run in this process, so the bare figure holds the receiver and the system calls of both.

#![allow(clippy::print_stdout, reason = "a measurement prints")]

use std::{error::Error, fs, io, net::SocketAddr, sync::Arc, time::Instant};

use http::Method;
use platform::outbound::{AllowedNets, Outbound, OutboundSettings, Request, Trust};
use simulators::{Simulators, SimulatorsConfig};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const CALLERS: usize = 16;
const BODY_BYTES: usize = 512;

/// CPU of all threads so far, in microseconds.
fn cpu_us() -> io::Result<u64> {
    let tasks = fs::read_dir("/proc/self/task")?;
    let spent = |stat: String| stat.split(' ').next().and_then(|ns| ns.parse::<u64>().ok()).unwrap_or(0);
    let all = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok());
    Ok(all.map(spent).sum::<u64>() / 1000)
}

async fn by_client(address: SocketAddr, each: usize) -> Outcome {
    let allowed = AllowedNets::new(&["127.0.0.1".parse()?]);
    let outbound = Outbound::new(OutboundSettings { allowed, ..Default::default() })?;
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let outbound = outbound.clone();
        callers.spawn(async move {
            let mut request = Request::new(Method::POST, format!("http://{address}/hook").parse()?);
            request.body = vec![b'x'; BODY_BYTES].into();
            for _ in 0..each {
                assert_eq!(outbound.send(request.clone(), Trust::Tenant).await?.status, 200);
            }
            Outcome::Ok(())
        });
    }
    callers.join_all().await.into_iter().collect()
}

async fn by_hand(address: SocketAddr, each: usize) -> Outcome {
    let body = "x".repeat(BODY_BYTES);
    let head =
        format!("POST /hook HTTP/1.1\r\nhost: {address}\r\nuser-agent: bare\r\ncontent-length: {BODY_BYTES}\r\n\r\n");
    let bytes: Arc<[u8]> = (head + &body).into_bytes().into();
    let mut callers = JoinSet::new();
    for _ in 0..CALLERS {
        let bytes = bytes.clone();
        callers.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut answer = [0; 1024];
            for _ in 0..each {
                stream.write_all(&bytes).await?;
                assert!(stream.read(&mut answer).await? > 0);
            }
            Outcome::Ok(())
        });
    }
    callers.join_all().await.into_iter().collect()
}

#[tokio::main]
async fn main() -> Outcome {
    let requests: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200_000);
    let simulators = Simulators::start(SimulatorsConfig::new(Arc::new(|| 0))).await?;
    simulators.receiver().count_only();
    let (address, each) = (simulators.webhook_addr(), requests / CALLERS);
    by_client(address, 100).await?;
    for name in ["outbound", "bare", "outbound", "bare"] {
        let (cpu, wall) = (cpu_us()?, Instant::now());
        match name {
            "outbound" => by_client(address, each).await?,
            _ => by_hand(address, each).await?,
        }
        let (cpu, wall) = (cpu_us()? - cpu, wall.elapsed());
        let done = (each * CALLERS) as u64;
        let rate = done as u128 * 1_000_000 / wall.as_micros();
        println!("{name:>9}: {} ns CPU a request, {rate} requests/s", cpu * 1000 / done);
    }
    Ok(())
}
