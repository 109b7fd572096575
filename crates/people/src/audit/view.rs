//! A line as admins see it.

use std::collections::{BTreeSet, HashMap};

use kernel::{Id, Timestamp, id};
use platform::{Db, Result};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::store::{self, Line, Named, UserFacts};

/// What sort of actor did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum ActorKind {
    /// Somebody of the team, now or then.
    User,
    /// A customer.
    Customer,
    /// Another system, by its key.
    Key,
    /// Frontdesk itself.
    System,
    /// Whoever runs this installation.
    Operator,
}

/// Who did it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Actor {
    /// `user_…`, `cust_…`, `key_…`, or `system`.
    pub id: String,
    /// As they are called now; absent when nobody knows any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What they are.
    pub kind: ActorKind,
}

/// To what it was done.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuditObject {
    /// Its id.
    pub id: String,
    /// What the id begins with: `user`, `appt`, `svc`, …; `other` for what has no such id.
    pub kind: String,
    /// What people call it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub label: Option<String>,
}

/// One act.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntryView {
    /// The line's id.
    pub id: Id<id::Audit>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, past tense and dotted: `service.updated`.
    pub action: String,
    /// To what.
    pub object: AuditObject,
    /// What else the act says of itself.
    pub details: Json,
    /// What was changed, as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub before: Option<Json>,
    /// What was changed, as it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub after: Option<Json>,
    /// From which address, when a request did it.
    pub ip: Option<String>,
    /// By which program, where that was noted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user_agent: Option<String>,
}

/// A page of the log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EntryList {
    /// Newest first.
    pub entries: Vec<EntryView>,
    /// For `?cursor=`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<Id<id::Audit>>,
}

/// The kinds of acts that the log has.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ActionList {
    /// In order.
    pub actions: Vec<String>,
}

/// Names of whoever the lines of one page speak of.
struct Names {
    users: HashMap<Uuid, UserFacts>,
    customers: HashMap<Uuid, String>,
    keys: HashMap<Uuid, String>,
}

/// The lines with the names of people.
pub(super) async fn show(db: &Db, tenant: Id<id::Tenant>, lines: Vec<Line>) -> Result<Vec<EntryView>> {
    let ids = || lines.iter().flat_map(|line| [line.actor.as_str(), line.object.as_str()]);
    let users: BTreeSet<_> = ids().filter_map(|id| Id::<id::User>::parse(id).ok()).map(Id::uuid).collect();
    let customers: BTreeSet<_> = ids().filter_map(|id| Id::<id::Customer>::parse(id).ok()).map(Id::uuid).collect();
    let keys: BTreeSet<_> = ids().filter_map(|id| Id::<id::ApiKey>::parse(id).ok()).map(Id::uuid).collect();
    let names = Names {
        users: store::find_users(db, tenant, &users).await?,
        customers: store::find_names(db, tenant, Named::Customers, &customers).await?,
        keys: store::find_names(db, tenant, Named::Keys, &keys).await?,
    };
    Ok(lines.into_iter().map(|line| entry(line, &names)).collect())
}

impl Names {
    fn find(&self, id: &str) -> Option<String> {
        if let Ok(user) = Id::<id::User>::parse(id) {
            return self.users.get(&user.uuid()).map(|facts| facts.name.clone());
        }
        if let Ok(customer) = Id::<id::Customer>::parse(id) {
            return self.customers.get(&customer.uuid()).cloned();
        }
        self.keys.get(&Id::<id::ApiKey>::parse(id).ok()?.uuid()).cloned()
    }

    fn kind(&self, id: &str) -> ActorKind {
        if let Ok(user) = Id::<id::User>::parse(id) {
            let is_operator = self.users.get(&user.uuid()).is_some_and(|facts| facts.is_operator);
            return if is_operator { ActorKind::Operator } else { ActorKind::User };
        }
        match (Id::<id::Customer>::parse(id), Id::<id::ApiKey>::parse(id)) {
            (Ok(_), _) => ActorKind::Customer,
            (_, Ok(_)) => ActorKind::Key,
            _ => ActorKind::System,
        }
    }
}

fn entry(line: Line, names: &Names) -> EntryView {
    let mut details = line.details;
    let mut take = |name: &str| details.as_object_mut().and_then(|of| of.remove(name)).filter(|value| !value.is_null());
    let (before, after) = (take("before"), take("after"));
    let user_agent =
        take("userAgent").and_then(|value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned));
    let said = |of: Option<&Json>| of.and_then(|of| of.get("name")).and_then(Json::as_str).map(str::to_owned);
    let label = names.find(&line.object).or_else(|| said(after.as_ref())).or_else(|| said(Some(&details)));
    let kind = line.object.split_once('_').map_or("other", |(prefix, _)| prefix).to_owned();
    EntryView {
        id: line.id,
        at: line.at,
        actor: Actor { name: names.find(&line.actor), kind: names.kind(&line.actor), id: line.actor },
        action: line.action,
        object: AuditObject { id: line.object, kind, label },
        details,
        before,
        after,
        ip: line.ip,
        user_agent,
    }
}
