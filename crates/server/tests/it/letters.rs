//! The letters about an account among the texts: a business has words of its own for its customers and for whom it invites,
//! never for users or for another's, and never without the link and the code.

use std::sync::Arc;

use kernel::Role;
use serde_json::{Value, json};
use simulators::ReceivedMail;

use crate::{
    accounts::{NEW_PASSWORD, last_mail, token_in},
    harness::{App, Business, Reply, text},
};

const RESET: &str = "/api/templates/account.password_reset/email";

async fn put(app: &App, business: &Business, path: &str, body: Value) -> Reply {
    app.put(path).bearer(&business.token).json(body).send().await
}

/// Asks for a new password; gives the mail that came.
async fn forgot(app: &App, business: Option<&Business>, email: &str) -> Arc<ReceivedMail> {
    let (path, body) = match business {
        Some(business) => ("/api/customers/auth/forgot-password", json!({"inviteCode": business.slug, "email": email})),
        None => ("/api/auth/forgot-password", json!({"email": email})),
    };
    // What waits from before comes first.
    app.run_due_jobs().await;
    app.post(path).json(body).send().await.data(200);
    app.run_due_jobs().await;
    app.mailbox().list_for(email).pop().unwrap()
}

both_databases! {
    async fn a_businesss_own_words_reach_its_customers_with_link_and_code(app: App) {
        let (salon, other) = (app.business("Salon").await, app.business("Other").await);
        let (cara, of_other) = (app.customer(&salon).await, app.customer(&other).await);
        let own = json!({"subject": "Karibu {{ business.name }}", "text": "Fungua {{ url }} au {{ code }}", "html": "<b>{{ code }}</b> <a href=\"{{ url }}\">Fungua</a>"});
        put(&app, &salon, &format!("{RESET}?language=sw"), own).await.data(200);
        let built_in = forgot(&app, Some(&salon), &cara.email).await;
        assert_eq!(built_in.subject, "Set a new password for Salon", "she reads English");
        let language = json!({"language": "sw"});
        app.put("/api/notifications/preferences").bearer(&cara.token).json(language).send().await.data(200);
        // At any hour: whoever stands before a locked door does not wait for the morning.
        let quiet = json!({"quietHours": {"enabled": true, "from": "00:00", "to": "23:59"}});
        app.put("/api/notifications/preferences").bearer(&cara.token).json(quiet).send().await.data(200);
        app.advance(std::time::Duration::from_secs(60));
        let mail = forgot(&app, Some(&salon), &cara.email).await;
        assert_eq!((mail.subject.as_str(), mail.text.starts_with("Fungua https://")), ("Karibu Salon", true), "{}", mail.text);
        let html = mail.html.as_deref().unwrap_or_default();
        assert!(html.contains(">Fungua</a>") && html.contains(&token_in(&mail.text)), "{html}");
        let body = json!({"inviteCode": salon.slug, "token": token_in(&mail.text), "password": NEW_PASSWORD});
        app.post("/api/customers/auth/reset-password").json(body).send().await.data(200);

        put(&app, &salon, RESET, json!({"subject": "Ours", "text": "{{ url }} {{ code }}"})).await.data(200);
        assert_eq!(forgot(&app, Some(&other), &of_other.email).await.subject, "Set a new password for Other");
        let own_owner = forgot(&app, None, &salon.email).await;
        assert_eq!(own_owner.subject, "Set a new password for Frontdesk", "users hear from the house");
        app.run_due_jobs().await;
    }

    async fn a_letter_without_its_link_or_code_is_not_saved_and_never_sent(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let write = |text: &str, html: Option<&str>| put(&app, &salon, RESET, json!({"subject": "S", "text": text, "html": html}));
        assert_eq!(write("Come in", None).await.fields(), ["text/MISSING_VARIABLE", "text/MISSING_VARIABLE"]);
        assert_eq!(write("{{ url }} {{ code }}", Some("<p>{{ code }}</p>")).await.fields(), ["html/MISSING_VARIABLE"]);
        assert_eq!(write("{% if customer.name %}{{ url }}{% endif %} {{ code }}", None).await.fields(), ["text/MISSING_VARIABLE"]);
        assert_eq!(write("{{ url }} {{ code }} {{ password }}", None).await.fields(), ["text/UNKNOWN_VARIABLE"]);
        write("{{ url }} {{ code }}", None).await.data(200);
        // However it came there: what is worth nothing is not sent.
        app.execute("UPDATE templates SET text = 'Come in' WHERE type = 'account.password_reset'", vec![]).await;
        let node = app.node(&[]).await;
        let body = json!({"inviteCode": salon.slug, "email": cara.email});
        node.post("/api/customers/auth/forgot-password").json(body).send().await.data(200);
        node.run_due_jobs().await;
        assert!(last_mail(&app, &cara.email, "Set a new password for Salon").contains("token="));
    }

    async fn letters_stand_among_the_texts_and_are_no_events(app: App) {
        let salon = app.business("Salon").await;
        let listed = app.get("/api/templates?type=account.invitation").bearer(&salon.token).send().await.data(200);
        assert_eq!((listed.as_array().unwrap().len(), &listed[0]["category"]), (1, &json!("Accounts")));
        for name in ["password_reset", "verification", "address_confirm", "address_changed", "password_changed", "passkey_added", "new_device", "sign_in_link", "invitation"] {
            let path = format!("/api/templates/account.{name}/email");
            let shown = app.get(&path).bearer(&salon.token).send().await.data(200);
            assert!(shown["variables"].as_array().unwrap().iter().any(|variable| variable["name"] == "url"), "{shown}");
            let preview = app.post(&format!("{path}/preview")).bearer(&salon.token).json(json!({})).send().await.data(200);
            assert!(text(&preview["text"]).contains("https://desk.example.com/"), "{preview}");
            let same = json!({"subject": shown["subject"], "text": shown["text"], "html": shown["html"]});
            put(&app, &salon, &path, same).await.data(200);
        }
        assert_eq!(app.get("/api/templates/account.invitation/sms").bearer(&salon.token).send().await.refused(404), "NOT_FOUND");
        let stated = json!({"event_type": "account.invitation", "event_data": {}});
        assert_eq!(app.post("/api/events").bearer(&salon.token).json(stated).send().await.refused(422), "UNKNOWN_EVENT_TYPE");
        let taken = json!({"name": "account.invitation", "title": "Mine", "fields": []});
        assert_eq!(app.post("/api/event-types").bearer(&salon.token).json(taken).send().await.refused(409), "EVENT_TYPE_TAKEN");
        let test = json!({"to": "me@example.com"});
        app.post("/api/templates/account.invitation/email/test").bearer(&salon.token).json(test).send().await.data(202);
        app.run_due_jobs().await;
        assert_eq!(app.mailbox().list_for("me@example.com")[0].subject, "Olive Owino invites you to Salon");
    }

    async fn an_invitation_is_in_the_words_of_who_invites(app: App) {
        let salon = app.business("Salon").await;
        let own = json!({"subject": "Join us", "text": "{{ inviter }} wants you as {{ role }}: {{ url }}"});
        put(&app, &salon, "/api/templates/account.invitation/email", own).await.data(200);
        let body = json!({"email": "bo@example.com", "role": Role::Manager.as_str()});
        app.post("/api/team/invitations").bearer(&salon.token).json(body).send().await.data(201);
        app.run_due_jobs().await;
        let mail = last_mail(&app, "bo@example.com", "Join us");
        assert!(mail.contains("wants you as manager: ") && mail.contains("/invitation?token="), "{mail}");
    }
}
