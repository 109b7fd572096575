//! Limits hold exactly, say what is left, and slow nobody but the one who asks too much.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{App, Business, PASSWORD, Reply, text};

/// Far more than is allowed, and than may run at once.
const FLOOD_REQUESTS: usize = 800;
const REDIS: &str = "REDIS_URL";

#[allow(clippy::disallowed_methods, reason = "where the tests' Redis is, is said by the environment")]
fn redis_url() -> String {
    std::env::var(REDIS).unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned())
}

/// A node that limits, beside the one that only sets the scene.
pub async fn limited(app: &App, settings: &[(&str, &str)]) -> App {
    app.node(&[&[("RATE_LIMIT_DISABLED", "off"), ("TRUSTED_PROXIES", "127.0.0.1")], settings].concat()).await
}

/// A secret that no other test has: its nodes are a house of their own in the shared Redis.
pub fn own_secret(app: &App) -> String {
    format!("the secret of {}-{}", app.world().uuid(), std::process::id())
}

pub async fn me(app: &App, token: &str) -> Reply {
    app.get("/api/auth/me").bearer(token).send().await
}

async fn login(app: &App, email: &str, from: &str) -> Reply {
    let body = json!({"email": email, "password": "certainly not it"});
    app.post("/api/auth/login").header("x-forwarded-for", from).json(body).send().await
}

/// How many of so many requests at once were let through by two nodes.
async fn let_through(nodes: [&App; 2], salon: &Business, requests: usize) -> usize {
    let asks = (0..requests).map(|n| me(nodes[n % 2], &salon.token));
    join_all(asks).await.iter().filter(|reply| reply.status == 200).count()
}

