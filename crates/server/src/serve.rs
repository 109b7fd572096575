//! Answering, and ceasing to. The end is designed: readiness turns to 503 first, then nobody new is let in, sockets are
//! closed so that their clients go elsewhere, requests that run are finished while the worker ends what it claimed, and the
//! pools close last. Each step has a bound and so has the whole; a job that does not end in time is taken up when its lease
//! ends.

use std::{net::SocketAddr, time::Duration};

use hyper_util::server::graceful::GracefulShutdown;
use platform::{Fault, Result};
use tokio::{
    net::TcpListener,
    task::{AbortHandle, JoinHandle},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    compose::House,
    connections::{self, HEAD_TIMEOUT},
    jobs, notices,
};

/// From the word to end until everything is closed; what still runs then is left behind. With the second of notice before
/// it and the runtime's end after it, a node is gone within the 30 s that orchestrators give.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(25);
/// How long live sockets may take to close.
const SOCKETS_TIMEOUT: Duration = Duration::from_secs(2);
/// How long requests that run may take to end, after that.
pub const REQUESTS_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the pools may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);
const _: () = assert!(
    SOCKETS_TIMEOUT.as_secs() + REQUESTS_TIMEOUT.as_secs() + CLOSE_TIMEOUT.as_secs() <= DRAIN_TIMEOUT.as_secs(),
    "the steps fit into the whole"
);
/// How often histograms are folded, so that they do not grow between two readings.
const METRICS_INTERVAL: Duration = Duration::from_secs(10);
/// Connections that may wait to be accepted.
const BACKLOG_CONNECTIONS_MAX: u32 = 1024;

/// Takes the address, before anything that takes longer.
pub fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => tokio::net::TcpSocket::new_v4()?,
        SocketAddr::V6(_) => tokio::net::TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG_CONNECTIONS_MAX)
}

/// What an operator reads when the address cannot be had.
pub fn explain(address: SocketAddr, error: std::io::Error) -> Fault {
    use std::io::ErrorKind;
    let (port, host) = (address.port(), address.ip());
    let words = match error.kind() {
        ErrorKind::AddrInUse => format!(
            "port {port} on {host} is taken by another program: end that one, or set PORT to another (PORT=0 picks a free one)"
        ),
        ErrorKind::PermissionDenied => {
            format!("port {port} on {host} may not be opened by this user: set PORT to one above 1023, behind a proxy")
        }
        ErrorKind::AddrNotAvailable => {
            format!("{host} is no address of this machine: set HOST to one that is, or to 0.0.0.0 for all of them")
        }
        _ => return Fault::internal("listening", error),
    };
    Fault::internal("starting", words)
}

/// Runs everything until `stop`, then drains and closes. From `stop` on the worker claims nothing new, and ends what it has
/// while requests end.
pub async fn run(house: House, listener: TcpListener, stop: CancellationToken) -> Result<()> {
    jobs::book_all(&house.platform).await?;
    notices::book(&house.platform).await?;
    let worker = tokio::spawn({
        let (jobs, stop) = (house.platform.jobs().clone(), stop.clone());
        async move { jobs.run(stop).await }
    });
    let deliveries = tokio::spawn({
        let (delivery, stop) = (house.delivery.clone(), stop.clone());
        async move { delivery.run(stop).await }
    });
    let phones = tokio::spawn({
        let (delivery, stop) = (house.delivery.clone(), stop.clone());
        async move { delivery.keep_whatsapp(stop).await }
    });
    let aborts = [worker.abort_handle(), deliveries.abort_handle(), phones.abort_handle()];
    let running = connections::accept(listener, house.router.clone(), HEAD_TIMEOUT, stop).await;
    let ending = async { tokio::join!(drain(&house, running), finish(worker), finish(deliveries), finish(phones)) };
    if timeout(DRAIN_TIMEOUT.saturating_sub(CLOSE_TIMEOUT), ending).await.is_err() {
        tracing::warn!("the workers did not end in time; what they claimed is taken up when its lease ends");
        aborts.iter().for_each(AbortHandle::abort);
    }
    close(&house).await;
    Ok(())
}

/// Answers requests and sockets until `stop`, then finishes those that run. The worker is somebody else's.
pub async fn answer(house: &House, listener: TcpListener, stop: CancellationToken) {
    let running = connections::accept(listener, house.router.clone(), HEAD_TIMEOUT, stop).await;
    drain(house, running).await;
}

/// Sends sockets elsewhere and lets requests end.
async fn drain(house: &House, running: GracefulShutdown) {
    house.phase.drain();
    if timeout(SOCKETS_TIMEOUT, house.platform.realtime().close()).await.is_err() {
        tracing::warn!("some sockets did not close in time and are left behind");
    }
    if timeout(REQUESTS_TIMEOUT, running.shutdown()).await.is_err() {
        tracing::warn!("some requests were not finished in time and are left behind");
    }
}

/// Waits until the worker has ended what it claimed.
async fn finish(worker: JoinHandle<()>) {
    if let Err(error) = worker.await {
        tracing::error!(%error, "the worker did not end by itself");
    }
}

/// Closes the pools after the last query.
pub async fn close(house: &House) {
    match timeout(CLOSE_TIMEOUT, house.platform.db().close()).await {
        Ok(Ok(())) => {}
        Ok(Err(fault)) => tracing::warn!(cause = fault.chain(), "the database was not closed in peace"),
        Err(_) => tracing::warn!("the database was still in use and is left behind"),
    }
}

/// Folds histograms until the process ends.
pub async fn keep_metrics_small(metrics: metrics_exporter_prometheus::PrometheusHandle) {
    let mut ticks = tokio::time::interval(METRICS_INTERVAL);
    loop {
        ticks.tick().await;
        metrics.run_upkeep();
    }
}
