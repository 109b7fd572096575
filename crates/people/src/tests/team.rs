//! Members of several businesses, and what other floors ask about people.

use kernel::{Id, Right, Role};
use platform::http::auth::Authenticator;
use serde_json::json;

use super::{App, tenant_of, text};
use crate::{
    customers::{self, CustomerFilter},
    team::{self, NewMember, create_member},
    tenants,
};

async fn join(app: &App, tenant: kernel::Id<kernel::id::Tenant>, user: &serde_json::Value, role: Role) {
    let user = Id::parse(text(&user["user"]["id"])).unwrap();
    let tx = app.people.platform().db().begin().await.unwrap();
    team::store::insert(tx.conn(), tenant, user, role, tx.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_user_switches_between_businesses_and_signs_in_where_they_were_last(app: App) {
    let (one, two) = (app.owner("ann@example.com").await, app.owner("bob@example.com").await);
    let token = text(&two["accessToken"]);
    let to_one = json!({"tenantId": one["team"]["id"]});
    let switch = |body| app.ask("POST", "/api/auth/switch").bearer(token).json(body);
    assert_eq!(switch(to_one.clone()).send().await.refused(404), "NOT_FOUND");
    join(&app, tenant_of(&one), &two, Role::Staff).await;
    app.advance(std::time::Duration::from_secs(1));
    let switched = switch(to_one).send().await.expect(200)["data"].take();
    assert_eq!((&switched["team"]["id"], &switched["team"]["role"]), (&one["team"]["id"], &json!("staff")));
    let caller = app.people.authenticate(text(&switched["accessToken"])).await.unwrap();
    assert!(caller.tenant == tenant_of(&one) && caller.has(Right::Messages) && !caller.has(Right::MessagesAll));
    app.get("/api/auth/me", token).await.expect(200);
    let login = json!({"email": "bob@example.com", "password": "correct horse"});
    let again = app.post("/api/auth/login", login).await.expect(200)["data"].take();
    assert_eq!(again["team"]["id"], one["team"]["id"]);
    let me = app.get("/api/auth/me", text(&again["accessToken"])).await.expect(200);
    assert_eq!(me["data"]["memberships"].as_array().unwrap().len(), 2);
}

async fn a_closed_business_lets_nobody_in(app: App) {
    let owner = app.owner("ann@example.com").await;
    let tx = app.people.platform().db().begin().await.unwrap();
    tx.execute("UPDATE tenants SET suspended_at = 1", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    let login = json!({"email": "ann@example.com", "password": "correct horse"});
    assert_eq!(app.post("/api/auth/login", login).await.refused(403), "BUSINESS_SUSPENDED");
    assert_eq!(app.get("/api/auth/me", text(&owner["accessToken"])).await.refused(401), "UNAUTHORIZED");
    let guest = json!({"inviteCode": "demo-salon", "name": "Gus", "email": "gus@example.com"});
    assert_eq!(app.post("/api/customers/auth/guest", guest).await.refused(404), "NOT_FOUND");
}

async fn customers_are_listed_found_and_guarded(app: App) {
    let (one, two) = (app.owner("ann@example.com").await, app.owner("bob@example.com").await);
    let cara = app.customer(&one, "cara_x@example.com").await;
    let marked = app.customer(&one, "caraxx@example.com").await;
    let named = json!({"name": "Zoé Ñúñez"});
    let bearer = text(&marked["accessToken"]);
    app.ask("PATCH", "/api/customers/auth/me").bearer(bearer).json(named).send().await.expect(200);
    let (all, db) = (app.people.platform().db(), app.people.platform().db().read());
    let id = Id::parse(text(&cara["customer"]["id"])).unwrap();
    let list = |text: &str| CustomerFilter { text: Some(text.to_owned()), limit: 10, offset: 0 };
    let (found, total) = customers::list_customers(all, tenant_of(&one), &list("CARA_X@")).await.unwrap();
    assert_eq!((found.len(), total, found[0].id), (1, 1, id), "an underscore is plain text");
    let (page, total) =
        customers::list_customers(all, tenant_of(&one), &CustomerFilter { limit: 1, ..CustomerFilter::default() })
            .await
            .unwrap();
    assert_eq!((page.len(), total), (1, 2));
    for name in ["zoe nunez", "ZOÉ", "nu\u{301}ñ"] {
        assert_eq!(customers::list_customers(all, tenant_of(&one), &list(name)).await.unwrap().1, 1, "{name}");
    }
    assert_eq!(customers::list_customers(all, tenant_of(&two), &list("cara")).await.unwrap().1, 0);
    assert_eq!(customers::find_customers(db, tenant_of(&two), &[id]).await.unwrap().len(), 0);

    let owner = app.people.authenticate(text(&one["accessToken"])).await.unwrap();
    let stranger = app.people.authenticate(text(&two["accessToken"])).await.unwrap();
    let own = app.people.authenticate(text(&cara["accessToken"])).await.unwrap();
    let right = Right::MessagesAll;
    assert_eq!(customers::access_customer(db, &owner, id, right).await.unwrap().id, id);
    assert_eq!(customers::access_customer(db, &own, id, right).await.unwrap().id, id);
    assert_eq!(customers::access_customer(db, &stranger, id, right).await.unwrap_err().problem().status, 404);
}

async fn members_and_names_are_told(app: App) {
    let owner = app.owner("ann@example.com").await;
    let (tenant, password) = (tenant_of(&owner), "correct horse".to_owned());
    let new = NewMember { tenant, name: "Zoe".into(), email: "zoe@example.com".into(), password, role: Role::Staff };
    let zoe = create_member(&app.people, new.clone()).await.unwrap();
    assert_eq!(create_member(&app.people, new).await.unwrap_err().problem().code, "EMAIL_EXISTS");
    let db = app.people.platform().db().read();
    let members = team::find_members(db, tenant).await.unwrap();
    let shown: Vec<_> = members.iter().map(|m| (m.name.as_str(), m.role)).collect();
    assert_eq!(shown, [("Ann", Role::Owner), ("Zoe", Role::Staff)]);
    assert_eq!(team::find_user_names(db, &[zoe.id]).await.unwrap()[&zoe.id], "Zoe");
    let by_code = tenants::find_by_code_or_slug(&app.people, text(&owner["team"]["inviteCode"])).await.unwrap();
    assert_eq!(by_code.id, tenant);
}

on_both_databases![
    a_user_switches_between_businesses_and_signs_in_where_they_were_last,
    a_closed_business_lets_nobody_in,
    customers_are_listed_found_and_guarded,
    members_and_names_are_told,
];
