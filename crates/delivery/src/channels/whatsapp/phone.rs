//! By the phone that the business paired: only when it can send, in its turn, and to numbers that are on WhatsApp.

use std::time::Duration;

use kernel::{Id, id};
use tokio::time::timeout;

use super::{
    super::{Attempted, Outcome, not_prepared},
    Letter, media,
};
use crate::{
    Delivery,
    whatsapp::{
        Content, Outgoing, SessionError, SessionStatus,
        keeper::{ELSEWHERE, Live, NOT_READY},
        store,
    },
};

/// One question to the session.
const ASK_TIMEOUT: Duration = Duration::from_secs(15);
/// Sending, with a file to be uploaded before.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);

/// The session of a business, when it can send and it is this delivery's turn.
pub(super) async fn wait_for_turn(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    of: Id<id::Delivery>,
) -> Result<Live, Outcome> {
    let live = ready(delivery, tenant).await?;
    let world = delivery.platform().world();
    let roll = u16::from_le_bytes(world.random());
    let per_minute = delivery.platform().config().whatsapp.per_minute;
    let asked = live.pacer.lock().ask(of, per_minute, world.now(), roll);
    match asked {
        Ok(()) => Ok(live),
        Err(after) => Err(Outcome::Later { after }),
    }
}

async fn ready(delivery: &Delivery, tenant: Id<id::Tenant>) -> Result<Live, Outcome> {
    let Some(live) = delivery.whatsapp().find(tenant) else {
        // Whoever runs it could not send either: that is the reason, and not where it runs.
        let row = store::find(delivery.db(), tenant).await.map_err(|e| not_prepared(&e).outcome)?;
        if row.is_none_or(|row| row.status != SessionStatus::Ready) {
            return Err(not_ready().outcome);
        }
        return Err(Attempted::held(ELSEWHERE, "Another process of this server speaks for your phone.").outcome);
    };
    let status = *live.status.lock();
    if status == SessionStatus::Ready { Ok(live) } else { Err(not_ready().outcome) }
}

fn not_ready() -> Attempted {
    Attempted::held(NOT_READY, "Your phone is not connected; messages go out when it is.")
}

pub(super) async fn send(
    delivery: &Delivery,
    tenant: Id<id::Tenant>,
    letter: Letter<'_>,
) -> Result<Attempted, Attempted> {
    let live = ready(delivery, tenant).await.map_err(Attempted::new)?;
    if !store::has_reached(delivery.db(), tenant, letter.to).await.map_err(|e| not_prepared(&e))? {
        check_contact(&live, letter.to).await?;
    }
    let log = format!("To: {}\nBy: paired phone\n\n{}", letter.to, letter.text);
    let content = compose(delivery, &letter).await?;
    let message = Outgoing { id: message_id(delivery, letter.delivery), to: letter.to.to_owned(), content };
    let mut attempted = match timeout(SEND_TIMEOUT, live.session.send(message)).await {
        Ok(Ok(id)) => Attempted::new(Outcome::Sent { message_id: Some(id) }),
        Ok(Err(error)) => explain(error),
        Err(_) => Attempted::retry("TIMEOUT", "WhatsApp did not take the message in time."),
    };
    attempted.request = Some(log);
    Ok(attempted)
}

/// Whoever writes to numbers that are not there is taken for a spammer.
async fn check_contact(live: &Live, phone: &str) -> Result<(), Attempted> {
    match timeout(ASK_TIMEOUT, live.session.knows(phone)).await {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(Attempted::dead("NOT_ON_WHATSAPP", "This number is not on WhatsApp.")),
        Ok(Err(error)) => Err(explain(error)),
        Err(_) => Err(Attempted::retry("TIMEOUT", "WhatsApp did not say in time whether it knows this number.")),
    }
}

async fn compose(delivery: &Delivery, letter: &Letter<'_>) -> Result<Content, Attempted> {
    let Some(named) = &letter.media else { return Ok(Content::Text(letter.text.clone())) };
    let (bytes, mime) = media::fetch(delivery.platform().outbound(), named).await?;
    let caption = letter.text.clone();
    Ok(if named.is_picture {
        Content::Image { bytes, mime, caption }
    } else {
        Content::Document { bytes, name: named.name.clone(), mime, caption }
    })
}

/// The same at every attempt: a message that left twice is shown once. In the form that phones expect.
fn message_id(delivery: &Delivery, of: Option<Id<id::Delivery>>) -> String {
    let uuid = of.map_or_else(|| delivery.platform().world().uuid(), |id| id.uuid());
    format!("3EB0{}", hex::encode_upper(&uuid.as_bytes()[7..]))
}

fn explain(error: SessionError) -> Attempted {
    match error {
        SessionError::NotConnected(_) => not_ready(),
        SessionError::Refused(why) => Attempted::dead("WHATSAPP_REFUSED", format!("WhatsApp said: {why}")),
        SessionError::Failed(why) => Attempted::retry("WHATSAPP_FAILED", format!("The message did not leave: {why}")),
    }
}
