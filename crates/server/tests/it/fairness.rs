//! A mail server that is never in a hurry: whoever has thousands waiting there does not keep the one mail of another business
//! from leaving. Real mails over real connections; sends are counted, not seconds.

use std::time::Duration;

use kernel::{Id, id};
use serde_json::{Value, json};
use simulators::{Fault, Stage};
use tokio_util::sync::CancellationToken;

use crate::harness::{App, Business, SOON, text};

/// Mails that one business has waiting.
const MANY: usize = 2_000;
/// Of these, so many stand in line for a connection when the other business comes,
const IN_LINE: i64 = 200;
/// and so many more may have been taken from the database a moment ago, to be put back for their pace.
const CLAIMED_AT_ONCE: i64 = 256;
/// A business sends no faster than its pace, so they come into line over some seconds, but not over more than this.
const SECONDS_MAX: usize = 60;
/// So many may leave before the other's: those on the open connections, one turn, and a few while it comes into line.
const BEFORE_IT_MAX: u64 = 30;
const QUIET: &str = "only@example.com";

async fn state(app: &App, business: &Business, to: Value) -> String {
    let data = json!({"invoice_id": 1, "client_email": to, "invoice_number": "7", "total_amount": 10});
    let body = json!({"event_type": "invoice:sent", "event_data": data});
    let accepted = app.post("/api/events").bearer(&business.token).json(body).send().await.expect(202);
    text(&accepted["data"]["event_id"]).to_owned()
}

/// Mails of a business for which this holds.
async fn count(app: &App, business: &Business, condition: &str, value: sea_orm::Value) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM deliveries WHERE channel = 'email' AND tenant_id = ? AND {condition} ?");
    let tenant: Id<id::Tenant> = Id::parse(&business.id).unwrap();
    app.count(&sql, vec![tenant.into(), value]).await
}

async fn sending(app: &App, business: &Business) -> i64 {
    count(app, business, "status =", "sending".into()).await
}

/// Waits until nothing of a business is due that the worker has not looked at, and so many or more are in its hands.
async fn taken(app: &App, business: &Business, least: i64) {
    let due = || count(app, business, "due_at <=", app.world().now().into());
    let waiting = async {
        while due().await > 0 || sending(app, business).await < least {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(SOON, waiting).await;
    assert!(in_time.is_ok(), "{} are due and wait, {} in line", due().await, sending(app, business).await);
}

/// Lets the mail server take one more mail, and waits until it did.
async fn take_one(app: &App) {
    let last = app.mailbox().last_id();
    app.mail_faults().permits().add_permits(1);
    let taken = tokio::time::timeout(SOON, app.mailbox().next_after(last)).await;
    assert!(taken.is_ok(), "no mail left");
}

both_databases! {
    async fn a_backlog_at_a_slow_mail_server_does_not_hold_up_the_mail_of_another(app: App) {
        let (busy, quiet) = (app.settled_business("Busy").await, app.settled_business("Quiet").await);
        app.mail_faults().set(vec![Fault::Wait { at: Stage::Message }.into()]).unwrap();
        let stop = CancellationToken::new();
        let running = tokio::spawn({
            let (delivery, stop) = (app.house().delivery.clone(), stop.clone());
            async move { delivery.run(stop).await }
        });
        let many: Vec<String> = (0..MANY).map(|n| format!("p{n}@example.com")).collect();
        state(&app, &busy, json!(many)).await;
        taken(&app, &busy, 1).await;
        for second in 1.. {
            assert!(second < SECONDS_MAX, "{} in line", sending(&app, &busy).await);
            app.advance(Duration::from_secs(1));
            take_one(&app).await;
            taken(&app, &busy, 1).await;
            if sending(&app, &busy).await >= IN_LINE + CLAIMED_AT_ONCE {
                break;
            }
        }

        let before = app.mailbox().last_id();
        state(&app, &quiet, json!(QUIET)).await;
        taken(&app, &quiet, 1).await;
        while app.mailbox().list_for(QUIET).is_empty() {
            let gone = app.mailbox().last_id() - before;
            assert!(gone < BEFORE_IT_MAX, "{gone} of the other business went first");
            take_one(&app).await;
        }
        let sql = "SELECT COUNT(*) FROM deliveries WHERE channel = 'email' AND status IN ('pending', 'sending')";
        let left = app.count(sql, vec![]).await;
        assert!(usize::try_from(left).unwrap() > MANY * 9 / 10, "the backlog is still there: {left}");

        app.expect_leftovers();
        app.mail_faults().clear();
        app.mail_faults().permits().add_permits(MANY);
        stop.cancel();
        running.await.unwrap();
    }
}
