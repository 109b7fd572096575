//! Puts the planned conversations into the database. Those with a picture come after everything else: files are stored
//! before the message that carries them, outside of a transaction.

use kernel::{Caller, Id, Role, Timestamp, id};
use platform::{Fault, Result, Tx, media::Media};
use talk::{
    attachments::import_file,
    messaging::import::{History, PastMark, PastMessage, insert_history},
};
use trade::bookings::link_conversation;

use super::{
    chats::{Chat, Seen, Voice},
    diary::Visit,
    pictures::Picture,
    salon,
    stage::Stage,
    store::Salon,
};

/// The owner's place in the team.
const OWNER: usize = 0;

/// What conversations refer to.
pub(super) struct Stored<'a> {
    pub salon: &'a Salon,
    pub visits: &'a [Visit],
    /// The appointments that the visits became.
    pub appointments: &'a [Id<id::Appointment>],
    /// Who of the team sits where in the diary.
    pub seats: &'a [usize],
}

/// Whether a picture is sent in the conversation.
pub(super) fn has_picture(chat: &Chat) -> bool {
    chat.lines.iter().any(|line| line.picture.is_some())
}

/// Stores one without pictures.
pub(super) async fn store_chat(stage: &Stage, tx: &Tx, stored: &Stored<'_>, chat: &Chat) -> Result<()> {
    let history = history(stage, stored, chat, new_id(stage, chat));
    insert_history(tx, &history).await?;
    match history.appointment {
        Some((appointment, _)) => link_conversation(tx, history.tenant, appointment, history.id).await,
        None => Ok(()),
    }
}

/// Stores one with its pictures, in a transaction of its own.
pub(super) async fn store_chat_with_pictures(stage: &Stage, stored: &Stored<'_>, chat: &Chat) -> Result<()> {
    let mut history = history(stage, stored, chat, new_id(stage, chat));
    // Unsent files are removed a day after they came, so these come now, whenever they are said to have been sent.
    stage.set_clock(stage.now);
    let media = Media::default();
    for (line, message) in chat.lines.iter().zip(&mut history.messages) {
        if let Some(picture) = line.picture {
            message.files.push(upload(stage, &media, &message.sender, history.id, picture).await?);
        }
    }
    let tx = stage.platform.db().begin().await?;
    insert_history(&tx, &history).await?;
    tx.commit().await
}

async fn upload(
    stage: &Stage,
    media: &Media,
    sender: &Caller,
    conversation: Id<id::Conversation>,
    picture: Picture,
) -> Result<Id<id::Attachment>> {
    let bytes = picture.draw()?;
    let failed = |e: std::io::Error| Fault::internal("spooling a picture of the demo", e);
    let mut spool = stage.platform.storage().spool(bytes.len() as u64).await.map_err(failed)?;
    spool.write(&bytes).await.map_err(|e| Fault::internal("spooling a picture of the demo", e))?;
    let (file, _) = spool.finish().await.map_err(failed)?;
    let uploaded = import_file(&stage.platform, media, sender, conversation, file, picture.file_name()).await?;
    Ok(uploaded.id)
}

fn first_at(stage: &Stage, chat: &Chat) -> Timestamp {
    chat.lines.first().map_or(stage.now, |line| line.at)
}

fn new_id(stage: &Stage, chat: &Chat) -> Id<id::Conversation> {
    stage.set_clock(first_at(stage, chat));
    stage.platform.world().id()
}

fn history(stage: &Stage, stored: &Stored<'_>, chat: &Chat, conversation: Id<id::Conversation>) -> History {
    let salon = stored.salon;
    let session = stage.platform.world().id();
    let appointment = chat.visit.map(|place| {
        let provider = salon.team[stored.seats[stored.visits[place].chair]].id;
        (stored.appointments[place], provider)
    });
    let mut messages: Vec<PastMessage> = Vec::with_capacity(chat.lines.len());
    for line in &chat.lines {
        stage.set_clock(line.at);
        messages.push(PastMessage {
            id: stage.platform.world().id(),
            sender: match line.by {
                Voice::Customer => salon.customer(chat.customer, session),
                Voice::Team(place) => salon.colleague(place, session),
            },
            content: line.text.clone(),
            at: line.at,
            reply_to: line.answers.and_then(|answered| messages.get(answered)).map(|message| message.id),
            files: Vec::new(),
        });
    }
    // Who administers the business reads what its owner reads.
    let administers = salon::TEAM.iter().position(|colleague| colleague.role == Role::Admin);
    let along = |seen: &Seen| {
        let by = administers.filter(|_| matches!(seen.by, Voice::Team(OWNER))).map(Voice::Team)?;
        Some(Seen { by, ..*seen })
    };
    let mark = |seen: Seen| PastMark {
        reader: match seen.by {
            Voice::Customer => salon.customers[chat.customer].id.uuid(),
            Voice::Team(place) => salon.team[place].id.uuid(),
        },
        up_to_seq: i64::try_from(seen.lines).unwrap_or(i64::MAX),
        at: seen.at,
        read: seen.read,
    };
    History {
        id: conversation,
        tenant: salon.tenant.id,
        customer: salon.customers[chat.customer].id,
        appointment,
        status: chat.status,
        priority: chat.priority,
        tags: chat.tags.clone(),
        assigned_to: chat.assigned_to.map(|place| salon.team[place].id),
        opened_at: first_at(stage, chat),
        messages,
        marks: chat.seen.iter().flat_map(|seen| [Some(*seen), along(seen)]).flatten().map(mark).collect(),
    }
}
