//! Every door of the house tried by those who have no business there. [`routes::ROUTES`] says, for each route of the OpenAPI
//! document, what each visitor gets; a route or a socket event that is not in its table fails the test, and so does a row
//! whose route is gone. The rightful come last in each row, with the same request, so that a refusal cannot have another
//! reason.

mod events;
mod further;
mod routes;
mod scene;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;

use crate::harness::{App, Ask};
use further::{Further, expected, idle_exceptions, is_reading, token};
use routes::{ROUTES, Row};
use scene::{Scene, VISITORS, Visitor};

/// How the paths begin that other systems are for.
const SYSTEM_ROUTES: [&str; 5] =
    ["/auth/token", "/api/events", "/api/websocket-events.php", "/api/deliveries", "/whatsapp/"];

/// Sends a row's request as a visitor; gives the status.
async fn knock(app: &App, scene: &Scene, row: &Row, visitor: Visitor) -> (u16, Value) {
    let is_for_customers = row.template.starts_with("/api/customers/");
    let token = scene.token(visitor, is_for_customers);
    let asked = app.ask(method_of(row), &scene.fill(row.asked)).bearer(&token);
    let reply = with_body(scene, row, asked).send().await;
    (reply.status.as_u16(), reply.body)
}

fn method_of(row: &Row) -> Method {
    Method::from_bytes(row.method.as_bytes()).unwrap()
}

fn with_body(scene: &Scene, row: &Row, asked: Ask) -> Ask {
    match row.body {
        "" => asked,
        "file" => asked.file(&scene.conversation, "note.txt", "a note"),
        body => asked.raw_json(scene.fill(body)),
    }
}

/// Whether the route asks for an API key or a connection token; what those get there is listed with the route's own tests.
fn is_for_systems(row: &Row) -> bool {
    SYSTEM_ROUTES.iter().any(|prefix| row.template.starts_with(prefix))
}

/// Refused visitors learn nothing but the code that belongs to the status.
fn check_refusal(place: &str, status: u16, body: &Value, complaints: &mut Vec<String>) {
    let expected = match status {
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        _ => return,
    };
    if body["code"] != expected
        && !place.contains("/auth/")
        && !place.contains("/manage")
        && !place.contains("/unsubscribe")
    {
        complaints.push(format!("{place}: {status} with {}", body["code"]));
    }
}

