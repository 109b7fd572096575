//! A business with something of everything in it, and those who come to its doors.

use std::time::Duration;

use kernel::Role;
use serde_json::{Value, json};

use crate::harness::{App, Business, Customer, Member, text};

/// Somebody at the door, in the order of the tables' columns; those who may come in stand last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// No credential at all.
    Nobody,
    /// The owner or the customer with an access token of yesterday.
    Expired,
    /// The owner or the customer after signing out.
    Revoked,
    /// A user whom the operator suspended.
    Suspended,
    /// The owner of another business.
    OtherOwner,
    /// Another customer of this business.
    OtherCustomer,
    /// The lowest role of this business, neither provider nor assigned.
    Staff,
    /// The customer whose booking and thread it is.
    Customer,
    /// The owner of the business.
    Owner,
    /// Another system of the business, with a connection token; has tables of its own.
    System,
}

pub const VISITORS: [Visitor; 9] = [
    Visitor::Nobody,
    Visitor::Expired,
    Visitor::Revoked,
    Visitor::Suspended,
    Visitor::OtherOwner,
    Visitor::OtherCustomer,
    Visitor::Staff,
    Visitor::Customer,
    Visitor::Owner,
];

/// Longer than an access token lives.
const TOKENS_ARE_OLD: Duration = Duration::from_secs(16 * 60);

/// Those who stay the same however often the scene is set.
struct Outsiders {
    expired: [String; 2],
    revoked: [String; 2],
    suspended: String,
}

/// The stage.
pub struct Scene {
    outsiders: Outsiders,
    other: Business,
    pub owner: Business,
    customer: Customer,
    other_customer: Customer,
    staff: Member,
    service: String,
    appointment: String,
    /// The token of the link that manages the booking.
    manage: String,
    pub conversation: String,
    message: String,
    attachment: String,
    owner_session: String,
    customer_session: String,
    api_key_id: String,
    webhook: String,
    invitation: String,
    /// An event of the owner's that has not gone out, and one of its deliveries.
    event: String,
    delivery: String,
    /// The text of a key of the owner's business that may do everything a key may.
    pub api_key: String,
    /// A connection token made from it.
    connection_token: String,
}

impl Scene {
    /// Sets the stage anew; the outsiders of the one before come again.
    pub async fn set(app: &App, before: Option<Self>) -> Self {
        let outsiders = match before {
            Some(scene) => scene.outsiders,
            None => outsiders(app).await,
        };
        let (other, owner) = (app.business("Other").await, app.business("Salon").await);
        let (customer, other_customer) = (app.customer(&owner).await, app.customer(&owner).await);
        let service = app.service(&owner).await;
        // Booked while the owner is the only provider: staff comes later and has no part in it.
        let (appointment, manage) = book(app, &owner, &customer, &service).await;
        let staff = app.member(&owner, Role::Staff).await;
        let first = json!({"appointmentId": appointment, "content": "See you soon"});
        let sent = app.post("/api/messages/send").bearer(&customer.token).json(first).send().await.expect(201);
        let conversation = text(&sent["conversationId"]).to_owned();
        let upload = app.post("/api/messages/upload").bearer(&customer.token).file(&conversation, "hi.txt", "hi");
        let file = upload.send().await.expect(201);
        let attachment = text(&file["attachment"]["id"]).to_owned();
        let second = json!({"conversationId": conversation, "content": "Look", "attachments": [attachment]});
        let sent = app.post("/api/messages/send").bearer(&customer.token).json(second).send().await.expect(201);
        let owner_session = session(app, "/api/auth/sessions", &owner.token).await;
        let customer_session = session(app, "/api/customers/auth/sessions", &customer.token).await;
        let (api_key_id, api_key, connection_token) = system(app, &owner).await;
        let heard = json!({"url": app.hook("/"), "events": ["*"]});
        let webhook = app.post("/api/webhooks").bearer(&owner.token).json(heard).send().await.data(201);
        let (event, delivery) = event(app, &owner).await;
        let wish = json!({"email": format!("invited{}@example.com", app.number()), "role": "staff"});
        let invited = app.post("/api/team/invitations").bearer(&owner.token).json(wish).send().await.data(201);
        Self {
            message: text(&sent["message"]["id"]).to_owned(),
            service: text(&service["id"]).to_owned(),
            outsiders,
            other,
            owner,
            customer,
            other_customer,
            staff,
            appointment,
            manage,
            conversation,
            attachment,
            owner_session,
            customer_session,
            api_key_id,
            webhook: text(&webhook["id"]).to_owned(),
            invitation: text(&invited["invitation"]["id"]).to_owned(),
            event,
            delivery,
            api_key,
            connection_token,
        }
    }

