//! Who is connected to this process and in which conversation. The rooms of the socket layer carry the events; this keeps
//! what rooms cannot say: how many sockets of which dialect listen, and whether a person is here at all.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering},
};

use dashmap::DashMap;
use kernel::{Caller, Id, id};
use parking_lot::Mutex;
use platform::{Room, limits::Pace};
use smallvec::SmallVec;
use uuid::Uuid;

use super::line::Line;

/// Conversations one socket may be in.
pub const JOINED_MAX: usize = 500;

/// Whose event names a socket understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `message_received` for the others, `message_sent` for the sender.
    Pair,
    /// `new_message` for the whole room.
    Room,
}

const UNDECIDED: u8 = 0;
const PAIR: u8 = 1;
const ROOM: u8 = 2;

/// What is kept per socket.
pub struct SocketState {
    /// Who it speaks for.
    pub caller: Caller,
    dialect: AtomicU8,
    joined: Mutex<SmallVec<[Id<id::Conversation>; 4]>>,
    /// Events that wait for the one before them.
    pub(super) line: Mutex<Line>,
    /// How fast it speaks.
    pub pace: Pace,
    /// Whether it is counted as here; also when it never gets as far as a disconnect, it is counted off with this state.
    counted: AtomicBool,
    live: Arc<Live>,
}

