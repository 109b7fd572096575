//! What a conversation and a message look like to clients.

use kernel::{Id, Principal, Role, Timestamp, id};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ports::AppointmentFacts;
use crate::attachments::AttachmentView;

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ConversationStatus)]
pub enum Status {
    /// In the inbox.
    Active,
    /// Put away; a new message brings it back.
    Archived,
    /// The customer cannot write.
    Blocked,
}

/// How urgent the business finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = ConversationPriority)]
pub enum Priority {
    /// Can wait.
    Low,
    /// As usual.
    Normal,
    /// Soon.
    High,
    /// Now.
    Urgent,
}

/// What the thread is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ConversationKind {
    /// The one thread of a customer with the business.
    Direct,
    /// About one appointment, with its provider.
    Appointment,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* }) => {
        impl $name {
            /// The word stored and shown.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
            /// Reads the stored word.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}
words!(Status { Active = "active", Archived = "archived", Blocked = "blocked" });
words!(Priority { Low = "low", Normal = "normal", High = "high", Urgent = "urgent" });
words!(ConversationKind { Direct = "direct", Appointment = "appointment" });

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// Stored.
    Sent,
    /// A device of the other side has it.
    Delivered,
    /// A person of the other side has read it.
    Read,
}

/// Which side wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SenderType {
    /// The end customer.
    Customer,
    /// The business side.
    Provider,
}

/// The role a message was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SenderRole {
    /// The owner.
    BusinessOwner,
    /// Anybody else of the team.
    Staff,
    /// An administrator.
    Admin,
    /// The end customer.
    Customer,
}
words!(SenderRole { BusinessOwner = "business_owner", Staff = "staff", Admin = "admin", Customer = "customer" });

impl SenderRole {
    /// From who is writing.
    pub fn of(principal: Principal) -> Self {
        match principal {
            Principal::Customer { .. } => Self::Customer,
            Principal::User { role: Role::Owner, .. } => Self::BusinessOwner,
            Principal::User { role: Role::Admin, .. } => Self::Admin,
            Principal::User { .. } => Self::Staff,
        }
    }
    /// The side.
    pub fn side(self) -> SenderType {
        if self == Self::Customer { SenderType::Customer } else { SenderType::Provider }
    }
    /// The sender's id as clients see it.
    pub fn person_id(self, person: Uuid) -> String {
        match self.side() {
            SenderType::Customer => Id::<id::Customer>::from_uuid(person).to_string(),
            SenderType::Provider => Id::<id::User>::from_uuid(person).to_string(),
        }
    }
}

/// Who read a message, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReadBy {
    /// The reader: a user's or a customer's id.
    pub user_id: String,
    /// When they had read this far.
    pub read_at: Timestamp,
}

/// A message as clients see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// The message.
    pub id: Id<id::Message>,
    /// The same, for older clients.
    #[serde(rename = "_id")]
    pub legacy_id: Id<id::Message>,
    /// Its thread.
    pub conversation_id: Id<id::Conversation>,
    /// Its number there, from 1 without gaps.
    pub seq: i64,
    /// The writer: a user's or a customer's id.
    pub sender_id: String,
    /// Their name when they wrote.
    pub sender_name: String,
    /// Their side.
    pub sender_type: SenderType,
    /// Their role then.
    pub sender_role: SenderRole,
    /// The text exactly as sent; empty when deleted.
    pub content: String,
    /// Files, with links for this reader.
    pub attachments: Vec<AttachmentView>,
    /// When it was stored.
    pub timestamp: Timestamp,
    /// How far it has come.
    pub status: MessageStatus,
    /// Who has read it.
    pub read_by: Vec<ReadBy>,
    /// The message it answers.
    pub reply_to: Option<Id<id::Message>>,
    /// When it was last changed.
    pub edited_at: Option<Timestamp>,
    /// Whether its writer took it back.
    pub is_deleted: bool,
    /// The sender's own id for it.
    pub client_message_id: Option<String>,
}

/// A conversation as one side sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// The conversation.
    pub id: Id<id::Conversation>,
    /// The other side: the customer's name, or the business's.
    pub name: String,
    /// The other side's address.
    pub email: Option<String>,
    /// The other side's number.
    pub phone: Option<String>,
    /// Reserved for pictures; null until people have them.
    pub avatar: Option<String>,
    /// The beginning of the newest message.
    pub last_message: Option<String>,
    /// When it was written; when the thread was made, if there is none.
    pub last_message_time: Timestamp,
    /// Number of the newest message.
    pub last_seq: i64,
    /// Messages of the other side that this reader has not read; absent in pushes, which go to many.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unread_count: Option<i64>,
    /// Whether the other side is connected.
    pub is_online: bool,
    /// What the thread is about.
    #[serde(rename = "type")]
    pub kind: ConversationKind,
    /// Where it stands.
    pub status: Status,
    /// How urgent.
    pub priority: Priority,
    /// Free labels.
    pub tags: Vec<String>,
    /// The customer.
    pub customer_id: Id<id::Customer>,
    /// The appointment, for its thread.
    pub appointment_id: Option<Id<id::Appointment>>,
    /// What the appointment is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub appointment: Option<AppointmentFacts>,
    /// Who takes care of it.
    pub assigned_to: Option<Id<id::User>>,
    /// Whether nothing can be written any more.
    pub closed: bool,
}
