//! The in-app channel: a delivery becomes a line, and its reader's open screens are told at once.

use std::sync::Arc;

use futures_util::{FutureExt, future::BoxFuture};
use kernel::{Id, id};
use platform::{Fault, Push, Result, Room};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{
    LIVE_EVENT,
    entity::Model,
    store::{self, Reader},
    view::NotificationView,
};
use crate::{
    Delivery,
    catalogue::{self, EventType, FieldKind, put_path},
    channels::{Attempted, Channel, Lane, Outcome, Pace, Task, considerate::language_of},
    model::ChannelKind,
    templates::{Rendered, render},
};

/// Lines written at once; on SQLite they wait for the one writer anyway.
const AT_ONCE: usize = 8;
/// Characters of a line's text; what is longer is cut.
const BODY_CHARS_MAX: usize = 500;
/// Longest id that a line keeps of what it is about.
const REFERENCE_CHARS_MAX: usize = 200;

/// Writes into the notice centre.
#[derive(Clone)]
pub struct InappChannel {
    delivery: Delivery,
    lane: Lane,
}

impl InappChannel {
    /// For this house.
    pub fn new(delivery: Delivery) -> Self {
        Self { delivery, lane: Lane("inapp".into()) }
    }
}

impl std::fmt::Debug for InappChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InappChannel").finish_non_exhaustive()
    }
}

impl Channel for InappChannel {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Inapp
    }

    fn pace(&self) -> Pace {
        Pace { at_once: AT_ONCE, at_once_in_lane: AT_ONCE, per_second_of_tenant: None, per_minute_of_recipient: None }
    }

    fn lane<'a>(&'a self, _: &'a Task) -> BoxFuture<'a, Lane> {
        futures_util::future::ready(self.lane.clone()).boxed()
    }

    fn attempt<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Attempted> {
        async move {
            match write_line(&self.delivery, task).await {
                Ok(line) => Attempted::new(Outcome::Delivered { message_id: Some(line.to_string()) }),
                Err(Fault::Problem(problem)) if problem.status == 503 => Attempted::retry(problem.code, problem.detail),
                Err(Fault::Problem(problem)) => Attempted::dead(problem.code, problem.detail),
                Err(fault) => {
                    tracing::error!(delivery = %task.delivery, cause = fault.chain(), "a notice could not be written");
                    Attempted::retry("INTERNAL", "The notice could not be written.")
                }
            }
        }
        .boxed()
    }
}

/// Writes the line once, however often it is tried.
async fn write_line(delivery: &Delivery, task: &Task) -> Result<Id<id::Notification>> {
    let person = parse_person(&task.recipient)?;
    let event = &task.event;
    let kind = catalogue::find(delivery, event.tenant, &event.kind).await?;
    let Rendered { subject, text, .. } =
        render(delivery, event, ChannelKind::Inapp, language_of(delivery, task).await?.as_deref()).await?;
    let mut tx = delivery.db().begin().await?;
    let row = Model {
        id: delivery.platform().world().id(),
        tenant_id: event.tenant,
        person_id: person,
        delivery_id: task.delivery,
        event_id: event.id,
        kind: event.kind.to_string(),
        category: kind.as_ref().map_or_else(String::new, |kind| kind.category.clone()),
        title: subject.unwrap_or_default(),
        body: shortened(&text),
        data: kind.map_or_else(|| json!({}), |kind| references(&kind, &event.data)).to_string(),
        created_at: tx.now(),
        read_at: None,
    };
    let (line, view) = (row.id, NotificationView::try_from(row.clone())?);
    if store::try_insert(&tx, row).await? {
        let reader = Reader { tenant: event.tenant, person };
        let unread = store::count_unread(tx.conn(), reader).await?;
        let body = json!({ "notification": view, "unreadCount": unread });
        tx.push(Push::new([Room::person(person)], LIVE_EVENT, body));
    }
    tx.commit().await?;
    Ok(line)
}

/// The person behind `user_…` or `cust_…`.
fn parse_person(address: &Arc<str>) -> Result<Uuid> {
    let user = Id::<id::User>::parse(address).map(Id::uuid);
    let person = user.or_else(|_| Id::<id::Customer>::parse(address).map(Id::uuid));
    person.map_err(|e| kernel::Problem::field("recipient", "INVALID_VALUE", e.to_string()).into())
}

/// What an event is about, as one word: a newer notice of the same takes the older one's place.
pub(crate) fn subject_of(data: &Json) -> Option<String> {
    let ids = [&data["conversationId"], &data["appointment"]["id"], &data["order_id"], &data["invoice_id"]];
    ids.into_iter().find_map(|id| id.as_str().filter(|id| !id.is_empty())).map(str::to_owned)
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(BODY_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// The ids in the data, so that a screen can lead to what the line is about. Nothing else of it is kept here.
fn references(kind: &EventType, data: &Json) -> Json {
    let mut kept = Map::new();
    for field in kind.fields.iter().filter(|field| field.kind == FieldKind::Reference) {
        let short = |value: &&Json| value.as_str().is_none_or(|text| text.len() <= REFERENCE_CHARS_MAX);
        if let Some(value) = field.find_in(data).filter(short) {
            put_path(&mut kept, &field.name, value.clone());
        }
    }
    Json::Object(kept)
}
