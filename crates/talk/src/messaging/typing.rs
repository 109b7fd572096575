//! Who is typing. An indicator ends by itself three seconds after the last sign of life; one task watches all of them and
//! sleeps while there are none.

use std::{sync::Arc, time::Duration};

use dashmap::DashMap;
use kernel::{Id, id};
use platform::{Push, Realtime, Room};
use serde_json::json;
use tokio::{sync::Notify, time::Instant};
use uuid::Uuid;

use super::live::{Dialect, conversation_room};

/// How long an indicator lives without a new `typing_start`.
pub const TYPING_FOR: Duration = Duration::from_secs(3);
/// How often expired ones are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// People typing at once; more are not shown.
const TYPING_MAX: usize = 50_000;

#[derive(Debug, Clone)]
struct Mark {
    until: Instant,
    person_id: String,
    name: Arc<str>,
}

/// Everybody who is typing.
#[derive(Clone)]
pub struct Typing {
    marks: Arc<DashMap<(Id<id::Conversation>, Uuid), Mark>>,
    begun: Arc<Notify>,
    realtime: Realtime,
}

impl Typing {
    /// Starts the watching task.
    pub fn start(realtime: Realtime) -> Self {
        let typing = Self { marks: Arc::default(), begun: Arc::default(), realtime };
        tokio::spawn(typing.clone().watch());
        typing
    }

    /// Somebody types: the others in the room are told once.
    pub async fn begin(&self, conversation: Id<id::Conversation>, person: Uuid, person_id: &str, name: &Arc<str>) {
        if self.marks.len() >= TYPING_MAX {
            return;
        }
        let mark = Mark { until: Instant::now() + TYPING_FOR, person_id: person_id.to_owned(), name: name.clone() };
        let known = self.marks.insert((conversation, person), mark.clone()).is_some();
        if !known {
            self.begun.notify_one();
            self.tell("user_typing", conversation, person, &mark).await;
        }
    }

    /// They stopped, or sent.
    pub async fn end(&self, conversation: Id<id::Conversation>, person: Uuid) {
        if let Some((_, mark)) = self.marks.remove(&(conversation, person)) {
            self.tell("user_stopped_typing", conversation, person, &mark).await;
        }
    }

    /// Whether anybody types at all; spares the hot path a look-up.
    pub fn is_idle(&self) -> bool {
        self.marks.is_empty()
    }

    async fn tell(&self, event: &'static str, conversation: Id<id::Conversation>, person: Uuid, mark: &Mark) {
        let rooms = [conversation_room(conversation, Dialect::Pair), conversation_room(conversation, Dialect::Room)];
        let body = json!({"conversationId": conversation, "userId": mark.person_id, "userName": &*mark.name});
        let mut push = Push::new(rooms, event, body);
        push.except.push(Room::person(person));
        self.realtime.push(&push).await;
    }

    async fn watch(self) {
        loop {
            if self.marks.is_empty() {
                self.begun.notified().await;
            }
            tokio::time::sleep(LOOK_EVERY).await;
            let now = Instant::now();
            let over: Vec<_> = self.marks.iter().filter(|m| m.until <= now).map(|m| *m.key()).collect();
            for (conversation, person) in over {
                let expired = self.marks.remove_if(&(conversation, person), |_, mark| mark.until <= now);
                if let Some((_, mark)) = expired {
                    self.tell("user_stopped_typing", conversation, person, &mark).await;
                }
            }
        }
    }
}
