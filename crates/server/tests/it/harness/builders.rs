//! The people of a test, made through the same doors as everybody else's.

use kernel::{Id, Role, id};
use people::team::{NewMember, create_member};
use serde_json::{Value, json};

use super::{App, text};

/// What everybody signs in with.
pub const PASSWORD: &str = "correct horse battery";

/// A business and its owner.
#[derive(Debug, Clone)]
pub struct Business {
    pub token: String,
    pub refresh_token: String,
    pub owner_id: String,
    pub email: String,
    pub id: String,
    pub slug: String,
    pub invite_code: String,
}

/// Somebody of the team.
#[derive(Debug, Clone)]
pub struct Member {
    pub token: String,
    pub id: String,
    pub email: String,
}

/// A customer who signed up.
#[derive(Debug, Clone)]
pub struct Customer {
    pub token: String,
    pub refresh_token: String,
    pub id: String,
    pub email: String,
    pub name: String,
}

impl Business {
    /// The tenant's id.
    pub fn tenant(&self) -> Id<id::Tenant> {
        Id::parse(&self.id).unwrap()
    }
}

impl App {
    /// A business in Nairobi with its owner signed in.
    pub async fn business(&self, name: &str) -> Business {
        let email = format!("owner{}@example.com", self.number());
        let body = json!({"email": email, "password": PASSWORD, "name": "Olive Owner", "businessName": name, "country": "KE",
            "timezone": "Africa/Nairobi", "currency": "KES"});
        let data = self.post("/api/auth/register").json(body).send().await.data(201);
        let team = &data["team"];
        Business {
            token: text(&data["accessToken"]).to_owned(),
            refresh_token: text(&data["refreshToken"]).to_owned(),
            owner_id: text(&data["user"]["id"]).to_owned(),
            email,
            id: text(&team["id"]).to_owned(),
            slug: text(&team["slug"]).to_owned(),
            invite_code: text(&team["inviteCode"]).to_owned(),
        }
    }

    /// The same with its own first mails out of the way, for what looks at every mail or lets mail fail.
    pub async fn settled_business(&self, name: &str) -> Business {
        let business = self.business(name).await;
        self.run_due_jobs().await;
        self.mailbox().clear();
        business
    }

    /// Somebody with a role in the business, signed in and bookable at the usual hours.
    pub async fn member(&self, business: &Business, role: Role) -> Member {
        let email = format!("member{}@example.com", self.number());
        let new = NewMember {
            tenant: business.tenant(),
            name: format!("Mia Member {}", self.number()),
            email: email.clone(),
            password: PASSWORD.to_owned(),
            role,
        };
        let member = create_member(&self.house().people, new).await.unwrap();
        let mut tx = self.house().platform.db().begin().await.unwrap();
        trade::providers::provide_defaults(&mut tx, business.tenant(), member.id).await.unwrap();
        tx.commit().await.unwrap();
        let login = json!({"email": email, "password": PASSWORD});
        let data = self.post("/api/auth/login").json(login).send().await.data(200);
        Member { token: text(&data["accessToken"]).to_owned(), id: member.id.to_string(), email }
    }

    /// A fact of the house, as a room of it states one; carried out. Gives the event that it becomes.
    pub async fn fact(&self, business: &Business, kind: &'static str, data: Value) -> Id<id::Event> {
        let mut tx = self.house().platform.db().begin().await.unwrap();
        let event = tx.emit(business.tenant(), kind, data).await.unwrap();
        tx.commit().await.unwrap();
        self.run_due_jobs().await;
        event
    }

    /// A customer of the business, signed in.
    pub async fn customer(&self, business: &Business) -> Customer {
        let (email, name) = (format!("customer{}@example.com", self.number()), format!("Cara {}", self.number()));
        let body = json!({"inviteCode": business.invite_code, "email": email, "password": PASSWORD, "name": name});
        let data = self.post("/api/customers/auth/register").json(body).send().await.data(201);
        Customer {
            token: text(&data["accessToken"]).to_owned(),
            refresh_token: text(&data["refreshToken"]).to_owned(),
            id: text(&data["customer"]["id"]).to_owned(),
            email,
            name,
        }
    }

    /// A service of an hour for 1,500 shillings, given by everybody.
    pub async fn service(&self, business: &Business) -> Value {
        let body = json!({"name": format!("Haircut {}", self.number()), "duration": 60, "price": 1500});
        self.post("/api/services").bearer(&business.token).json(body).send().await.data(201)
    }

    /// A booking of the customer for a service at an instant such as `2026-11-23T07:00:00Z` (Monday, 10:00 in Nairobi).
    pub async fn booking(&self, business: &Business, customer: &Customer, service: &Value, time: &str) -> Value {
        let body = json!({"inviteCode": business.invite_code, "customerName": customer.name, "customerEmail": customer.email,
            "service": service["id"], "time": time});
        let asked = self.post("/api/public/appointments").bearer(&customer.token).json(body);
        asked.send().await.expect(201)["appointment"].take()
    }
}
