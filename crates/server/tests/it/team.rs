//! A team: invited by mail, each with a role that nobody reaches above, never without an owner.

use std::time::Duration;

use kernel::Role;
use serde_json::{Value, json};

use crate::{
    accounts::Authenticator,
    harness::{App, Business, Member, PASSWORD, Reply, SOON, text},
    signals::{ended_at_once, on_two_nodes},
};

async fn invite(app: &App, token: &str, email: &str, role: &str) -> Reply {
    app.post("/api/team/invitations").bearer(token).json(json!({"email": email, "role": role})).send().await
}

/// The secret of the newest link to this address.
async fn mailed(app: &App, email: &str) -> String {
    app.run_due_jobs().await;
    let mails = app.mailbox().list_for(email);
    let invitations = mails.iter().filter_map(|mail| Some((mail.id, mail.text.split_once("/invitation?token=")?)));
    let (_, (_, rest)) = invitations.max_by_key(|(id, _)| *id).expect("an invitation was mailed with its link");
    rest.split_whitespace().next().unwrap().to_owned()
}

/// The types of what somebody reads in the notice centre.
async fn notices(app: &App, token: &str) -> Vec<String> {
    let lines = app.get("/api/notifications").bearer(token).send().await.data(200);
    lines.as_array().unwrap().iter().map(|line| text(&line["type"]).to_owned()).collect()
}

async fn accept(app: &App, bearer: &str, token: &str) -> Reply {
    let body = json!({"token": token, "name": "Nia New", "password": PASSWORD});
    app.post("/api/invitations/accept").bearer(bearer).json(body).send().await
}

async fn set_role(app: &App, token: &str, user: &str, role: &str) -> Reply {
    app.put(&format!("/api/team/{user}")).bearer(token).json(json!({"role": role})).send().await
}

async fn remove(app: &App, token: &str, user: &str) -> Reply {
    app.delete(&format!("/api/team/{user}")).bearer(token).send().await
}

async fn login(app: &App, email: &str) -> Value {
    app.post("/api/auth/login").json(json!({"email": email, "password": PASSWORD})).send().await.data(200)
}

/// Actions in the log of a business, oldest first, with their details.
async fn log(app: &App, business: &Business, prefix: &str) -> Vec<(String, Value)> {
    let sql = "SELECT action, details FROM audit_log WHERE tenant_id = ? ORDER BY id";
    let rows = app.rows(sql, vec![business.tenant().into()]).await;
    let line = |row: &sea_orm::QueryResult| {
        let details: String = row.try_get("", "details").unwrap();
        (row.try_get::<String>("", "action").unwrap(), serde_json::from_str(&details).unwrap())
    };
    rows.iter().map(line).filter(|(action, _)| action.starts_with(prefix)).collect()
}

async fn admin(app: &App, business: &Business) -> Member {
    app.member(business, Role::Admin).await
}

