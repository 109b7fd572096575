//! What happens on every request costs little.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use kernel::Id;
use platform::http::auth::Authenticator;

use super::{App, tenant_of, text};
use crate::{customers, tenants};

async fn a_hot_request_asks_the_database_nothing(app: App) {
    let owner = app.owner("ann@example.com").await;
    let cara = app.customer(&owner, "cara@example.com").await;
    let cold = app.customer(&owner, "cold@example.com").await;
    let (user, customer) = (text(&owner["accessToken"]), text(&cara["accessToken"]));
    let code = text(&owner["team"]["inviteCode"]);
    app.people.authenticate(user).await.unwrap();
    app.people.authenticate(customer).await.unwrap();
    tenants::find_tenant(&app.people, tenant_of(&owner)).await.unwrap();
    tenants::find_by_code_or_slug(&app.people, code).await.unwrap();
    app.people.platform().db().close().await.unwrap();
    assert!(app.people.authenticate(user).await.unwrap().is_business());
    assert_eq!(&*app.people.authenticate(customer).await.unwrap().name, "Cara");
    assert!(tenants::find_tenant(&app.people, tenant_of(&owner)).await.unwrap().is_some());
    assert!(tenants::find_by_code_or_slug(&app.people, code).await.is_ok());
    // The database is really away: what is not remembered fails, and not as a refusal of the credential.
    let away = app.people.authenticate(text(&cold["accessToken"])).await.unwrap_err();
    assert!(away.problem().status >= 500);
}

async fn many_customers_are_found_in_one_question(app: App) {
    let owner = app.owner("ann@example.com").await;
    let mut ids = Vec::new();
    for n in 0..20 {
        let customer = app.customer(&owner, &format!("c{n}@example.com")).await;
        ids.push(Id::parse(text(&customer["customer"]["id"])).unwrap());
    }
    let asked = Arc::new(AtomicUsize::new(0));
    let mut db = app.people.platform().db().read().clone();
    let counter = asked.clone();
    db.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let found = customers::find_customers(&db, tenant_of(&owner), &ids).await.unwrap();
    assert_eq!((found.len(), asked.load(Ordering::SeqCst)), (20, 1));
    assert!(customers::find_customers(&db, tenant_of(&owner), &[]).await.unwrap().is_empty());
    assert_eq!(asked.load(Ordering::SeqCst), 1, "nobody is asked for nobody");
}

on_both_databases![a_hot_request_asks_the_database_nothing, many_customers_are_found_in_one_question,];
