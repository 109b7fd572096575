//! `frontdesk demo`: a salon in Nairobi with two years behind it, so that somebody who looks at Frontdesk for the first time
//! sees a working day and not an empty list. The words and names are in `dialogues.txt`, [`salon`] and [`contacts`]; [`diary`]
//! and [`chats`] decide what happened without a database, [`store`] and [`threads`] write it down. Filling takes a second
//! or two, is the same everywhere but for ids and the present, and happens once.

mod chats;
mod contacts;
mod daytime;
mod dialogue;
mod diary;
mod dice;
mod pictures;
mod salon;
mod stage;
mod store;
mod threads;
mod words;

use kernel::{Timestamp, World};
use people::tenants::{find_by_code_or_slug, is_any_founded};
use platform::{Result, config::Config, crypto::PasswordParams};

use self::{
    contacts::REGISTERED,
    salon::{OPERATOR, TEAM},
    stage::{MINUTE, Stage},
    threads::Stored,
};

pub use contacts::CUSTOMERS;
pub use salon::SLUG;

/// What everybody in the demo signs in with.
pub const PASSWORD: &str = "demo-salon-2026";

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The salon was made, with so much in it.
    Filled(Filled),
    /// It was there before; nothing was changed.
    AlreadyThere,
    /// There is another business, and only an empty house was to be filled; nothing was changed.
    NotEmpty,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Customers.
    pub customers: usize,
    /// Conversations.
    pub conversations: usize,
    /// Messages in them.
    pub messages: usize,
    /// Appointments.
    pub appointments: usize,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Login {
    /// `owner`, `admin`, `manager`, `staff`, `customer` or `operator`.
    pub role: &'static str,
    /// Their name.
    pub name: &'static str,
    /// Their address; the password is [`PASSWORD`].
    pub email: &'static str,
}

/// Everybody who can sign in, the owner first.
pub fn logins() -> Vec<Login> {
    let team = TEAM.iter().map(|c| Login { role: c.role.as_str(), name: c.name, email: c.email });
    let customers = REGISTERED.map(|(name, email)| Login { role: "customer", name, email });
    let operator = Login { role: "operator", name: OPERATOR.0, email: OPERATOR.1 };
    team.chain(customers).chain([operator]).collect()
}

/// Fills the database that the settings name, on connections of its own; with `only_if_empty` nothing is done when there is
/// any business.
pub async fn fill(config: Config, world: &World, passwords: PasswordParams, only_if_empty: bool) -> Result<Outcome> {
    let mut stage = Stage::open(config, world, passwords).await?;
    let outcome = fill_once(&mut stage, only_if_empty).await;
    stage.platform.db().close().await?;
    outcome
}

async fn fill_once(stage: &mut Stage, only_if_empty: bool) -> Result<Outcome> {
    match find_by_code_or_slug(&stage.people, SLUG).await {
        Ok(_) => return Ok(Outcome::AlreadyThere),
        Err(fault) if fault.problem().status == 404 => {}
        Err(fault) => return Err(fault),
    }
    if only_if_empty && is_any_founded(stage.platform.db().read()).await? {
        return Ok(Outcome::NotEmpty);
    }
    Ok(Outcome::Filled(fill_now(stage).await?))
}

async fn fill_now(stage: &mut Stage) -> Result<Filled> {
    let hashes = store::hash_passwords(stage).await?;
    let (seats, chairs) = store::chairs()?;
    let mut tx = stage.platform.db().begin().await?;
    let salon = store::store_salon(stage, &mut tx, hashes.salon).await?;
    let (zone, now) = (salon.tenant.zone(), stage.now);
    let names: Vec<String> = salon.customers.iter().map(|customer| customer.name.clone()).collect();
    let diary = diary::Frame { now, zone: &zone, chairs: &chairs, customers: names.len(), regulars: REGISTERED.len() };
    let mut visits = diary::plan(&diary, &mut stage.dice);
    let frame = chats::Frame { now, zone: &zone, customers: &names, visits: &visits, chairs: &seats };
    let chats = chats::plan(&frame, &mut stage.dice)?;
    book_before_talking(&mut visits, &chats);
    let appointments = store::store_visits(stage, &mut tx, &salon, &seats, &visits).await?;
    let stored = Stored { salon: &salon, visits: &visits, appointments: &appointments, seats: &seats };
    let (with_pictures, plain): (Vec<_>, Vec<_>) = chats.iter().partition(|chat| threads::has_picture(chat));
    for chat in plain {
        threads::store_chat(stage, &tx, &stored, chat).await?;
    }
    store::store_operator(stage, &mut tx, hashes.operator).await?;
    stage.set_clock(now);
    tx.commit().await?;
    for chat in with_pictures {
        threads::store_chat_with_pictures(stage, &stored, chat).await?;
    }
    Ok(Filled {
        customers: names.len(),
        conversations: chats.len(),
        messages: chats.iter().map(|chat| chat.lines.len()).sum(),
        appointments: appointments.len(),
    })
}

/// The thread of a visit begins after the visit was booked.
fn book_before_talking(visits: &mut [diary::Visit], chats: &[chats::Chat]) {
    for (place, first) in chats.iter().filter_map(|chat| Some((chat.visit?, chat.lines.first()?))) {
        let before = Timestamp::from_millis(first.at.millis() - 5 * MINUTE);
        visits[place].booked_at = visits[place].booked_at.min(before);
    }
}