    /// The access token a visitor comes with; empty for none.
    pub fn token(&self, visitor: Visitor, to_customers_door: bool) -> String {
        let kind = usize::from(to_customers_door);
        match visitor {
            Visitor::Nobody => String::new(),
            Visitor::Expired => self.outsiders.expired[kind].clone(),
            Visitor::Revoked => self.outsiders.revoked[kind].clone(),
            Visitor::Suspended => self.outsiders.suspended.clone(),
            Visitor::OtherOwner => self.other.token.clone(),
            Visitor::OtherCustomer => self.other_customer.token.clone(),
            Visitor::Staff => self.staff.token.clone(),
            Visitor::Customer => self.customer.token.clone(),
            Visitor::Owner => self.owner.token.clone(),
            Visitor::System => self.connection_token.clone(),
        }
    }

    /// A path or a body with the names of this scene put in.
    pub fn fill(&self, text: &str) -> String {
        let names = [
            ("{invite}", &self.owner.invite_code),
            ("{tenant}", &self.owner.id),
            ("{owner}", &self.owner.owner_id),
            ("{customer}", &self.customer.id),
            ("{service}", &self.service),
            ("{appointment}", &self.appointment),
            ("{manage}", &self.manage),
            ("{conversation}", &self.conversation),
            ("{message}", &self.message),
            ("{attachment}", &self.attachment),
            ("{apiKey}", &self.api_key_id),
            ("{event}", &self.event),
            ("{delivery}", &self.delivery),
            ("{webhook}", &self.webhook),
            ("{invitation}", &self.invitation),
            ("{staff}", &self.staff.id),
            ("{ownerSession}", &self.owner_session),
            ("{customerSession}", &self.customer_session),
        ];
        names.iter().fold(text.to_owned(), |filled, (name, value)| filled.replace(name, value))
    }
}

async fn book(app: &App, owner: &Business, customer: &Customer, service: &Value) -> (String, String) {
    let body = json!({"inviteCode": owner.invite_code, "customerName": customer.name, "customerEmail": customer.email,
        "service": service["id"], "time": "2026-11-23T07:00:00Z"});
    let made = app.post("/api/public/appointments").bearer(&customer.token).json(body).send().await.expect(201);
    let (_, token) = text(&made["manageUrl"]).split_once("token=").unwrap();
    (text(&made["appointment"]["id"]).to_owned(), token.to_owned())
}

async fn event(app: &App, owner: &Business) -> (String, String) {
    let data = json!({"invoice_id": 1, "client_email": "c@example.com", "invoice_number": "I1", "total_amount": 5});
    let stated = json!({"event_type": "invoice:sent", "event_data": data});
    let accepted = app.post("/api/events").bearer(&owner.token).json(stated).send().await.expect(202);
    let event = text(&accepted["data"]["event_id"]).to_owned();
    let path = format!("/api/events/{event}/deliveries");
    let deliveries = app.get(&path).bearer(&owner.token).send().await.data(200);
    (event, text(&deliveries[0]["id"]).to_owned())
}

async fn session(app: &App, path: &str, token: &str) -> String {
    let sessions = app.get(path).bearer(token).send().await.data(200);
    text(&sessions["sessions"][0]["id"]).to_owned()
}

async fn system(app: &App, owner: &Business) -> (String, String, String) {
    let body = json!({"name": "Shop", "scopes": kernel::Scope::ALL});
    let made = app.post("/api/api-keys").bearer(&owner.token).json(body).send().await.data(201);
    let (id, key) = (text(&made["id"]).to_owned(), text(&made["key"]).to_owned());
    let body = json!({"customer_id": owner.id, "user_id": 1, "session_id": "s"});
    let token = app.post("/auth/token").header("x-api-key", &key).json(body).send().await.expect(200);
    (id, key, text(&token["token"]).to_owned())
}

async fn outsiders(app: &App) -> Outsiders {
    let old = app.business("Old").await;
    let expired = [old.token.clone(), app.customer(&old).await.token];
    app.advance(TOKENS_ARE_OLD);
    let gone = app.business("Gone").await;
    let revoked = [gone.token.clone(), app.customer(&gone).await.token];
    app.post("/api/customers/auth/logout").bearer(&revoked[1]).send().await.expect(200);
    app.post("/api/auth/logout").bearer(&revoked[0]).send().await.expect(200);
    let suspended = app.business("Suspended").await;
    let now = app.world().now();
    app.execute("UPDATE users SET suspended_at = ? WHERE email = ?", vec![now.into(), suspended.email.into()]).await;
    Outsiders { expired, revoked, suspended: suspended.token }
}
