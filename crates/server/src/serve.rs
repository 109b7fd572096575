//! Answering, and ceasing to. The end is designed: readiness turns to 503 first, then nobody new is let in, sockets are
//! closed so that their clients go elsewhere, requests that run are finished, the worker ends what it claimed, and the
//! pools close last. Each step has a bound; what does not end in time is picked up by its lease on another node.

use std::{net::SocketAddr, time::Duration};

use platform::Result;
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    compose::House,
    connections::{self, HEAD_TIMEOUT},
    jobs,
};

/// How long requests that run may take to end.
pub const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the worker may take to end what it claimed; with the time above inside the 30 s that orchestrators give.
pub const WORKER_TIMEOUT: Duration = Duration::from_secs(25);
/// How long live sockets may take to close.
const SOCKETS_TIMEOUT: Duration = Duration::from_secs(2);
/// How long the pools may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);
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

/// Runs everything until `stop`, then drains and closes.
pub async fn run(house: House, listener: TcpListener, stop: CancellationToken) -> Result<()> {
    jobs::book_all(&house.platform).await?;
    let stop_worker = CancellationToken::new();
    let worker = tokio::spawn({
        let (jobs, stop) = (house.platform.jobs().clone(), stop_worker.clone());
        async move { jobs.run(stop).await }
    });
    answer(&house, listener, stop).await;
    stop_worker.cancel();
    finish("the worker", worker, WORKER_TIMEOUT).await;
    close(&house).await;
    Ok(())
}

/// Answers requests and sockets until `stop`, then finishes those that run. The worker is somebody else's.
pub async fn answer(house: &House, listener: TcpListener, stop: CancellationToken) {
    let running = connections::accept(listener, house.router.clone(), HEAD_TIMEOUT, stop).await;
    house.phase.drain();
    if timeout(SOCKETS_TIMEOUT, house.platform.realtime().close()).await.is_err() {
        tracing::warn!("some sockets did not close in time and are left behind");
    }
    if timeout(DRAIN_TIMEOUT, running.shutdown()).await.is_err() {
        tracing::warn!("some requests were not finished in time and are left behind");
    }
}

/// Waits for a task within a bound, then leaves it behind.
async fn finish<T>(what: &str, task: JoinHandle<T>, within: Duration) {
    let abort = task.abort_handle();
    match timeout(within, task).await {
        Ok(Ok(_)) => tracing::debug!(what, "finished"),
        Ok(Err(error)) => tracing::error!(what, %error, "did not end by itself"),
        Err(_) => {
            tracing::warn!(what, "not finished in time and left behind");
            abort.abort();
        }
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
