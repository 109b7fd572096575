//! `frontdesk serve`: settings, simulators, migrations, listener, worker, and an orderly end.

use std::{net::SocketAddr, time::Duration};

use kernel::World;
use platform::{Fault, config::Config, crypto::PasswordParams, telemetry};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Failure, choose_cryptography, real_world, runtime, say};
use crate::{
    compose::{self, compose},
    folder,
    phase::Phase,
    serve, simulated,
};

/// How long a node that was told to end still accepts, with readiness at 503, so that load balancers look elsewhere first.
const NOTICE: Duration = Duration::from_secs(1);
/// How long blocking work may hold up the end of the runtime.
const RUNTIME_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) fn serve() -> Result<(), Failure> {
    let config = Config::from_env()?;
    choose_cryptography();
    let traces = telemetry::start_logs_and_traces(&config)?;
    let runtime = runtime(&config)?;
    let served = runtime.block_on(serve_until_told(config, real_world()));
    runtime.shutdown_timeout(RUNTIME_TIMEOUT);
    traces.end();
    served
}

async fn serve_until_told(mut config: Config, world: World) -> Result<(), Failure> {
    let phase = Phase::new();
    let _held = folder::hold(&config)?;
    let metrics = telemetry::start_metrics()?;
    let address = SocketAddr::new(config.host, config.port);
    let listener = serve::listen(address).map_err(|e| serve::explain(address, e))?;
    let address = listener.local_addr().map_err(|e| Fault::internal("listening", e))?;
    let simulators = simulated::start(&mut config, &world).await?;
    let platform = compose::open_platform(config, world, PasswordParams::default()).await?;
    compose::migrate(platform.db()).await?;
    let house = compose(platform, metrics.clone(), phase.clone());
    house.platform.db().hear_signals().await?;
    let upkeep = tokio::spawn(serve::keep_metrics_small(metrics));
    let mail = simulators
        .as_ref()
        .map(|simulators| tokio::spawn(simulated::hand_on_mail(house.delivery.clone(), simulators.mailbox().clone())));
    let stop = stop_on_signals(phase.clone())?;
    phase.open();
    say(&format!("Frontdesk answers on http://{address}"))?;
    if let Some(simulators) = &simulators {
        say(&format!("Simulators are on: mail that leaves is shown at http://{}/mailbox", simulators.http_addr()))?;
    }
    tracing::info!(%address, startup = ?phase.uptime(), "ready");
    let ended = serve::run(house, listener, stop).await;
    upkeep.abort();
    if let Some(mail) = mail {
        mail.abort();
    }
    if let Some(simulators) = simulators {
        simulators.stop().await;
    }
    tracing::info!("everything is finished and closed");
    Ok(ended?)
}

/// SIGTERM gives notice first; Ctrl-C means now.
fn stop_on_signals(phase: Phase) -> Result<CancellationToken, Failure> {
    let listen = |kind| signal(kind).map_err(|e| Fault::internal("listening for signals", e));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {
                tracing::info!("told to end: draining");
                phase.drain();
                tokio::select! {
                    () = tokio::time::sleep(NOTICE) => {}
                    _ = interrupt.recv() => {}
                }
            }
            _ = interrupt.recv() => tracing::info!("interrupted: draining"),
        }
        told.cancel();
    });
    Ok(stop)
}
