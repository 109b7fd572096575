//! Bringing a database up to date.

use frontdesk::compose::migrate;
use platform::db::Db;

use crate::harness::{Database, real_world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_bring_an_empty_database_up_to_date_once_on_postgres() {
    let database = Database::create_without_schema().await;
    let url = database.url().unwrap();
    let mut nodes = Vec::new();
    for _ in 0..4 {
        nodes.push(Db::open_postgres(url, 1, real_world()).await.unwrap());
    }
    let all: Vec<_> = nodes.iter().cloned().map(|db| tokio::spawn(async move { migrate(&db).await })).collect();
    let mut applied = Vec::new();
    for one in all {
        applied.push(one.await.unwrap().unwrap());
    }
    applied.sort_unstable();
    assert_eq!(applied, [0, 0, 0, migrations::names().len()]);
    for db in nodes {
        db.close().await.unwrap();
    }
    database.remove().await;
}