/// Every route by one of those whom the table has no column for.
async fn knock_everywhere(app: &App, visitor: Further) {
    let mut scene = Scene::set(app, None).await;
    let mut bearer = token(app, &scene, visitor).await;
    let mut complaints = Vec::new();
    for row in ROUTES {
        let asked = app.ask(method_of(row), &scene.fill(row.asked)).bearer(&bearer);
        let reply = with_body(&scene, row, asked).send().await;
        let (status, code) = (reply.status.as_u16(), reply.body["code"].clone());
        if status != expected(row, visitor) {
            let place = format!("(Further::{visitor:?}, \"{} {}\", {status}),", row.method, row.template);
            complaints.push(format!("{place} // not {}, {code}", expected(row, visitor)));
        }
        let why = match visitor {
            Further::Look if !is_reading(row) => "READ_ONLY_SESSION",
            Further::OwesTwoFactors => "TWO_FACTOR_SETUP_REQUIRED",
            _ => "FORBIDDEN",
        };
        if status == 403 && code != why {
            complaints.push(format!("{} {}: 403 with {code}", row.method, row.template));
        }
        if row.method != "GET" && status < 400 {
            scene = Scene::set(app, Some(scene)).await;
            bearer = token(app, &scene, visitor).await;
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

both_databases! {
    async fn an_operator_who_looks_reads_like_the_owner_and_changes_nothing(app: App) {
        knock_everywhere(&app, Further::Look).await;
    }

    async fn whoever_owes_a_second_factor_reaches_only_what_sets_it_up(app: App) {
        knock_everywhere(&app, Further::OwesTwoFactors).await;
    }

    async fn an_operator_is_a_stranger_wherever_operators_have_nothing_to_do(app: App) {
        knock_everywhere(&app, Further::Operator).await;
    }

    async fn every_route_gives_each_visitor_exactly_what_is_listed(app: App) {
        let mut scene = Scene::set(&app, None).await;
        let mut complaints = Vec::new();
        for row in ROUTES {
            let mut given = Vec::new();
            for visitor in VISITORS {
                let (status, body) = knock(&app, &scene, row, visitor).await;
                check_refusal(&format!("{} {} by {visitor:?}", row.method, row.asked), status, &body, &mut complaints);
                given.push(status);
            }
            if given != row.statuses {
                complaints.push(format!("{} {}\n    listed {:?}\n    given  {given:?}", row.method, row.asked, row.statuses));
            }
            // What was refused to everybody changed nothing.
            if row.method != "GET" && row.statuses.iter().any(|status| *status < 400) {
                scene = Scene::set(&app, Some(scene)).await;
            }
        }
        assert!(complaints.is_empty(), "visitors: {VISITORS:?}\n{}", complaints.join("\n"));
    }

    async fn a_key_and_its_token_open_only_the_doors_for_systems(app: App) {
        let mut scene = Scene::set(&app, None).await;
        let mut complaints = Vec::new();
        for row in ROUTES.iter().filter(|row| !is_for_systems(row)) {
            // A key that nobody asks for is overlooked; a token is a bad credential wherever one is looked at.
            let [nobody, _, revoked, ..] = row.statuses;
            let by_key = app.ask(method_of(row), &scene.fill(row.asked)).header("x-api-key", &scene.api_key);
            let by_token = app.ask(method_of(row), &scene.fill(row.asked)).bearer(&scene.token(Visitor::System, false));
            let mut did_something = false;
            for (what, asked, listed) in [("key", by_key, nobody), ("token", by_token, revoked)] {
                let given = with_body(&scene, row, asked).send().await.status.as_u16();
                if given != listed {
                    complaints.push(format!("{} {} by {what}: {given}, not {listed}", row.method, row.asked));
                }
                did_something |= given < 400 && row.method != "GET";
            }
            if did_something {
                scene = Scene::set(&app, Some(scene)).await;
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    async fn the_table_lists_every_route_there_is(app: App) {
        let document = app.get("/api-docs/openapi.json").send().await.expect(200);
        let mut described = BTreeSet::new();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                described.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
        let listed: BTreeSet<String> = ROUTES.iter().map(|row| format!("{} {}", row.method, row.template)).collect();
        let missing: Vec<_> = described.difference(&listed).collect();
        let gone: Vec<_> = listed.difference(&described).collect();
        assert!(missing.is_empty() && gone.is_empty(), "not in the table: {missing:#?}\nno longer there: {gone:#?}");
    }

    async fn every_socket_event_gives_each_visitor_exactly_what_is_listed(app: App) {
        let mut scene = Scene::set(&app, None).await;
        let mut complaints = Vec::new();
        for (event, payload, listed) in events::EVENTS {
            let mut given = BTreeMap::new();
            for visitor in events::VISITORS {
                let socket = app.socket(&scene.token(visitor, false)).await;
                let payload = serde_json::from_str(&scene.fill(payload)).unwrap();
                let ack = socket.emit_ack(event, payload).await;
                let said = if ack["success"] == true { "ok".to_owned() } else { ack["code"].to_string().replace('"', "") };
                given.insert(format!("{visitor:?}"), said);
            }
            let listed: BTreeMap<String, String> =
                events::VISITORS.iter().zip(listed).map(|(v, code)| (format!("{v:?}"), (*code).to_owned())).collect();
            if given != listed {
                complaints.push(format!("{event} {payload}\n    listed {listed:?}\n    given  {given:?}"));
            }
            scene = Scene::set(&app, Some(scene)).await;
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}

#[test]
fn what_follows_from_the_table_is_no_exception_to_it() {
    assert_eq!(idle_exceptions(ROUTES), Vec::<&str>::new());
}

#[test]
fn the_table_lists_every_socket_event_there_is() {
    use platform::realtime::Direction;
    let up = frontdesk::asyncapi::events().filter(|event| event.direction == Direction::ToServer);
    let described: BTreeSet<&str> = up.map(|event| event.name).collect();
    let listed: BTreeSet<&str> = events::EVENTS.iter().map(|(event, ..)| *event).collect();
    assert_eq!(described, listed);
}
