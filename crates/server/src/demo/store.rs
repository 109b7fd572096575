//! Puts the planned salon into the database through the doors that each floor has for what happened before. Everything but
//! the two conversations with pictures is one transaction: a demo that was interrupted has not begun.

use futures_util::future::try_join_all;
use kernel::{Caller, Id, Principal, Timestamp, id};
use people::{
    accounts::{import_business, rules::RegistrationInput},
    customers::{Customer, import_customer},
    operator::import_operator,
    team::{Member, NewMember, import_member},
    tenants::{TenantView, change_settings, rules::SettingsPatch},
};
use platform::{Fault, Result, Tx};
use trade::{
    bookings::{AppointmentHistory, Contact, NewAppointment, Status, import_appointment, state_booked},
    catalog::{Service, ServiceDraft, create_service},
    providers::{OpenRange, WallTime, WeeklyHours, make_bookable},
};

use super::{
    PASSWORD,
    chats::NEWCOMERS_FROM,
    contacts::{self, REGISTERED},
    diary::{Chair, Visit},
    dice::Dice,
    salon::{self, Colleague, OFFERS, OPERATOR, TEAM},
    stage::{DAY, HOUR, Stage},
};

/// When the salon signed up, before the present.
const FOUNDED_AGO: i64 = 640 * DAY;
/// How long a booking is news.
const NEWS_AGE_MAX: i64 = 6 * HOUR;

/// The salon and its people as they were stored.
pub(super) struct Salon {
    pub tenant: TenantView,
    /// As in [`TEAM`].
    pub team: Vec<Member>,
    /// Those with a password first.
    pub customers: Vec<Customer>,
    /// As in [`OFFERS`].
    pub services: Vec<Service>,
}

impl Salon {
    /// Somebody of the team as the one who writes.
    pub fn colleague(&self, place: usize, session: Id<id::Session>) -> Caller {
        let member = &self.team[place];
        let principal = Principal::User { id: member.id, role: member.role };
        let name = member.name.as_str().into();
        Caller { tenant: self.tenant.id, session, principal, name, operator: false, read_only: false }
    }
    /// A customer as the one who writes.
    pub fn customer(&self, place: usize, session: Id<id::Session>) -> Caller {
        let customer = &self.customers[place];
        let principal = Principal::Customer { id: customer.id };
        let name = customer.name.as_str().into();
        Caller { tenant: self.tenant.id, session, principal, name, operator: false, read_only: false }
    }
}

/// One hash for each who signs in: equal passwords must not show as equal hashes.
pub(super) async fn hash_passwords(stage: &Stage) -> Result<Hashes> {
    let passwords = stage.platform.crypto().passwords();
    let hashes = (0..TEAM.len() + REGISTERED.len()).map(|_| passwords.hash(PASSWORD));
    let operator = passwords.hash(PASSWORD).await?;
    Ok(Hashes { salon: try_join_all(hashes).await?, operator })
}

/// What was hashed: for the people of the salon in their order, and for the operator.
pub(super) struct Hashes {
    pub salon: Vec<String>,
    pub operator: String,
}

/// Who runs the installation, in a business of their own.
pub(super) async fn store_operator(stage: &Stage, tx: &mut Tx, hash: String) -> Result<()> {
    let (name, email) = OPERATOR;
    let input = RegistrationInput { email, password: PASSWORD, name: Some(name), ..RegistrationInput::default() };
    import_operator(&stage.people, tx, input, hash).await
}

/// Business, team, services and customers, each with the time they came.
pub(super) async fn store_salon(stage: &mut Stage, tx: &mut Tx, hashes: Vec<String>) -> Result<Salon> {
    let mut hashes = hashes.into_iter();
    let mut next_hash = move || hashes.next().ok_or_else(|| Fault::internal("filling the demo", "too few hashes"));
    stage.set_clock(stage.ago(FOUNDED_AGO));
    let (tenant, owner) = store_business(stage, tx, next_hash()?).await?;
    let mut team = vec![owner];
    for colleague in &TEAM[1..] {
        stage.set_clock(stage.ago(FOUNDED_AGO - HOUR));
        let new = NewMember {
            tenant: tenant.id,
            name: colleague.name.to_owned(),
            email: colleague.email.to_owned(),
            password: PASSWORD.to_owned(),
            role: colleague.role,
        };
        team.push(import_member(&stage.people, tx, &new, next_hash()?).await?);
    }
    // The owner comes last: a new business has made them bookable already, and colours are handed out by number.
    let turns = TEAM.iter().zip(&team).skip(1).chain(TEAM.iter().zip(&team).take(1));
    for (colleague, member) in turns.filter(|(colleague, _)| !colleague.hours.is_empty()) {
        make_bookable(tx, tenant.id, member.id, &weekly_of(colleague)?).await?;
    }
    let services = store_services(stage, tx, &tenant, &team).await?;
    let mut customers = Vec::with_capacity(contacts::CUSTOMERS);
    for (place, contact) in contacts::invent(&mut stage.dice).into_iter().enumerate() {
        let known_for = known_for(&mut stage.dice, place);
        stage.set_clock(stage.ago(known_for));
        let hash = if place < REGISTERED.len() { Some(next_hash()?) } else { None };
        customers.push(import_customer(&stage.people, tx, tenant.id, contact, hash).await?);
    }
    Ok(Salon { tenant, team, customers, services })
}

