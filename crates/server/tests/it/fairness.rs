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
/// Of these, so many stand in line for a connection when the other business comes.
const IN_LINE: i64 = 400;
/// So many may leave before the other's: those on the open connections, one turn, and a few while it comes into line.
const BEFORE_IT_MAX: u64 = 30;
const QUIET: &str = "only@example.com";

async fn state(app: &App, business: &Business, to: Value) -> String {
    let data = json!({"invoice_id": 1, "client_email": to, "invoice_number": "7", "total_amount": 10});
    let body = json!({"event_type": "invoice:sent", "event_data": data});
    let accepted = app.post("/api/events").bearer(&business.token).json(body).send().await.expect(202);
    text(&accepted["data"]["event_id"]).to_owned()
}

/// Waits until so many mails of a business stand so.
async fn until(app: &App, business: &Business, status: &str, count: i64) {
    let sql = "SELECT COUNT(*) FROM deliveries WHERE channel = 'email' AND status = ? AND tenant_id = ?";
    let tenant: Id<id::Tenant> = Id::parse(&business.id).unwrap();
    let values = || vec![status.into(), tenant.into()];
    let waiting = async {
        while app.count(sql, values()).await < count {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(SOON, waiting).await;
    assert!(in_time.is_ok(), "{} instead of {count} {status}", app.count(sql, values()).await);
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
        // A business sends no faster than its pace; each second of the clock lets the next hundred come into line.
        for second in 1..=5 {
            until(&app, &busy, "sending", second * IN_LINE / 5).await;
            app.advance(Duration::from_secs(1));
            take_one(&app).await;
        }

        let before = app.mailbox().last_id();
        state(&app, &quiet, json!(QUIET)).await;
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
