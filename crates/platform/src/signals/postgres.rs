//! Signals between processes through PostgreSQL's `LISTEN` and `NOTIFY`. The listening connection is one beside the pool. It
//! is asked now and then whether it still lives, because a connection that was cut without a word looks like one on which
//! nothing is said.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::time::{sleep, timeout};

use super::{Signal, Signals, WORK_DUE, wire};
use crate::{Fault, Result, db::Tx};

/// The channel of all processes on one database.
const CHANNEL: &str = "frontdesk_signals";
/// After so long without a word the connection is asked whether it lives.
const SILENCE_MAX: Duration = Duration::from_secs(10);
/// How long it may take to answer, and to be made.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause before a lost connection is made again.
const RETRY_PAUSE: Duration = Duration::from_millis(500);
/// Others are told that work is due at most this often.
const WORK_TOLD_EVERY: Duration = Duration::from_millis(200);

impl Signals {
    /// Puts the signals of a transaction into its commit.
    pub(crate) async fn notify_in(&self, tx: &Tx, signals: &[Signal]) -> Result<()> {
        let pieces = wire::pack(self.inner.node, signals).map_err(|e| Fault::internal("writing signals", e))?;
        for piece in pieces {
            tx.execute("SELECT pg_notify(?, ?)", vec![CHANNEL.into(), piece.into()]).await?;
        }
        Ok(())
    }

    /// Listens to the other processes from now on, until the handle to the database is closed.
    pub(crate) async fn hear(&self, pool: &PgPool) -> Result<()> {
        let ear = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ANSWER_TIMEOUT)
            .connect_lazy_with(pool.connect_options().as_ref().clone());
        let listener = listen(&ear).await.map_err(|e| Fault::internal("listening for signals", e))?;
        let signals = self.clone();
        self.keep(&tokio::spawn(async move { signals.keep_hearing(ear, listener).await }));
        let (signals, pool) = (self.clone(), pool.clone());
        self.keep(&tokio::spawn(async move { signals.keep_telling(pool).await }));
        Ok(())
    }

    async fn keep_hearing(&self, ear: PgPool, mut listener: PgListener) {
        loop {
            let lost = self.hear_until_lost(&mut listener).await;
            tracing::warn!(cause = %lost, "signals of other processes are not heard; trying again");
            drop(listener);
            listener = loop {
                sleep(RETRY_PAUSE).await;
                match listen(&ear).await {
                    Ok(listener) => break listener,
                    Err(error) => tracing::debug!(%error, "signals are still not heard"),
                }
            };
            tracing::info!("signals of other processes are heard again; what was remembered is forgotten");
            self.bridge_gap();
        }
    }

    /// Hears until the connection is gone; gives the reason.
    async fn hear_until_lost(&self, listener: &mut PgListener) -> String {
        loop {
            match timeout(SILENCE_MAX, listener.try_recv()).await {
                Ok(Ok(Some(notification))) => self.hear_piece(notification.payload()),
                Ok(Ok(None)) => return "the connection was closed".to_owned(),
                Ok(Err(error)) => return error.to_string(),
                Err(_) => match timeout(ANSWER_TIMEOUT, sqlx::query("SELECT 1").execute(&mut *listener)).await {
                    Ok(Ok(_)) => {}
                    Ok(Err(error)) => return error.to_string(),
                    Err(_) => return "the connection does not answer".to_owned(),
                },
            }
        }
    }

    fn hear_piece(&self, text: &str) {
        match serde_json::from_str::<wire::Heard>(text) {
            Ok(heard) if heard.node == self.inner.node => {}
            Ok(heard) => heard.signals.iter().for_each(|(topic, key)| self.dispatch(topic, key)),
            Err(error) => {
                // What it would have said is not known, so everything may be stale.
                tracing::error!(%error, "a signal of another process could not be read");
                self.bridge_gap();
            }
        }
    }

    async fn keep_telling(&self, pool: PgPool) {
        loop {
            self.inner.work.notified().await;
            // Nothing is lost when this fails: the others look by themselves each second.
            if let Err(fault) = self.tell_work(&pool).await {
                tracing::debug!(cause = fault.chain(), "others could not be told that work is due");
            }
            sleep(WORK_TOLD_EVERY).await;
        }
    }

    async fn tell_work(&self, pool: &PgPool) -> Result<()> {
        let pieces = wire::pack(self.inner.node, &[Signal::new(&WORK_DUE, &())?]);
        let pieces = pieces.map_err(|e| Fault::internal("writing a signal", e))?;
        for piece in pieces {
            let told = sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(piece).execute(pool).await;
            told.map_err(|e| Fault::internal("telling that work is due", e))?;
        }
        Ok(())
    }
}

async fn listen(ear: &PgPool) -> std::result::Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(ear).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}