impl SocketState {
    /// A socket that just authenticated; its person is here from now on.
    pub fn new(caller: Caller, dialect: Option<Dialect>, live: Arc<Live>) -> Self {
        let code = match dialect {
            None => UNDECIDED,
            Some(Dialect::Pair) => PAIR,
            Some(Dialect::Room) => ROOM,
        };
        Self {
            caller,
            dialect: AtomicU8::new(code),
            joined: Mutex::default(),
            line: Mutex::default(),
            pace: Pace::default(),
            counted: AtomicBool::new(false),
            live,
        }
    }
    /// Counts the socket as here; true when it is the first one of its person.
    pub fn arrive(&self) -> bool {
        self.counted.store(true, Ordering::Release);
        self.live.arrive(&self.caller)
    }
    /// Counts it off, once; true when it was the last one of its person.
    pub fn depart(&self) -> bool {
        self.counted.swap(false, Ordering::AcqRel) && self.live.depart(&self.caller)
    }
    /// Whether it has not gone away. The library's own word comes a moment after a client may have sent its first event.
    pub fn is_here(&self) -> bool {
        self.counted.load(Ordering::Acquire)
    }
    /// The dialect; the pair one until something says otherwise.
    pub fn dialect(&self) -> Dialect {
        if self.dialect.load(Ordering::Relaxed) == ROOM { Dialect::Room } else { Dialect::Pair }
    }
    /// The first join of an undecided socket decides; true when this one did.
    pub fn decide(&self, dialect: Dialect) -> bool {
        let code = if dialect == Dialect::Room { ROOM } else { PAIR };
        self.dialect.compare_exchange(UNDECIDED, code, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
    /// Notes a join; false when it was already in.
    pub fn note_joined(&self, conversation: Id<id::Conversation>) -> bool {
        let mut joined = self.joined.lock();
        let new = !joined.contains(&conversation);
        if new {
            joined.push(conversation);
        }
        new
    }
    /// Whether it is in this conversation, or another one fits.
    pub fn has_space(&self, conversation: Id<id::Conversation>) -> bool {
        let joined = self.joined.lock();
        joined.len() < JOINED_MAX || joined.contains(&conversation)
    }
    /// Notes a leave; false when it was not in.
    pub fn note_left(&self, conversation: Id<id::Conversation>) -> bool {
        let mut joined = self.joined.lock();
        let place = joined.iter().position(|c| *c == conversation);
        place.map(|i| joined.swap_remove(i)).is_some()
    }
    /// Every conversation it is in.
    pub fn joined(&self) -> SmallVec<[Id<id::Conversation>; 4]> {
        self.joined.lock().clone()
    }
}

impl Drop for SocketState {
    fn drop(&mut self) {
        self.depart();
    }
}

#[derive(Default)]
struct Listeners {
    pair: AtomicU32,
    room: AtomicU32,
}

/// The process-wide registry.
#[derive(Default)]
pub struct Live {
    conversations: DashMap<Uuid, Listeners>,
    people: DashMap<Uuid, u32>,
    /// Sockets of the business side per tenant.
    business: DashMap<Uuid, u32>,
    /// Customers who are known to have a conversation.
    sharing: Sharing,
}

/// Customers remembered as having a conversation.
const SHARING_MAX: u64 = 200_000;

struct Sharing(moka::sync::Cache<Id<id::Customer>, ()>);

impl Default for Sharing {
    fn default() -> Self {
        Self(moka::sync::Cache::new(SHARING_MAX))
    }
}

impl Live {
    /// A socket of this person came; true when it is their first.
    pub fn arrive(&self, caller: &Caller) -> bool {
        if caller.is_business() {
            *self.business.entry(caller.tenant.uuid()).or_insert(0) += 1;
        }
        let mut count = self.people.entry(caller.person()).or_insert(0);
        *count += 1;
        *count == 1
    }
    /// One left; true when it was their last.
    pub fn depart(&self, caller: &Caller) -> bool {
        let person = caller.person();
        if caller.is_business() {
            let tenant = caller.tenant.uuid();
            if let Some(mut count) = self.business.get_mut(&tenant) {
                *count = count.saturating_sub(1);
            }
            self.business.remove_if(&tenant, |_, count| *count == 0);
        }
        let gone = self.people.get_mut(&person).is_none_or(|mut count| {
            *count = count.saturating_sub(1);
            *count == 0
        });
        if gone {
            self.people.remove_if(&person, |_, count| *count == 0);
        }
        gone
    }
    /// Whether the person is connected.
    pub fn is_online(&self, person: Uuid) -> bool {
        self.people.contains_key(&person)
    }
    /// Whether anybody of the business side is connected.
    pub fn has_business(&self, tenant: Id<id::Tenant>) -> bool {
        self.business.contains_key(&tenant.uuid())
    }
    /// Notes that a customer has a conversation.
    pub fn note_sharing(&self, customer: Id<id::Customer>) {
        self.sharing.0.insert(customer, ());
    }
    /// Whether that was noted.
    pub fn is_sharing(&self, customer: Id<id::Customer>) -> bool {
        self.sharing.0.contains_key(&customer)
    }
    /// How many people are connected.
    pub fn people(&self) -> usize {
        self.people.len()
    }
    /// A socket listens to a conversation.
    pub fn listen(&self, conversation: Id<id::Conversation>, dialect: Dialect) {
        let listeners = self.conversations.entry(conversation.uuid()).or_default();
        listeners.of(dialect).fetch_add(1, Ordering::Relaxed);
    }
    /// It does no more.
    pub fn unlisten(&self, conversation: Id<id::Conversation>, dialect: Dialect) {
        if let Some(listeners) = self.conversations.get(&conversation.uuid()) {
            listeners.of(dialect).fetch_sub(1, Ordering::Relaxed);
        }
        self.conversations.remove_if(&conversation.uuid(), |_, l| {
            l.pair.load(Ordering::Relaxed) == 0 && l.room.load(Ordering::Relaxed) == 0
        });
    }
    /// How many sockets of each dialect listen: (pair, room).
    pub fn listeners(&self, conversation: Id<id::Conversation>) -> (u32, u32) {
        self.conversations
            .get(&conversation.uuid())
            .map_or((0, 0), |l| (l.pair.load(Ordering::Relaxed), l.room.load(Ordering::Relaxed)))
    }
}

impl Listeners {
    fn of(&self, dialect: Dialect) -> &AtomicU32 {
        if dialect == Dialect::Pair { &self.pair } else { &self.room }
    }
}

/// The sockets of one dialect in a conversation.
pub fn conversation_room(conversation: Id<id::Conversation>, dialect: Dialect) -> Room {
    let kind = if dialect == Dialect::Pair { 'p' } else { 'r' };
    Room(format!("c{kind}:{}", conversation.uuid().simple()))
}

/// The sockets that are being sent what they missed in a conversation: new messages wait for that.
pub fn catching_room(conversation: Id<id::Conversation>) -> Room {
    Room(format!("cx:{}", conversation.uuid().simple()))
}

/// The sockets of one person that speak the pair dialect.
pub fn person_pair_room(person: Uuid) -> Room {
    Room(format!("pp:{}", person.simple()))
}

/// The connected customers of a business who share a conversation with it.
pub fn customers_room(tenant: Id<id::Tenant>) -> Room {
    Room(format!("tc:{}", tenant.uuid().simple()))
}