/// How long ago a customer came first: long before the oldest line of their conversation.
fn known_for(dice: &mut Dice, place: usize) -> i64 {
    let days = match place {
        0..NEWCOMERS_FROM => dice.between(480, 600),
        NEWCOMERS_FROM..40 => dice.between(90, 120),
        _ => dice.between(28, 600),
    };
    days * DAY + dice.between(0, DAY)
}

async fn store_business(stage: &Stage, tx: &mut Tx, hash: String) -> Result<(TenantView, Member)> {
    let Colleague { name, email, role, .. } = TEAM[0];
    let input = RegistrationInput {
        email,
        password: PASSWORD,
        name: Some(name),
        business_name: Some(salon::NAME),
        timezone: Some(salon::TIMEZONE),
        currency: Some(salon::CURRENCY),
        country: Some(salon::COUNTRY),
        ..RegistrationInput::default()
    };
    let (owner, tenant) = import_business(&stage.people, tx, &input, hash).await?;
    let patch = SettingsPatch {
        slug: Some(salon::SLUG.to_owned()),
        about: Some(salon::ABOUT.to_owned()),
        phone: Some(salon::PHONE.to_owned()),
        address: Some(salon::ADDRESS.to_owned()),
        brand_color: Some(salon::BRAND_COLOR.to_owned()),
        ..SettingsPatch::default()
    };
    let tenant = change_settings(tx, &tenant, patch).await?;
    Ok((tenant, Member { id: owner.id, name: owner.name, email: owner.email, role }))
}

pub(super) fn weekly_of(colleague: &Colleague) -> Result<WeeklyHours> {
    let wrong = |what: String| Fault::internal("reading the hours of the demo", what);
    let wall = |text: &str| WallTime::parse(text).ok_or_else(|| wrong(text.to_owned()));
    let mut ranges = Vec::new();
    for (days, start, end) in colleague.hours {
        for day in *days {
            ranges.push(OpenRange { day: *day, start: wall(start)?, end: wall(end)? });
        }
    }
    WeeklyHours::parse(ranges).map_err(|e| wrong(e.to_string()))
}

async fn store_services(stage: &Stage, tx: &mut Tx, tenant: &TenantView, team: &[Member]) -> Result<Vec<Service>> {
    let mut services = Vec::with_capacity(OFFERS.len());
    for (place, offer) in OFFERS.iter().enumerate() {
        // Lists go by age, so that categories stay together.
        stage.set_clock(Timestamp::from_millis(stage.ago(FOUNDED_AGO).millis() + i64::try_from(place).unwrap_or(0)));
        let gives = |colleague: &Colleague| !colleague.hours.is_empty() && colleague.skills.contains(&offer.skill);
        let price = serde_json::from_str(&offer.price.to_string());
        let draft = ServiceDraft {
            name: offer.name.to_owned(),
            description: offer.description.to_owned(),
            category: offer.category.to_owned(),
            duration: offer.minutes,
            price: price.map_err(|e| Fault::internal("reading a price of the demo", e))?,
            active: true,
            provider_ids: TEAM.iter().zip(team).filter(|(c, _)| gives(c)).map(|(_, member)| member.id).collect(),
        };
        services.push(create_service(tx, tenant, draft).await?);
    }
    Ok(services)
}

/// Who of the team can be booked, by their place, and what for.
pub(super) fn chairs() -> Result<(Vec<usize>, Vec<Chair>)> {
    let (mut places, mut chairs) = (Vec::new(), Vec::new());
    for (place, colleague) in TEAM.iter().enumerate().filter(|(_, colleague)| !colleague.hours.is_empty()) {
        let gives = |at: &usize| colleague.skills.contains(&OFFERS[*at].skill);
        places.push(place);
        chairs.push(Chair { weekly: weekly_of(colleague)?, offers: (0..OFFERS.len()).filter(gives).collect() });
    }
    Ok((places, chairs))
}

/// Whether a visit was booked so lately that mails and notices of it are still about.
fn is_news(visit: &Visit, now: Timestamp) -> bool {
    let is_expected = matches!(visit.status, Status::Pending | Status::Confirmed);
    is_expected && visit.booked_at >= Timestamp::from_millis(now.millis() - NEWS_AGE_MAX) && visit.time.start > now
}

/// Stores the visits; the ids stand at their places.
pub(super) async fn store_visits(
    stage: &Stage,
    tx: &mut Tx,
    salon: &Salon,
    seats: &[usize],
    visits: &[Visit],
) -> Result<Vec<Id<id::Appointment>>> {
    let mut ids = Vec::with_capacity(visits.len());
    for visit in visits {
        stage.set_clock(visit.booked_at);
        let (customer, provider) = (&salon.customers[visit.customer], &salon.team[seats[visit.chair]]);
        let new = NewAppointment {
            tenant: &salon.tenant,
            customer: customer.id,
            contact: Contact::from(customer),
            service: &salon.services[visit.offer],
            provider: provider.id,
            provider_name: provider.name.clone(),
            start: visit.time.start,
            status: visit.status,
            source: visit.source,
            notes: visit.notes.map(str::to_owned),
        };
        let history = AppointmentHistory {
            booked_at: visit.booked_at,
            settled_at: visit.settled_at,
            reason: visit.reason.map(str::to_owned),
        };
        let stored = import_appointment(tx, new, history).await?;
        let stored = stored.ok_or_else(|| Fault::internal("filling the demo", "two visits want the same time"))?;
        if is_news(visit, stage.now) {
            state_booked(&stage.platform, tx, salon.tenant.id, stored).await?;
        }
        ids.push(stored);
    }
    Ok(ids)
}
