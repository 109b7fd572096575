//! What an operator reads when PostgreSQL cannot be used at start: where it was looked for, why that failed, what to do. Never
//! the password.

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::timeout;

use super::ACQUIRE_TIMEOUT;
use crate::Fault;

/// The fault for a pool that could not be opened.
pub(super) async fn explain(options: &PgConnectOptions, error: sqlx::Error) -> Fault {
    let cause = match error {
        // The pool tried again and again and forgot why; one more attempt tells.
        sqlx::Error::PoolTimedOut => match timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(options)).await {
            Ok(Ok(_)) => "it was too slow to answer".to_owned(),
            Ok(Err(cause)) => cause.to_string(),
            Err(_) => "nobody answered in time".to_owned(),
        },
        other => other.to_string(),
    };
    let place = match options.get_socket() {
        Some(socket) => format!("at the socket {}", socket.display()),
        None => format!("at host {}, port {}", options.get_host(), options.get_port()),
    };
    let database = options.get_database().unwrap_or(options.get_username());
    Fault::internal(
        "starting",
        format!(
            "PostgreSQL cannot be used {place}, database {database}: {cause}. Start it or make that database, put its address \
             into DATABASE_URL, or leave DATABASE_URL out to use SQLite"
        ),
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::World;

    use crate::{
        clock::{OsEntropy, SystemClock},
        db::Db,
    };

    #[tokio::test]
    async fn a_postgres_that_is_away_is_named_without_its_password() {
        let world = World::new(Arc::new(SystemClock), Arc::new(OsEntropy));
        let away = Db::open_postgres("postgres://desk:open-sesame@127.0.0.1:1/salon", 1, world).await;
        let said = away.err().map(|fault| fault.chain()).unwrap_or_default();
        for part in ["127.0.0.1", "port 1", "database salon", "refused", "DATABASE_URL"] {
            assert!(said.contains(part), "{part} is missing in: {said}");
        }
        assert!(!said.contains("open-sesame"), "{said}");
    }
}