both_databases! {
    async fn every_answer_says_what_is_left_and_a_refusal_when_to_come_again(app: App) {
        let salon = app.business("Salon").await;
        let node = limited(&app, &[("RATE_LIMIT_API", "2/1m")]).await;
        let first = me(&node, &salon.token).await;
        assert_eq!(first.header("ratelimit"), r#""api";r=1;t=60"#);
        assert_eq!(first.header("ratelimit-policy"), r#""api";q=2;w=60"#);
        app.advance(Duration::from_millis(20_500));
        let absent = node.get("/api/services/svc_0").bearer(&salon.token).send().await;
        assert_eq!(absent.header("ratelimit"), r#""api";r=0;t=40"#, "a refusal of another kind says it too");
        let refused = me(&node, &salon.token).await;
        assert_eq!(refused.header("retry-after"), "40");
        assert_eq!(refused.header("ratelimit"), r#""api";r=0;t=40"#);
        assert_eq!(refused.body["violated-policies"], json!(["api"]));
        assert_eq!(refused.refused(429), "RATE_LIMITED");
        app.advance(Duration::from_secs(40));
        assert_eq!(me(&node, &salon.token).await.header("ratelimit"), r#""api";r=1;t=60"#);
    }

    async fn request_eleven_to_sign_in_from_one_address_is_refused(app: App) {
        app.business("Salon").await;
        let node = limited(&app, &[]).await;
        for n in 0..10 {
            assert_eq!(login(&node, &format!("nobody{n}@example.com"), "192.0.2.1").await.refused(401), "INVALID_CREDENTIALS");
        }
        let eleventh = login(&node, "nobody11@example.com", "192.0.2.1").await;
        assert_eq!(eleventh.header("retry-after"), "900");
        assert_eq!(eleventh.refused(429), "RATE_LIMITED");
        assert_eq!(login(&node, "nobody12@example.com", "192.0.2.2").await.status, 401, "another address");
        let customer = json!({"inviteCode": "X", "email": "c@example.com", "password": PASSWORD});
        let body = node.post("/api/customers/auth/login").header("x-forwarded-for", "192.0.2.1").json(customer);
        assert_eq!(body.send().await.status, 429, "customers sign in from the same addresses");
        let refresh = node.post("/api/auth/refresh").header("x-forwarded-for", "192.0.2.1").json(json!({"refreshToken": "x"}));
        assert_eq!(refresh.send().await.status, 401, "a refresh tries nothing");
        app.advance(Duration::from_secs(15 * 60));
        assert_eq!(login(&node, "nobody11@example.com", "192.0.2.1").await.status, 401);
    }

    async fn one_account_is_tried_so_often_from_however_many_addresses(app: App) {
        let salon = app.business("Salon").await;
        let node = limited(&app, &[]).await;
        for n in 0..10 {
            // The account is locked after some of them, which is counted all the same.
            let status = login(&node, &salon.email, &format!("2001:db8:0:{n:x}::1")).await.status.as_u16();
            assert!(matches!(status, 401 | 423), "{n}: {status}");
        }
        let shouted = format!(" {} ", salon.email.to_uppercase());
        let refused = login(&node, &shouted, "2001:db8:0:ffff::1").await;
        assert_eq!(refused.header("ratelimit"), r#""auth";r=0;t=900"#);
        assert_eq!(refused.refused(429), "RATE_LIMITED");
        assert_eq!(login(&node, "somebody@example.com", "2001:db8:0:ffff::1").await.status, 401);
    }

    async fn strangers_do_not_use_up_the_tries_of_a_known_device(app: App) {
        let node = limited(&app, &[]).await;
        for side in crate::accounts::sides(&app).await {
            let device = side.login(&app, PASSWORD).await.data(200)["deviceToken"].take();
            let other = app.business("Other").await;
            let of_other = json!({"email": other.email, "password": PASSWORD});
            let foreign = app.post("/api/auth/login").json(of_other).send().await.data(200)["deviceToken"].take();
            let path = format!("{}/login", side.base);
            let knock = async |password: &str, device: Option<&serde_json::Value>, from: String| {
                let mut body = side.named(json!({"email": side.email, "password": password}));
                if let Some(device) = device {
                    body["deviceToken"] = device.clone();
                }
                node.post(&path).header("x-forwarded-for", &from).json(body).send().await
            };
            let kind = side.base.len();
            for n in 0..10 {
                let status = knock("certainly not it", None, format!("2001:db8:{kind:x}:{n:x}::1")).await.status.as_u16();
                assert!(matches!(status, 401 | 423), "{n}: {status}");
            }
            // Too many for everybody else, whatever they bring.
            for token in [None, Some(&foreign), Some(&json!("made up"))] {
                let from = format!("2001:db8:{kind:x}:ffff::1");
                assert_eq!(knock(PASSWORD, token, from).await.refused(429), "RATE_LIMITED");
            }
            knock(PASSWORD, Some(&device), format!("2001:db8:{kind:x}:aaaa::1")).await.data(200);
            // The device has as many tries as anybody, and no more.
            for n in 0..9 {
                let status = knock("certainly not it", Some(&device), format!("2001:db8:{kind:x}:b{n:x}::1")).await.status;
                assert!(matches!(status.as_u16(), 401 | 423), "{n}: {status}");
            }
            let from = format!("2001:db8:{kind:x}:cccc::1");
            assert_eq!(knock(PASSWORD, Some(&device), from).await.refused(429), "RATE_LIMITED");
            app.run_due_jobs().await;
        }
    }

    async fn what_is_tried_at_one_business_leaves_the_others_alone(app: App) {
        let (salon, clinic) = (app.business("Salon").await, app.business("Clinic").await);
        let node = limited(&app, &[]).await;
        let knock = |business: &str, from: String| {
            let body = json!({"inviteCode": business, "email": "cara@example.com", "password": "certainly not it"});
            node.post("/api/customers/auth/login").header("x-forwarded-for", &from).json(body).send()
        };
        for n in 0..10 {
            let status = knock(&salon.invite_code, format!("192.0.2.{n}")).await.status.as_u16();
            assert!(matches!(status, 401 | 423), "{n}: {status}");
        }
        for word in [&salon.invite_code, &salon.slug] {
            assert_eq!(knock(word, "192.0.2.100".to_owned()).await.refused(429), "RATE_LIMITED", "one business by either word");
        }
        assert_eq!(knock(&clinic.invite_code, "192.0.2.101".to_owned()).await.refused(401), "INVALID_CREDENTIALS");
    }

    async fn the_strict_profile_allows_everybody_a_hundred_a_minute(app: App) {
        let salon = app.business("Salon").await;
        let key = json!({"name": "Till", "scopes": ["events:read"]});
        let key = app.post("/api/api-keys").bearer(&salon.token).json(key).send().await.data(201);
        let strict = limited(&app, &[("RATE_LIMIT_PROFILE", "strict")]).await;
        let standard = limited(&app, &[]).await;
        assert_eq!(me(&standard, &salon.token).await.header("ratelimit-policy"), r#""api";q=300;w=60"#);
        let by_key = strict.get("/api/events").header("x-api-key", text(&key["key"])).send().await;
        assert_eq!(by_key.header("ratelimit-policy"), r#""api";q=100;w=60"#);
        for _ in 0..100 {
            assert_eq!(me(&strict, &salon.token).await.status, 200);
        }
        let refused = me(&strict, &salon.token).await;
        assert_eq!((refused.header("ratelimit-policy"), refused.header("retry-after")), (r#""api";q=100;w=60"#, "60"));
        assert_eq!(refused.refused(429), "RATE_LIMITED");
        // What is set by itself stands above the profile.
        let own = limited(&app, &[("RATE_LIMIT_PROFILE", "strict"), ("RATE_LIMIT_API", "7/1m")]).await;
        assert_eq!(me(&own, &salon.token).await.header("ratelimit-policy"), r#""api";q=7;w=60"#);
    }

    async fn a_household_is_one_address_and_nobody_but_our_proxy_names_it(app: App) {
        let node = limited(&app, &[("RATE_LIMIT_ANONYMOUS", "2/1m")]).await;
        let from = |address: &'static str| {
            let node = node.clone();
            async move { node.get("/api/public/services?inviteCode=x").header("x-forwarded-for", address).send().await.status.as_u16() }
        };
        assert_eq!((from("2001:db8::1").await, from("2001:db8::2").await, from("2001:db8::3").await), (404, 404, 429));
        assert_eq!(from("2001:db8:0:1::1").await, 404);
        assert_eq!(from("203.0.113.5, 2001:db8::9").await, 429, "what the client wrote before our proxy is nothing");

        let alone = limited(&app, &[("RATE_LIMIT_ANONYMOUS", "1/1m"), ("TRUSTED_PROXIES", "")]).await;
        let asked = |n: u8| alone.get("/api/public/services?inviteCode=x").header("x-forwarded-for", &format!("192.0.2.{n}")).send();
        assert_eq!((asked(1).await.status.as_u16(), asked(2).await.status.as_u16()), (404, 429));
    }

    async fn a_bad_credential_counts_as_its_address_and_a_key_by_itself(app: App) {
        let salon = app.business("Salon").await;
        let key = json!({"name": "Till", "scopes": ["events:read"]});
        let key = app.post("/api/api-keys").bearer(&salon.token).json(key).send().await.data(201);
        let node = limited(&app, &[("RATE_LIMIT_ANONYMOUS", "1/1m"), ("RATE_LIMIT_API_KEY", "2/1m")]).await;
        assert_eq!(me(&node, "nonsense").await.status, 401);
        assert_eq!(me(&node, "other nonsense").await.status, 429);
        for status in [200, 200, 429] {
            assert_eq!(node.get("/api/events").header("x-api-key", text(&key["key"])).send().await.status, status);
        }
        assert_eq!(me(&node, &salon.token).await.status, 200, "a person counts by themselves");
    }

    async fn what_watches_the_house_and_what_providers_report_is_not_counted(app: App) {
        let node = limited(&app, &[("RATE_LIMIT_ANONYMOUS", "1/1m")]).await;
        for _ in 0..3 {
            assert_eq!(node.get("/health").send().await.status, 200);
            assert_ne!(node.post("/api/sms/status/dlv_x").send().await.status, 429);
        }
    }

    async fn messages_count_by_rest_and_sockets_together(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let node = limited(&app, &[("RATE_LIMIT_MESSAGES", "3/1m")]).await;
        let opened = node.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await;
        let conversation = opened.expect(201)["conversation"]["id"].take();
        let socket = node.socket(&cara.token).await;
        let message = json!({"conversationId": conversation, "message": "Hello"});
        let send = || node.post("/api/messages/send").bearer(&cara.token).json(message.clone()).send();
        assert_eq!(socket.emit_ack("send_message", message.clone()).await["success"], true);
        let by_rest = send().await;
        assert!(by_rest.header("ratelimit").ends_with(r#", "messages";r=1;t=60"#), "{}", by_rest.header("ratelimit"));
        by_rest.expect(201);
        assert_eq!(socket.emit_ack("send_message", message.clone()).await["success"], true);
        let refused = socket.emit_ack("send_message", message.clone()).await;
        assert_eq!((&refused["code"], &refused["status"]), (&json!("RATE_LIMITED"), &json!(429)));
        socket.emit("send_message", message.clone()).await;
        assert_eq!(socket.expect("message_error").await["code"], "RATE_LIMITED");
        assert_eq!(send().await.refused(429), "RATE_LIMITED");
        assert_eq!(app.count("SELECT COUNT(*) FROM messages", vec![]).await, 3);
        app.advance(Duration::from_secs(60));
        send().await.expect(201);
    }

    async fn a_socket_that_speaks_too_fast_is_told_to_slow_down(app: App) {
        let salon = app.business("Salon").await;
        let cara = app.customer(&salon).await;
        let node = limited(&app, &[("RATE_LIMIT_SOCKET", "2/1s")]).await;
        let (fast, other) = (node.socket(&cara.token).await, node.socket(&cara.token).await);
        for code in ["UNKNOWN_EVENT", "UNKNOWN_EVENT", "RATE_LIMITED", "RATE_LIMITED"] {
            assert_eq!(fast.emit_ack("hello", json!({})).await["code"], code);
        }
        assert_eq!(other.emit_ack("hello", json!({})).await["code"], "UNKNOWN_EVENT", "each socket has its own pace");
        app.advance(Duration::from_secs(1));
        assert_eq!(fast.emit_ack("hello", json!({})).await["code"], "UNKNOWN_EVENT");
    }

    async fn events_count_by_person_and_by_business_on_every_way_in(app: App) {
        let salon = app.business("Salon").await;
        let key = json!({"name": "Till", "scopes": ["events:write"]});
        let key = app.post("/api/api-keys").bearer(&salon.token).json(key).send().await.data(201);
        let node = limited(&app, &[("RATE_LIMIT_EVENTS", "4/1m"), ("RATE_LIMIT_EVENTS_USER", "2/1m")]).await;
        let event = json!({"event_type": "user:clockedIn", "event_data": {"user_id": 7, "user_name": "Ann", "clock_in_time": "2026-11-20T06:00:00Z"}});
        let by_user = |path: &'static str| node.post(path).bearer(&salon.token).json(event.clone()).send();
        let by_key = || node.post("/api/events").header("x-api-key", text(&key["key"])).json(event.clone()).send();
        assert_ne!(by_user("/api/events").await.status, 429);
        let socket = node.socket(&salon.token).await;
        assert_ne!(socket.emit_ack("internal:event", event.clone()).await["code"], "RATE_LIMITED");
        let refused = by_user("/api/websocket-events.php").await;
        assert_eq!(refused.body["violated-policies"], json!(["events-user"]));
        assert_eq!(refused.refused(429), "RATE_LIMITED");
        assert_eq!(socket.emit_ack("internal:event", event.clone()).await["code"], "RATE_LIMITED");
        assert_ne!(by_key().await.status, 429);
        assert_ne!(by_key().await.status, 429);
        assert_eq!(by_key().await.refused(429), "RATE_LIMITED");
    }

    async fn alone_many_at_once_get_exactly_what_is_allowed(app: App) {
        let salon = app.business("Salon").await;
        let node = limited(&app, &[("RATE_LIMIT_API", "20/1m")]).await;
        assert_eq!(let_through([&node, &node], &salon, 60).await, 20);
    }

    async fn alone_two_nodes_share_one_limit_through_redis(app: App) {
        let (url, secret) = (redis_url(), own_secret(&app));
        let settings = [(REDIS, url.as_str()), ("JWT_SECRET", secret.as_str()), ("RATE_LIMIT_API", "20/1m"), ("RATE_LIMIT_MESSAGES", "1/1m")];
        let (one, two) = (limited(&app, &settings).await, limited(&app, &settings).await);
        let salon = one.business("Salon").await;
        let cara = one.customer(&salon).await;
        assert_eq!(let_through([&one, &two], &salon, 60).await, 20);
        let refused = me(&one, &salon.token).await;
        let after: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&after), "{after}");
        assert!(refused.header("ratelimit").starts_with(r#""api";r=0;t="#));

        let opened = one.post("/api/messages/conversations").bearer(&cara.token).json(json!({})).send().await;
        let message = json!({"conversationId": opened.expect(201)["conversation"]["id"], "message": "Hello"});
        assert_eq!(one.socket(&cara.token).await.emit_ack("send_message", message.clone()).await["success"], true);
        let there = two.socket(&cara.token).await;
        assert_eq!(there.emit_ack("send_message", message).await["code"], "RATE_LIMITED");
    }

    async fn without_redis_each_node_counts_for_itself(app: App) {
        let salon = app.business("Salon").await;
        // Nobody listens there.
        let node = limited(&app, &[(REDIS, "redis://127.0.0.1:9"), ("RATE_LIMIT_API", "2/1m")]).await;
        let answers = [me(&node, &salon.token).await, me(&node, &salon.token).await, me(&node, &salon.token).await];
        assert_eq!(answers.map(|reply| reply.status.as_u16()), [200, 200, 429]);
    }

    async fn alone_a_flood_from_one_address_takes_nothing_from_others(app: App) {
        let salon = app.business("Salon").await;
        let node = limited(&app, &[]).await;
        let flood = (0..FLOOD_REQUESTS).map(|_| {
            node.post("/api/auth/login").header("x-forwarded-for", "198.51.100.1").raw_json(vec![b' '; 10_000]).send()
        });
        let others = async {
            let mut statuses = Vec::new();
            for _ in 0..10 {
                statuses.push(me(&node, &salon.token).await.status.as_u16());
            }
            statuses
        };
        let (flooded, served) = tokio::join!(join_all(flood), others);
        assert_eq!(served, [200; 10], "everybody else is answered");
        assert_eq!(flooded.iter().filter(|reply| reply.status != 429).count(), 10, "the rest was refused unread");
        assert!(flooded.iter().all(|reply| reply.status != 503), "none of it stood in anybody's place");
    }
}
