//! Answers the questions that a floor asks of those above it: each port is a trait of the one who needs it, and here
//! stands who answers.

use std::sync::Arc;

use delivery::{
    Delivery, events, preferences,
    templates::{Rendered, write_letter},
};
use futures_util::{FutureExt, future::BoxFuture};
use jiff::tz::TimeZone;
use kernel::{Id, Sender, id};
use people::{
    letters::{LetterKind, OwnWords, Written},
    tenants::{DayHours, NewMemberHook, NewTenantHook, OpeningHours, Owner, PersonalZones, Ports, TenantView},
};
use platform::{Result, Tx, db::Db};
use serde_json::Value as Json;
use talk::{
    messaging::{
        actions::{begin_at_present, follow_in},
        ports::{AppointmentFacts, AppointmentThreads, Subscriptions},
    },
    sockets::ports::{EventIntake, Tell},
};
use trade::{
    bookings::{
        self, Status,
        ports::{AppointmentChange, ThreadsOfAppointments},
    },
    providers,
};
use uuid::Uuid;

/// What people ask of trade.
struct BookingsForPeople(Db);

impl NewTenantHook for BookingsForPeople {
    fn tenant_created<'a>(
        &'a self,
        tx: &'a mut Tx,
        tenant: &'a TenantView,
        owner: &'a Owner,
    ) -> BoxFuture<'a, Result<()>> {
        providers::provide_defaults(tx, tenant.id, owner.id).boxed()
    }
}

impl OpeningHours for BookingsForPeople {
    fn opening_hours<'a>(&'a self, tenant: &'a TenantView) -> BoxFuture<'a, Result<Vec<DayHours>>> {
        providers::find_opening_hours(self.0.read(), tenant.id).boxed()
    }
}

/// What people ask of talk.
struct ThreadsForPeople;

impl NewMemberHook for ThreadsForPeople {
    fn member_joined<'a>(
        &'a self,
        tx: &'a Tx,
        tenant: Id<id::Tenant>,
        member: Id<id::User>,
    ) -> BoxFuture<'a, Result<()>> {
        begin_at_present(tx, tenant, member).boxed()
    }
}

/// What people ask of delivery.
struct ChoicesForPeople(Db);

impl PersonalZones for ChoicesForPeople {
    fn zone_of(&self, tenant: Id<id::Tenant>, person: Uuid) -> BoxFuture<'_, Result<Option<TimeZone>>> {
        async move { preferences::find_zone(self.0.read(), tenant, person).await }.boxed()
    }
}

/// Everything that people ask for.
pub fn ports_of_people(db: &Db) -> Ports {
    let bookings = Arc::new(BookingsForPeople(db.clone()));
    Ports {
        new_tenant: bookings.clone(),
        new_member: Arc::new(ThreadsForPeople),
        opening_hours: bookings,
        zones: Arc::new(ChoicesForPeople(db.clone())),
    }
}

/// What people ask of delivery.
struct WordsForPeople(Delivery);

impl OwnWords for WordsForPeople {
    fn write<'a>(
        &'a self,
        tenant: Id<id::Tenant>,
        customer: Option<Id<id::Customer>>,
        kind: &'static LetterKind,
        values: &'a Json,
    ) -> BoxFuture<'a, Result<Written>> {
        async move {
            let Rendered { subject, text, html } = write_letter(&self.0, tenant, customer, kind, values).await?;
            Ok(Written { subject: subject.unwrap_or_default(), text, html })
        }
        .boxed()
    }
}

/// Who writes the letters about accounts in the words of businesses.
pub fn words_of_people(delivery: &Delivery) -> Arc<dyn OwnWords> {
    Arc::new(WordsForPeople(delivery.clone()))
}

/// What talk asks of trade.
struct BookingsForTalk(Db);

impl AppointmentThreads for BookingsForTalk {
    fn find<'a>(
        &'a self,
        tenant: Id<id::Tenant>,
        appointments: &'a [Id<id::Appointment>],
    ) -> BoxFuture<'a, Result<Vec<AppointmentFacts>>> {
        async move {
            let found = bookings::thread_facts_many(&self.0, tenant, appointments).await?;
            Ok(found.into_values().map(facts).collect())
        }
        .boxed()
    }

    fn link<'a>(
        &'a self,
        tx: &'a Tx,
        tenant: Id<id::Tenant>,
        appointment: Id<id::Appointment>,
        conversation: Id<id::Conversation>,
    ) -> BoxFuture<'a, Result<()>> {
        bookings::link_conversation(tx, tenant, appointment, conversation).boxed()
    }
}

fn facts(of: bookings::ThreadFacts) -> AppointmentFacts {
    AppointmentFacts {
        id: of.appointment,
        customer: Some(of.customer),
        provider: Some(of.provider),
        status: of.status.as_str().to_owned(),
        service: of.service_name,
        start: of.start,
        timezone: of.timezone,
        completed_at: of.completed_at,
    }
}

/// What talk must know about appointments.
pub fn appointments_of_talk(db: &Db) -> Arc<dyn AppointmentThreads> {
    Arc::new(BookingsForTalk(db.clone()))
}

/// What trade asks of talk.
struct ThreadsForBookings;

impl ThreadsOfAppointments for ThreadsForBookings {
    fn follow<'a>(&'a self, tx: &'a mut Tx, change: AppointmentChange) -> BoxFuture<'a, Result<()>> {
        let AppointmentChange { tenant, appointment, provider, status } = change;
        // A visit that took place keeps its thread open for the days of after-care.
        let ended = matches!(status, Status::Cancelled | Status::Rejected | Status::NoShow);
        follow_in(tx, tenant, appointment, provider, ended).boxed()
    }
}

/// What follows an appointment's changes at once.
pub fn threads_of_trade() -> Arc<dyn ThreadsOfAppointments> {
    Arc::new(ThreadsForBookings)
}

/// What talk asks of delivery.
struct EventsForTalk(Delivery);

impl EventIntake for EventsForTalk {
    fn receive<'a>(
        &'a self,
        sender: &'a Sender,
        request_id: &'a str,
        payload: &'a str,
        tell: Tell<'a>,
    ) -> BoxFuture<'a, Json> {
        events::socket::receive(&self.0, sender, request_id, payload, tell).boxed()
    }
}

/// What talk asks of delivery about who listens.
struct SubscriptionsForTalk(Delivery);

impl Subscriptions for SubscriptionsForTalk {
    fn are_there<'a>(&'a self, tenant: Id<id::Tenant>, kind: &'static str) -> BoxFuture<'a, Result<bool>> {
        delivery::webhooks::are_subscribed(&self.0, tenant, kind).boxed()
    }
}

/// Who knows which systems listen to messages.
pub fn subscriptions_of_talk(delivery: &Delivery) -> Arc<dyn Subscriptions> {
    Arc::new(SubscriptionsForTalk(delivery.clone()))
}

/// Who takes in the events that come over sockets.
pub fn events_of_talk(delivery: &Delivery) -> Arc<dyn EventIntake> {
    Arc::new(EventsForTalk(delivery.clone()))
}
