//! Three more visitors, whose columns follow from those of the table: an operator who looks into the business, its owner while
//! a second factor is owed, and an operator in a business of their own. What does not follow is listed, and must match exactly.

use people::operator::appoint;
use serde_json::json;

use super::{routes::Row, scene::Scene};
use crate::harness::{App, PASSWORD, text};

/// Somebody whom the table has no column for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Further {
    /// Reads like the owner and changes nothing.
    Look,
    /// The owner, whose business asks for a second factor that they have not set up.
    OwesTwoFactors,
    /// Sees what operators see, and is a stranger everywhere else.
    Operator,
}

/// What is open to whoever owes a second factor: setting it up, seeing oneself, and going.
const OPEN_TO_WHO_OWES: [&str; 14] = [
    "GET /api/auth/2fa/status",
    "GET /api/auth/me",
    "GET /api/auth/passkeys",
    "GET /api/auth/sessions",
    "DELETE /api/auth/sessions/{id}",
    "POST /api/auth/2fa/backup-codes",
    "POST /api/auth/2fa/disable",
    "POST /api/auth/2fa/setup",
    "POST /api/auth/2fa/verify",
    "POST /api/auth/logout",
    "POST /api/auth/logout-all",
    "POST /api/auth/passkeys/register/finish",
    "POST /api/auth/passkeys/register/start",
    "POST /api/auth/switch",
];

/// `METHOD template` and what these three get there, where it does not follow from the table.
const EXCEPTIONS: &[(Further, &str, u16)] = &[
    // Where a credential may be left out, one that is brought must be good for something.
    (Further::OwesTwoFactors, "POST /api/invitations/accept", 403),
    (Further::OwesTwoFactors, "POST /auth/token", 403),
    // The link alone counts. In the table nobody came first and had it done.
    (Further::OwesTwoFactors, "POST /api/public/appointments/manage/cancel", 200),
    (Further::Operator, "POST /api/public/appointments/manage/cancel", 200),
    // What operators are for.
    (Further::Operator, "GET /api/admin/conversations/{id}", 200),
    (Further::Operator, "GET /api/operator/overview", 200),
    (Further::Operator, "GET /api/operator/tenants", 200),
    (Further::Operator, "GET /api/operator/tenants/{id}", 200),
    (Further::Operator, "POST /api/operator/tenants/{id}/impersonate", 200),
    (Further::Operator, "POST /api/operator/tenants/{id}/resume", 409),
    (Further::Operator, "POST /api/operator/tenants/{id}/suspend", 200),
    (Further::Operator, "POST /api/operator/users/{id}/resume", 409),
    (Further::Operator, "POST /api/operator/users/{id}/suspend", 200),
    (Further::Operator, "GET /health/detailed", 200),
    (Further::Operator, "GET /health/metrics", 200),
    (Further::Operator, "GET /metrics", 200),
    // Their own account and business stay the same throughout, so an earlier row has prepared a second factor and a type.
    (Further::Operator, "POST /api/auth/2fa/verify", 422),
    (Further::Operator, "DELETE /api/event-types/{name}", 200),
];

fn name_of(row: &Row) -> String {
    format!("{} {}", row.method, row.template)
}

/// Whether an operator who looks may do this.
pub fn is_reading(row: &Row) -> bool {
    // Asking for the code of a pairing begins the pairing.
    row.method == "GET" && !row.template.starts_with("/whatsapp/qr/")
}

/// What the table lists for nobody, for another owner, and for the owner.
const fn listed(row: &Row) -> (u16, u16, u16) {
    (row.statuses[0], row.statuses[4], row.statuses[8])
}

/// What follows from the table.
fn follows(row: &Row, visitor: Further) -> u16 {
    let (nobody, other_owner, owner) = listed(row);
    match visitor {
        Further::Look if row.template == "/api/auth/logout" || is_reading(row) => owner,
        Further::Look => 403,
        Further::OwesTwoFactors if OPEN_TO_WHO_OWES.contains(&name_of(row).as_str()) => owner,
        // Nobody is asked who they are there.
        Further::OwesTwoFactors if row.statuses.iter().all(|status| *status == nobody) => nobody,
        Further::OwesTwoFactors if nobody == owner && nobody != 401 => owner,
        Further::OwesTwoFactors => 403,
        Further::Operator => other_owner,
    }
}

pub fn expected(row: &Row, visitor: Further) -> u16 {
    let name = name_of(row);
    let exception = EXCEPTIONS.iter().find(|(who, what, _)| *who == visitor && *what == name);
    exception.map_or_else(|| follows(row, visitor), |(_, _, status)| *status)
}

/// Exceptions that are none, because the table says the same.
pub fn idle_exceptions(rows: &[Row]) -> Vec<&'static str> {
    let is_idle = |(visitor, name, status): &&(Further, &'static str, u16)| {
        let row = rows.iter().find(|row| name_of(row) == *name);
        row.is_none_or(|row| follows(row, *visitor) == *status)
    };
    EXCEPTIONS.iter().filter(is_idle).map(|(_, name, _)| *name).collect()
}

async fn sign_in(app: &App, email: &str) -> String {
    let login = json!({"email": email, "password": PASSWORD});
    let data = app.post("/api/auth/login").json(login).send().await.data(200);
    text(&data["accessToken"]).to_owned()
}

/// The token of such a visitor at this scene.
pub async fn token(app: &App, scene: &Scene, visitor: Further) -> String {
    match visitor {
        Further::OwesTwoFactors => {
            let sql = "UPDATE tenants SET require_two_factor = ? WHERE id = ?";
            app.execute(sql, vec![true.into(), scene.owner.tenant().into()]).await;
            // What is remembered of the session is from before.
            sign_in(app, &scene.owner.email).await
        }
        Further::Operator | Further::Look => {
            appoint(&app.house().people, "op@example.com", "Omar Operator", PASSWORD).await.unwrap();
            let operator = sign_in(app, "op@example.com").await;
            if visitor == Further::Operator {
                return operator;
            }
            let path = format!("/api/operator/tenants/{}/impersonate", scene.owner.id);
            let asked = app.post(&path).bearer(&operator).json(json!({"reason": "they asked for help"})).send().await;
            text(&asked.data(200)["accessToken"]).to_owned()
        }
    }
}