both_databases! {
    async fn somebody_new_joins_by_the_mailed_link_once(app: App) {
        let salon = app.business("Salon").await;
        let invited = invite(&app, &salon.token, " Nia@Example.com ", "manager").await.data(201);
        assert_eq!(invited["invitation"]["email"], "nia@example.com");
        assert_eq!(invite(&app, &salon.token, "nia@example.com", "staff").await.refused(409), "ALREADY_INVITED");
        let token = mailed(&app, "nia@example.com").await;
        let page = app.get(&format!("/api/invitations/{token}")).send().await.data(200);
        let expected = json!({"businessName": "Salon", "email": "nia@example.com", "name": null, "role": "manager",
            "invitedBy": "Olive Owner", "needsAccount": true});
        assert_eq!(page, expected);
        let stored = app.count("SELECT COUNT(*) FROM invitations WHERE digest IS NOT NULL", vec![]).await;
        assert_eq!(stored, 1, "by its digest");
        let weak = json!({"token": token, "name": "Nia", "password": "short"});
        assert_eq!(app.post("/api/invitations/accept").json(weak).send().await.fields(), ["password/TOO_SHORT"]);
        let joined = accept(&app, "", &token).await.data(200);
        assert_eq!((&joined["team"]["id"], &joined["team"]["role"]), (&json!(salon.id), &json!("manager")));
        assert_eq!(joined["user"]["emailVerified"], true, "only who reads the mail has the link");
        assert_eq!(accept(&app, "", &token).await.refused(400), "INVALID_INVITATION");
        let again = login(&app, "nia@example.com").await;
        let team = app.get("/api/team").bearer(text(&again["accessToken"])).send().await.data(200);
        let members = team["members"].as_array().unwrap();
        assert_eq!((members.len(), &team["invitations"]), (2, &json!([])));
        let me = members.iter().find(|member| member["isYou"] == true).unwrap();
        assert_eq!((&me["role"], &me["name"]), (&json!("manager"), &json!("Nia New")));
        assert!(!me["lastSeenAt"].is_null() && !me["joinedAt"].is_null());
        assert_eq!(invite(&app, &salon.token, "nia@example.com", "staff").await.refused(409), "ALREADY_MEMBER");
        let lines: Vec<String> = log(&app, &salon, "member.").await.into_iter().map(|(action, _)| action).collect();
        assert_eq!(lines, ["member.invited", "member.joined"]);
    }

    async fn somebody_with_an_account_joins_signed_in_and_switches(app: App) {
        let (salon, spa) = (app.business("Salon").await, app.business("Spa").await);
        invite(&app, &salon.token, &spa.email, "staff").await.data(201);
        let token = mailed(&app, &spa.email).await;
        assert_eq!(app.get(&format!("/api/invitations/{token}")).send().await.data(200)["needsAccount"], false);
        let bare = app.post("/api/invitations/accept").json(json!({"token": token})).send().await;
        assert_eq!(bare.refused(409), "EMAIL_EXISTS");
        assert_eq!(accept(&app, &salon.token, &token).await.refused(403), "INVITATION_FOR_ANOTHER");
        let customer = app.customer(&salon).await;
        assert_eq!(accept(&app, &customer.token, &token).await.refused(403), "INVITATION_FOR_ANOTHER");
        let joined = accept(&app, &spa.token, &token).await.data(200);
        assert_eq!((&joined["team"]["id"], &joined["user"]["id"]), (&json!(salon.id), &json!(spa.owner_id)));
        let me = app.get("/api/auth/me").bearer(text(&joined["accessToken"])).send().await.data(200);
        assert_eq!(me["memberships"].as_array().unwrap().len(), 2);
        let back = app.post("/api/auth/switch").bearer(text(&joined["accessToken"])).json(json!({"tenantId": spa.id}));
        assert_eq!(back.send().await.data(200)["team"]["role"], "owner");
        // Rights there are no rights here.
        assert_eq!(app.get("/api/team").bearer(text(&joined["accessToken"])).send().await.refused(403), "FORBIDDEN");
        app.get("/api/team").bearer(&spa.token).send().await.data(200);
    }

    async fn a_link_is_good_for_seven_days_until_it_is_sent_again_or_withdrawn(app: App) {
        let salon = app.business("Salon").await;
        let invited = invite(&app, &salon.token, "nia@example.com", "staff").await.data(201);
        let path = format!("/api/team/invitations/{}", text(&invited["invitation"]["id"]));
        let first = mailed(&app, "nia@example.com").await;
        let shown = |token: String| { let app = app.clone(); async move { app.get(&format!("/api/invitations/{token}")).send().await } };
        shown(first.clone()).await.data(200);
        app.post(&format!("{path}/resend")).bearer(&salon.token).send().await.data(200);
        let second = mailed(&app, "nia@example.com").await;
        assert_eq!(shown(first).await.refused(400), "INVALID_INVITATION");
        app.advance(Duration::from_secs(7 * 24 * 3600 - 1));
        shown(second.clone()).await.data(200);
        app.advance(Duration::from_secs(1));
        assert_eq!(shown(second.clone()).await.refused(400), "INVALID_INVITATION");
        assert_eq!(accept(&app, "", &second).await.refused(400), "INVALID_INVITATION");
        // One that has expired does not stand in the way of a new one.
        let owner = login(&app, &salon.email).await;
        let token = text(&owner["accessToken"]);
        let anew = invite(&app, token, "nia@example.com", "staff").await.data(201);
        let third = mailed(&app, "nia@example.com").await;
        let path = format!("/api/team/invitations/{}", text(&anew["invitation"]["id"]));
        app.delete(&path).bearer(token).send().await.data(200);
        assert_eq!(accept(&app, "", &third).await.refused(400), "INVALID_INVITATION");
        assert_eq!(app.delete(&path).bearer(token).send().await.refused(404), "NOT_FOUND");
    }

    async fn of_two_who_follow_one_link_one_joins(app: App) {
        let salon = app.business("Salon").await;
        invite(&app, &salon.token, "nia@example.com", "staff").await.data(201);
        let token = mailed(&app, "nia@example.com").await;
        let (one, two) = tokio::join!(accept(&app, "", &token), accept(&app, "", &token));
        let mut given = [one.status.as_u16(), two.status.as_u16()];
        given.sort_unstable();
        assert!(given == [200, 400] || given == [200, 409], "{given:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM memberships", vec![]).await, 2);
    }

    async fn nobody_reaches_above_their_own_role(app: App) {
        let salon = app.business("Salon").await;
        let (admin, manager, staff) =
            (admin(&app, &salon).await, app.member(&salon, Role::Manager).await, app.member(&salon, Role::Staff).await);
        assert_eq!(invite(&app, &admin.token, "a@example.com", "owner").await.refused(403), "FORBIDDEN");
        invite(&app, &admin.token, "a@example.com", "admin").await.data(201);
        assert_eq!(invite(&app, &manager.token, "b@example.com", "staff").await.refused(403), "FORBIDDEN");
        assert_eq!(set_role(&app, &admin.token, &salon.owner_id, "staff").await.refused(403), "FORBIDDEN");
        assert_eq!(set_role(&app, &admin.token, &staff.id, "owner").await.refused(403), "FORBIDDEN");
        assert_eq!(set_role(&app, &admin.token, &admin.id, "owner").await.refused(403), "FORBIDDEN");
        assert_eq!(remove(&app, &admin.token, &salon.owner_id).await.refused(403), "FORBIDDEN");
        assert_eq!(remove(&app, &manager.token, &staff.id).await.refused(403), "FORBIDDEN");
        assert_eq!(set_role(&app, &salon.token, &staff.id, "chief").await.fields(), ["role/INVALID_VALUE"]);
        set_role(&app, &admin.token, &staff.id, "manager").await.data(200);
        app.get("/api/team").bearer(&staff.token).send().await.data(200);
        let table = app.get("/api/team/roles").bearer(&staff.token).send().await.data(200);
        assert_eq!(table["roles"].as_array().unwrap().len(), 4);
        assert!(table["rights"].as_array().unwrap().iter().all(|right| right["roles"][0] == "owner"));
    }

    async fn what_decides_about_safety_and_the_address_is_not_for_managers(app: App) {
        let salon = app.business("Salon").await;
        let (admin, manager) = (admin(&app, &salon).await, app.member(&salon, Role::Manager).await);
        let change = |token: &str, body: Value| app.patch("/api/settings/business").bearer(token).json(body).send();
        for body in [
            json!({"requireTwoFactor": false}), json!({"slug": "salon-anew"}), json!({"embedOrigins": []}),
            json!({"about": "We cut hair", "slug": "salon-anew"}),
        ] {
            assert_eq!(change(&manager.token, body.clone()).await.refused(403), "FORBIDDEN", "{body}");
            change(&admin.token, body).await.data(200);
        }
        let shown = change(&manager.token, json!({"about": "We cut hair and beards"})).await.data(200);
        assert_eq!((&shown["about"], &shown["slug"]), (&json!("We cut hair and beards"), &json!("salon-anew")));
    }

    async fn a_business_is_never_without_an_owner(app: App) {
        let salon = app.business("Salon").await;
        let admin = admin(&app, &salon).await;
        assert_eq!(remove(&app, &salon.token, &salon.owner_id).await.refused(409), "LAST_OWNER");
        assert_eq!(set_role(&app, &salon.token, &salon.owner_id, "admin").await.refused(409), "LAST_OWNER");
        set_role(&app, &salon.token, &admin.id, "owner").await.data(200);
        // Both go at once: one stays.
        let (one, two) = tokio::join!(
            remove(&app, &salon.token, &salon.owner_id), remove(&app, &admin.token, &admin.id));
        let mut given = [one.status.as_u16(), two.status.as_u16()];
        given.sort_unstable();
        assert_eq!(given, [200, 409]);
        assert_eq!(app.count("SELECT COUNT(*) FROM memberships WHERE role = 'owner'", vec![]).await, 1);
    }

    async fn a_new_role_counts_at_once_and_brings_sockets_back_with_new_rights(app: App) {
        let salon = app.business("Salon").await;
        let staff = app.member(&salon, Role::Staff).await;
        let socket = app.socket(&staff.token).await;
        assert_eq!(app.get("/api/events").bearer(&staff.token).send().await.refused(403), "FORBIDDEN");
        set_role(&app, &salon.token, &staff.id, "manager").await.data(200);
        assert_eq!(ended_at_once(&socket).await, "your role was changed");
        app.get("/api/events").bearer(&staff.token).send().await.data(200);
        let socket = app.socket(&staff.token).await;
        let (customer, service) = (app.customer(&salon).await, app.service(&salon).await);
        app.booking(&salon, &customer, &service, "2026-11-23T07:00:00Z").await;
        socket.expect("appointment_created").await;
        let lines = log(&app, &salon, "member.role").await;
        assert_eq!(lines[0].1, json!({"before": {"role": "staff"}, "after": {"role": "manager"}}));
        // The same role again changes nothing.
        set_role(&app, &salon.token, &staff.id, "manager").await.data(200);
        assert_eq!(log(&app, &salon, "member.role").await.len(), 1);
    }

    async fn who_is_removed_is_out_at_once_and_stays_elsewhere(app: App) {
        let (salon, spa) = (app.business("Salon").await, app.business("Spa").await);
        invite(&app, &salon.token, &spa.email, "manager").await.data(201);
        let token = mailed(&app, &spa.email).await;
        let joined = accept(&app, &spa.token, &token).await.data(200);
        let there = text(&joined["accessToken"]);
        let (out, stays) = (app.socket(there).await, app.socket(&spa.token).await);
        app.get("/api/team").bearer(there).send().await.data(200);
        remove(&app, &salon.token, &spa.owner_id).await.data(200);
        assert_eq!(ended_at_once(&out).await, "you are no longer a member of this team");
        assert_eq!(app.get("/api/auth/me").bearer(there).send().await.refused(401), "UNAUTHORIZED");
        let refresh = json!({"refreshToken": joined["refreshToken"]});
        assert_eq!(app.post("/api/auth/refresh").json(refresh).send().await.refused(401), "INVALID_REFRESH_TOKEN");
        app.get("/api/auth/me").bearer(&spa.token).send().await.data(200);
        assert!(stays.arrived().iter().all(|event| event != "session_ended"));
        assert_eq!(remove(&app, &salon.token, &spa.owner_id).await.refused(404), "NOT_FOUND");
        let staff = app.member(&salon, Role::Staff).await;
        remove(&app, &staff.token, &staff.id).await.data(200);
        let lines: Vec<String> = log(&app, &salon, "member.").await.into_iter().map(|(action, _)| action).collect();
        for action in ["member.removed", "member.added", "member.left"] {
            assert_eq!(lines.iter().filter(|line| *line == action).count(), 1, "{action}: {lines:?}");
        }
    }

    async fn the_owner_hands_the_business_over_with_their_password(app: App) {
        let salon = app.business("Salon").await;
        let admin = admin(&app, &salon).await;
        let hand = |token: String, user: String, password: &'static str| {
            let app = app.clone();
            let body = json!({"userId": user, "password": password});
            async move { app.post("/api/team/transfer").bearer(&token).json(body).send().await }
        };
        let (owner, other) = (salon.token.clone(), admin.id.clone());
        assert_eq!(hand(admin.token.clone(), other.clone(), PASSWORD).await.refused(403), "FORBIDDEN");
        assert_eq!(hand(owner.clone(), other.clone(), "not this one").await.fields(), ["password/WRONG"]);
        assert_eq!(hand(owner.clone(), salon.owner_id.clone(), PASSWORD).await.fields(), ["userId/INVALID_VALUE"]);
        let stranger = app.business("Spa").await.owner_id;
        assert_eq!(hand(owner.clone(), stranger, PASSWORD).await.refused(404), "NOT_FOUND");
        hand(owner.clone(), other.clone(), PASSWORD).await.data(200);
        let team = app.get("/api/team").bearer(&admin.token).send().await.data(200);
        let role_of = |id: &str| {
            let members = team["members"].as_array().unwrap();
            members.iter().find(|member| member["id"] == id).unwrap()["role"].clone()
        };
        assert_eq!((role_of(&other), role_of(&salon.owner_id)), (json!("owner"), json!("admin")));
        assert_eq!(hand(owner.clone(), other, PASSWORD).await.refused(403), "FORBIDDEN");
        remove(&app, &owner, &salon.owner_id).await.data(200);
        assert_eq!(log(&app, &salon, "business.transferred").await.len(), 1);
    }

    async fn where_a_second_factor_is_on_the_business_is_handed_over_with_its_code(app: App) {
        let salon = app.business("Salon").await;
        let admin = admin(&app, &salon).await;
        let setup = app.post("/api/auth/2fa/setup").bearer(&salon.token).json(json!({})).send().await.data(200);
        let authenticator = Authenticator::new(text(&setup["secret"]));
        let first = json!({"code": authenticator.code(&app)});
        app.post("/api/auth/2fa/verify").bearer(&salon.token).json(first).send().await.data(200);
        let hand = |proof: Value| {
            let mut body = json!({"userId": admin.id, "password": PASSWORD});
            body.as_object_mut().unwrap().extend(proof.as_object().unwrap().clone());
            app.post("/api/team/transfer").bearer(&salon.token).json(body).send()
        };
        assert_eq!(hand(json!({})).await.fields(), ["code/REQUIRED"]);
        assert_eq!(hand(json!({"code": "000 000"})).await.fields(), ["code/WRONG"]);
        assert_eq!(hand(json!({"code": setup["backupCodes"][0], "password": "not this one"})).await.fields(), ["password/WRONG"]);
        hand(json!({"code": setup["backupCodes"][0]})).await.data(200);
        let shown = app.get("/api/auth/me").bearer(&admin.token).send().await.data(200);
        assert_eq!(shown["team"]["role"], "owner");
        app.run_due_jobs().await;
        for (token, email) in [(&salon.token, &salon.email), (&admin.token, &admin.email)] {
            assert!(notices(&app, token).await.contains(&"team.ownership_transferred".to_owned()));
            let mails = app.mailbox().list_for(email);
            assert_eq!(mails.iter().filter(|mail| mail.subject == "Salon has a new owner").count(), 1);
        }
    }

    async fn the_team_hears_who_joins_changes_and_leaves(app: App) {
        let salon = app.business("Salon").await;
        let (admin, staff) = (admin(&app, &salon).await, app.member(&salon, Role::Staff).await);
        invite(&app, &salon.token, "nia@example.com", "staff").await.data(201);
        let token = mailed(&app, "nia@example.com").await;
        let joined = accept(&app, "", &token).await.data(200);
        let nia = text(&joined["user"]["id"]);
        set_role(&app, &salon.token, nia, "manager").await.data(200);
        remove(&app, &salon.token, nia).await.data(200);
        app.run_due_jobs().await;
        for told in [&salon.token, &admin.token] {
            let mut kinds = notices(&app, told).await;
            kinds.retain(|kind| kind.starts_with("team."));
            kinds.sort();
            assert_eq!(kinds, ["team.member_joined", "team.member_left", "team.role_changed"]);
        }
        assert!(notices(&app, &staff.token).await.iter().all(|kind| !kind.starts_with("team.")));
        set_role(&app, &salon.token, &staff.id, "manager").await.data(200);
        app.run_due_jobs().await;
        assert!(notices(&app, &staff.token).await.contains(&"team.role_changed".to_owned()), "who is concerned is told");
        let told = app.get("/api/notifications?category=team").bearer(&admin.token).send().await.data(200);
        let lines = told.as_array().unwrap();
        assert!(lines.iter().any(|line| line["title"] == "Nia New is manager now"), "{lines:?}");
    }

    async fn whoever_guesses_the_owners_password_to_hand_the_business_over_is_stopped(app: App) {
        let salon = app.business("Salon").await;
        let admin = admin(&app, &salon).await;
        let hand = |password: &'static str| {
            let body = json!({"userId": admin.id, "password": password});
            app.post("/api/team/transfer").bearer(&salon.token).json(body).send()
        };
        for _ in 0..5 {
            assert_eq!(hand("not this one").await.fields(), ["password/WRONG"]);
        }
        let locked = hand(PASSWORD).await;
        assert_eq!(locked.header("retry-after"), "900");
        assert_eq!(locked.refused(423), "ACCOUNT_LOCKED");
        // One count for all forms inside that ask for it.
        let change = json!({"currentPassword": PASSWORD, "newPassword": "a rather better horse"});
        let change = app.put("/api/auth/password").bearer(&salon.token).json(change).send().await;
        assert_eq!(change.refused(423), "ACCOUNT_LOCKED");
        app.advance(Duration::from_secs(15 * 60));
        let token = login(&app, &salon.email).await;
        let body = json!({"userId": admin.id, "password": PASSWORD});
        app.post("/api/team/transfer").bearer(text(&token["accessToken"])).json(body).send().await.data(200);
    }

    async fn whoever_was_removed_from_their_only_business_comes_back_by_an_invitation_and_their_password(app: App) {
        let salon = app.business("Salon").await;
        let mia = app.member(&salon, Role::Staff).await;
        remove(&app, &salon.token, &mia.id).await.data(200);
        let sign_in = json!({"email": mia.email, "password": PASSWORD});
        assert_eq!(app.post("/api/auth/login").json(sign_in).send().await.refused(403), "NO_BUSINESS");
        invite(&app, &salon.token, &mia.email, "manager").await.data(201);
        let token = mailed(&app, &mia.email).await;
        let join = |body: Value| {
            let mut sent = json!({"token": token});
            sent.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            app.post("/api/invitations/accept").json(sent).send()
        };
        assert_eq!(join(json!({})).await.refused(409), "EMAIL_EXISTS");
        assert_eq!(join(json!({"password": "not this one"})).await.refused(401), "INVALID_CREDENTIALS");
        let joined = join(json!({"password": PASSWORD})).await.data(200);
        assert_eq!((&joined["user"]["id"], &joined["team"]["role"]), (&json!(mia.id), &json!("manager")));
        app.get("/api/team").bearer(text(&joined["accessToken"])).send().await.data(200);
        assert_eq!(login(&app, &mia.email).await["team"]["id"], json!(salon.id));
        assert_eq!(join(json!({"password": PASSWORD})).await.refused(400), "INVALID_INVITATION");
    }

    async fn an_invitation_asks_an_account_for_all_that_its_sign_in_would_and_counts_guesses(app: App) {
        let (salon, spa) = (app.business("Salon").await, app.business("Spa").await);
        let setup = app.post("/api/auth/2fa/setup").bearer(&spa.token).send().await.data(200);
        let phone = crate::accounts::Authenticator::new(text(&setup["secret"]));
        let code = json!({"code": phone.code(&app)});
        app.post("/api/auth/2fa/verify").bearer(&spa.token).json(code).send().await.data(200);
        app.advance(Duration::from_secs(30));
        invite(&app, &salon.token, &spa.email, "staff").await.data(201);
        let token = mailed(&app, &spa.email).await;
        let join = |password: &str, code: Option<String>| {
            let body = json!({"token": token, "password": password, "code": code});
            app.post("/api/invitations/accept").json(body).send()
        };
        assert_eq!(join(PASSWORD, None).await.refused(401), "TWO_FACTOR_REQUIRED");
        let wrong = phone.code_at(&app, 3600);
        assert_eq!(join(PASSWORD, Some(wrong)).await.refused(401), "INVALID_TWO_FACTOR_CODE");
        join(PASSWORD, Some(phone.code(&app))).await.data(200);
        // Wrong passwords here are wrong passwords of the account.
        let other = app.business("Other").await;
        invite(&app, &other.token, &salon.email, "staff").await.data(201);
        let token = mailed(&app, &salon.email).await;
        for _ in 0..5 {
            let body = json!({"token": token, "password": "not this one"});
            assert_eq!(app.post("/api/invitations/accept").json(body).send().await.refused(401), "INVALID_CREDENTIALS");
        }
        let body = json!({"token": token, "password": PASSWORD});
        assert_eq!(app.post("/api/invitations/accept").json(body).send().await.refused(423), "ACCOUNT_LOCKED");
    }

    async fn what_somebody_could_not_give_any_more_is_not_given(app: App) {
        let salon = app.business("Salon").await;
        let (gone, lower) = (admin(&app, &salon).await, admin(&app, &salon).await);
        let first = invite(&app, &gone.token, "ann@example.com", "admin").await.data(201);
        invite(&app, &lower.token, "bob@example.com", "admin").await.data(201);
        let (ann, bob) = (mailed(&app, "ann@example.com").await, mailed(&app, "bob@example.com").await);
        remove(&app, &salon.token, &gone.id).await.data(200);
        set_role(&app, &salon.token, &lower.id, "manager").await.data(200);
        for token in [&ann, &bob] {
            assert_eq!(app.get(&format!("/api/invitations/{token}")).send().await.refused(400), "INVALID_INVITATION");
            assert_eq!(accept(&app, "", token).await.refused(400), "INVALID_INVITATION");
        }
        // Whoever sends it again stands for it.
        let path = format!("/api/team/invitations/{}/resend", text(&first["invitation"]["id"]));
        app.post(&path).bearer(&salon.token).send().await.data(200);
        let again = mailed(&app, "ann@example.com").await;
        assert_eq!(accept(&app, "", &again).await.data(200)["team"]["role"], "admin");
    }

    async fn what_a_member_took_care_of_is_nobodys_once_they_leave_or_are_closed_out(app: App) {
        let salon = app.business("Salon").await;
        let (removed, closed) = (app.member(&salon, Role::Staff).await, app.member(&salon, Role::Staff).await);
        let mut threads = Vec::new();
        for minder in [&removed, &removed, &closed] {
            let cara = app.customer(&salon).await;
            let opened = app.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await.expect(201);
            let path = format!("/api/messages/conversations/{}", text(&opened["conversation"]["id"]));
            let assign = json!({"assignedTo": minder.id});
            app.patch(&path).bearer(&salon.token).json(assign).send().await.expect(200);
            threads.push(path);
        }
        let desk = app.socket(&salon.token).await;
        let minder = async |path: &str| {
            let shown = app.get(path).bearer(&salon.token).send().await.expect(200);
            shown["conversation"]["assignedTo"].clone()
        };
        remove(&app, &salon.token, &removed.id).await.data(200);
        app.run_due_jobs().await;
        assert_eq!((minder(&threads[0]).await, minder(&threads[1]).await), (Value::Null, Value::Null));
        assert_eq!(minder(&threads[2]).await, json!(closed.id), "whoever stays keeps theirs");
        let told = desk.expect("conversation_updated").await;
        assert!(told["conversation"]["assignedTo"].is_null(), "{told:#}");
        let closing = "UPDATE users SET operator = ? WHERE email = ?";
        let operator = app.business("Operators").await;
        app.execute(closing, vec![true.into(), operator.email.clone().into()]).await;
        let operator = login(&app, &operator.email).await;
        let path = format!("/api/operator/users/{}/suspend", closed.id);
        let reason = json!({"reason": "Asked to by the business."});
        app.post(&path).bearer(text(&operator["accessToken"])).json(reason).send().await.data(200);
        app.run_due_jobs().await;
        assert_eq!(minder(&threads[2]).await, Value::Null);
        let lines = log(&app, &salon, "conversation.changed").await;
        let let_go: Vec<&Value> = lines.iter().map(|(_, details)| details).filter(|d| d["before"]["assignedTo"].is_string()).collect();
        assert_eq!(let_go.len(), 3, "{lines:?}");
        assert_eq!(let_go[0]["after"], json!({"assignedTo": null}));
    }

    async fn the_list_says_who_is_protected(app: App) {
        let salon = app.business("Salon").await;
        let mia = app.member(&salon, Role::Manager).await;
        let setup = app.post("/api/auth/2fa/setup").bearer(&mia.token).send().await.data(200);
        let code = crate::accounts::Authenticator::new(text(&setup["secret"])).code(&app);
        app.post("/api/auth/2fa/verify").bearer(&mia.token).json(json!({"code": code})).send().await.data(200);
        let sql = "INSERT INTO passkeys (id, kind, person_id, credential_id, credential, name, created_at) VALUES (?, 'user', ?, ?, '{}', 'Phone', 0)";
        let owner: kernel::Id<kernel::id::User> = kernel::Id::parse(&salon.owner_id).unwrap();
        app.execute(sql, vec![app.world().uuid().into(), owner.into(), vec![1_u8].into()]).await;
        let team = app.get("/api/team").bearer(&salon.token).send().await.data(200);
        let of = |id: &str| {
            let found = team["members"].as_array().unwrap().iter().find(|member| member["id"] == id).unwrap();
            (found["twoFactorEnabled"].clone(), found["hasPasskey"].clone())
        };
        assert_eq!((of(&mia.id), of(&salon.owner_id)), ((json!(true), json!(false)), (json!(false), json!(true))));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_of_a_member_here_counts_there_on_postgres() {
    on_two_nodes(|here, there| async move {
        let salon = here.business("Salon").await;
        let staff = here.member(&salon, Role::Staff).await;
        let socket = there.socket(&staff.token).await;
        assert_eq!(there.get("/api/events").bearer(&staff.token).send().await.refused(403), "FORBIDDEN");
        set_role(&here, &salon.token, &staff.id, "manager").await.data(200);
        assert_eq!(ended_at_once(&socket).await, "your role was changed");
        there.get("/api/events").bearer(&staff.token).send().await.data(200);
        let socket = there.socket(&staff.token).await;
        remove(&here, &salon.token, &staff.id).await.data(200);
        let told = socket.expect_within("session_ended", SOON).await;
        assert_eq!(told["reason"], "you are no longer a member of this team");
        socket.ended().await;
        assert_eq!(there.get("/api/events").bearer(&staff.token).send().await.refused(401), "UNAUTHORIZED");
    })
    .await;
}
