//! How the databases read: by their indexes, however much one business has stored. What is looked at is the plan for the
//! very statements that the floor makes.

use platform::db::{Dialect, statement};
use sea_orm::{ConnectionTrait, Value};
use serde_json::json;

use super::House;
use crate::{
    deliveries::{browse as deliveries, store::claim::take_those},
    events::browse as events,
    model::{ChannelKind, DeliveryStatus, EventStatus},
};

const ROWS: usize = 10_000;
const PAGE: usize = 50;
/// Deliveries taken at one look.
const TAKEN: i64 = 256;

/// Ten thousand events of one business, each with a delivery that is due.
async fn fill(house: &House) {
    let db = house.delivery.platform().db();
    let event = house.state_for(house.tenant, json!("a@x.example")).await;
    house.run().await;
    // The ids need only differ; the columns are those of the one that was stated.
    let (bytes, numbers) = match db.dialect() {
        Dialect::Sqlite => (
            "randomblob(16)",
            "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT ?) SELECT n FROM n)",
        ),
        Dialect::Postgres => ("gen_random_uuid()", "(SELECT GENERATE_SERIES(1, ?::bigint) AS n)"),
    };
    let count = i64::try_from(ROWS).unwrap();
    let copies = [
        format!(
            "INSERT INTO events (id, tenant_id, type, spelling, data, status, source, actor, created_at, total) \
             SELECT {bytes}, e.tenant_id, e.type, e.spelling, e.data, 'processing', e.source, e.actor, e.created_at + m.n, 1 \
             FROM events e, {numbers} m WHERE e.id = ?"
        ),
        format!(
            "INSERT INTO deliveries (id, tenant_id, event_id, channel, recipient, status, due_at, created_at, updated_at) \
             SELECT {bytes}, e.tenant_id, e.id, 'email', 'p' || e.created_at || '@x.example', 'pending', e.created_at, \
             e.created_at, e.created_at FROM events e WHERE e.status = 'processing'"
        ),
        "ANALYZE".to_owned(),
    ];
    for (text, values) in copies.into_iter().zip([vec![count.into(), event.into()], vec![], vec![]]) {
        db.writer().execute_raw(statement(db.dialect(), &text, values)).await.unwrap();
    }
    let stored = house.rows("SELECT COUNT(*) FROM deliveries", vec![]).await;
    assert!(stored[0].try_get_by_index::<i64>(0).unwrap() >= count);
}

/// What the database means to do, line by line.
async fn plan_of(house: &House, text: &str, values: Vec<Value>) -> Vec<String> {
    let (explain, column) = match house.delivery.platform().db().dialect() {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN", 3),
        Dialect::Postgres => ("EXPLAIN", 0),
    };
    let lines = house.rows(&format!("{explain} {text}"), values).await;
    lines.iter().map(|line| line.try_get_by_index(column).unwrap()).collect()
}

/// Neither a whole table is read nor are all of a business's rows put in order.
fn check(name: &str, plan: &[String]) {
    assert!(!plan.is_empty(), "{name}");
    for line in plan {
        let reads_all = line.contains("Seq Scan on ") || (line.starts_with("SCAN ") && !line.contains("USING"));
        let sorts = line.contains("Sort Key") || line.contains("USE TEMP B-TREE");
        assert!(!reads_all && !sorts, "{name}:\n{}", plan.join("\n"));
    }
}

async fn lists_and_the_taking_of_work_are_read_by_indexes(house: House) {
    fill(&house).await;
    let dialect = house.delivery.platform().db().dialect();
    let tenant = house.tenant;
    let before = house.delivery.platform().world().id();
    for filter in [
        deliveries::Filter { limit: PAGE, ..Default::default() },
        deliveries::Filter { limit: PAGE, before: Some(before), ..Default::default() },
    ] {
        let (text, values) = deliveries::page_of(tenant, &filter);
        check("deliveries", &plan_of(&house, &text, values).await);
    }
    let before = house.delivery.platform().world().id();
    for filter in [
        events::Filter { limit: PAGE, ..Default::default() },
        events::Filter { limit: PAGE, before: Some(before), ..Default::default() },
        events::Filter { limit: PAGE, kind: Some("invoice.sent".to_owned()), ..Default::default() },
    ] {
        let (text, values) = events::page_of(tenant, &filter);
        check("events", &plan_of(&house, &text, values).await);
    }
    let now = house.now();
    let oldest = take_those(dialect, "due_at <= ?");
    check("the oldest", &plan_of(&house, &oldest, vec![now.into(), now.into(), TAKEN.into()]).await);
    let own = take_those(dialect, "tenant_id = ? AND due_at <= ?");
    check("one business's", &plan_of(&house, &own, vec![now.into(), tenant.into(), now.into(), TAKEN.into()]).await);
}

/// What few rows have is found where nothing else is: all others of the business are not read.
async fn a_list_of_what_is_seldom_is_read_by_an_index_of_its_own(house: House) {
    fill(&house).await;
    let db = house.delivery.platform().db();
    let endings = [
        "UPDATE deliveries SET status = 'sent', due_at = NULL WHERE status = 'pending'",
        "UPDATE events SET status = 'completed' WHERE status = 'processing'",
        "ANALYZE",
    ];
    for text in endings {
        db.writer().execute_raw(statement(db.dialect(), text, vec![])).await.unwrap();
    }
    use DeliveryStatus::{Cancelled, Dead, Failed, Held, Pending, Sending};
    for status in [Pending, Held, Sending, Failed, Cancelled, Dead] {
        for (channel, before) in [(None, None), (Some(ChannelKind::Email), Some(db.world().id()))] {
            let filter =
                deliveries::Filter { limit: PAGE, status: Some(status), channel, before, ..Default::default() };
            let (text, values) = deliveries::page_of(house.tenant, &filter);
            let plan = plan_of(&house, &text, values).await;
            check(status.as_str(), &plan);
            let is_own = |line: &String| line.contains("deliveries_seldom") || line.contains("deliveries_held");
            assert!(plan.iter().any(is_own), "{}:\n{}", status.as_str(), plan.join("\n"));
        }
    }
    use EventStatus as Event;
    for status in [Event::Pending, Event::Scheduled, Event::Processing, Event::Failed, Event::Cancelled] {
        for kind in [None, Some("invoice.sent".to_owned())] {
            let filter = events::Filter { limit: PAGE, status: Some(status), kind, ..Default::default() };
            let (text, values) = events::page_of(house.tenant, &filter);
            let plan = plan_of(&house, &text, values).await;
            check(status.as_str(), &plan);
            let is_own = |line: &String| line.contains("events_seldom");
            assert!(plan.iter().any(is_own), "{}:\n{}", status.as_str(), plan.join("\n"));
        }
    }
}

on_both_databases!(
    lists_and_the_taking_of_work_are_read_by_indexes,
    a_list_of_what_is_seldom_is_read_by_an_index_of_its_own,
);
