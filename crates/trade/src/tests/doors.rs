//! What other floors ask, and what live screens are told.

use kernel::{Id, id};
use serde_json::json;

use super::{App, MONDAY_9, MONDAY_10, text};
use crate::bookings::{Status, appointments_of_customer, link_conversation, thread_facts, thread_facts_many};

async fn messaging_learns_whose_thread_an_appointments_is(app: App) {
    let salon = app.salon().await;
    let other = app.business("bob@example.com", json!({"businessName": "Other"})).await;
    let booked = salon.book(MONDAY_10, "john@example.com").await.expect(201);
    salon.booked(MONDAY_9, "john@example.com").await;
    let id: Id<id::Appointment> = Id::parse(text(&booked["appointment"]["id"])).unwrap();
    let db = app.trade.db();
    let facts = thread_facts(db, salon.tenant(), id).await.unwrap().unwrap();
    assert_eq!(facts.customer.to_string(), text(&booked["appointment"]["customerId"]));
    assert_eq!(facts.provider.to_string(), text(&salon.owner["user"]["id"]));
    assert_eq!((facts.status, facts.completed_at, facts.service_name.as_str()), (Status::Pending, None, "Haircut"));
    assert!(thread_facts(db, other.tenant(), id).await.unwrap().is_none());
    assert_eq!(appointments_of_customer(db, salon.tenant(), facts.customer).await.unwrap().len(), 2);
    salon.step(&id.to_string(), "confirm").await.expect(200);
    let salon = salon.at(MONDAY_10).await;
    salon.step(&id.to_string(), "complete").await.expect(200);
    let done = thread_facts_many(db, salon.tenant(), &[id]).await.unwrap().remove(&id).unwrap();
    assert_eq!((done.status, done.completed_at), (Status::Completed, Some(db.world().now())));
    let conversation = db.world().id();
    let tx = db.begin().await.unwrap();
    link_conversation(&tx, salon.tenant(), id, conversation).await.unwrap();
    tx.commit().await.unwrap();
    let shown = app.get(&format!("/api/appointments/{id}"), &salon.token).await.data(200);
    assert_eq!(shown["conversationId"], conversation.to_string());
}

on_both_databases![messaging_learns_whose_thread_an_appointments_is,];
