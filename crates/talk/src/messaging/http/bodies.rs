//! Bodies, queries and answers of messaging.

use kernel::{Id, Problem, Timestamp, id};
use platform::http::Paged;
use serde::{Deserialize, Deserializer, Serialize};

use crate::messaging::{
    actions::{ConversationChange, ConversationQuery, SendInput, send::choose_text},
    model::{ConversationView, MessageView, Priority, Status},
    rules::{CONVERSATIONS_MAX, PAGE_MESSAGES, PAGE_MESSAGES_MAX, check_seq},
    store::{Filter, Window},
};

/// `?status=&tag=&priority=&assigned=&q=&limit=&page=`
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// `active`, `archived` or `blocked`; every state when absent.
    #[param(inline)]
    pub status: Option<Status>,
    /// Only with this label.
    pub tag: Option<String>,
    /// Only with this urgency.
    #[param(inline)]
    pub priority: Option<Priority>,
    /// Only in this user's care.
    #[param(value_type = Option<String>)]
    pub assigned: Option<Id<id::User>>,
    /// Part of a customer's name, e-mail or phone.
    pub q: Option<String>,
    /// 1 to 200; 200 when absent.
    pub limit: Option<u64>,
    /// From 1.
    pub page: Option<u64>,
}

/// Which page of the list it is.
#[derive(Debug, Clone, Copy)]
pub struct ListPage {
    page: u64,
    limit: u64,
}

impl ListPage {
    pub fn with<T>(self, body: T, total: u64) -> Paged<T> {
        Paged { body, total, page: self.page, limit: self.limit }
    }
}

impl ListQuery {
    pub fn check(self) -> Result<(ListPage, ConversationQuery), Problem> {
        let limit = self.limit.unwrap_or(CONVERSATIONS_MAX);
        if !(1..=CONVERSATIONS_MAX).contains(&limit) {
            return Err(Problem::field("limit", "OUT_OF_RANGE", format!("must be 1 to {CONVERSATIONS_MAX}")));
        }
        let page = self.page.unwrap_or(1);
        if !(1..=1_000_000).contains(&page) {
            return Err(Problem::field("page", "OUT_OF_RANGE", "counts from 1"));
        }
        let filter = Filter {
            status: self.status,
            priority: self.priority,
            tag: self.tag,
            assigned: self.assigned,
            customers: None,
            limit,
            offset: (page - 1) * limit,
        };
        Ok((ListPage { page, limit }, ConversationQuery { filter, text: self.q }))
    }
}

/// `?limit=&after_seq=&before_seq=&markRead=`
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// 1 to 500; 50 when absent, 500 with `after_seq`.
    pub limit: Option<u64>,
    /// Only numbers above; the oldest of them first.
    pub after_seq: Option<i64>,
    /// Only numbers below.
    pub before_seq: Option<i64>,
    /// Marks what is answered as read.
    #[serde(rename = "markRead")]
    #[param(rename = "markRead")]
    pub mark_read: Option<bool>,
}

impl PageQuery {
    pub fn check(&self) -> Result<Window, Problem> {
        let default = if self.after_seq.is_some() { PAGE_MESSAGES_MAX } else { PAGE_MESSAGES };
        let limit = self.limit.unwrap_or(default);
        if !(1..=PAGE_MESSAGES_MAX).contains(&limit) {
            return Err(Problem::field("limit", "OUT_OF_RANGE", format!("must be 1 to {PAGE_MESSAGES_MAX}")));
        }
        for (name, value) in [("after_seq", self.after_seq), ("before_seq", self.before_seq)] {
            check_seq(name, value)?;
        }
        Ok(Window { after: self.after_seq, before: self.before_seq, limit })
    }
}

/// Opens a thread. A customer sends `{}`.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenBody {
    /// With whom; the business only.
    #[schema(value_type = Option<String>)]
    pub customer_id: Option<Id<id::Customer>>,
    /// Ignored: the stored customer counts.
    #[serde(default, rename = "customerName")]
    #[schema(value_type = Object)]
    pub _customer_name: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "customerEmail")]
    #[schema(value_type = Object)]
    pub _customer_email: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "customerPhone")]
    #[schema(value_type = Object)]
    pub _customer_phone: serde::de::IgnoredAny,
}

/// What the business changes; absent stays, `assignedTo: null` frees.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChangeBody {
    /// Where it stands.
    pub status: Option<Status>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// Labels, at most 20.
    pub tags: Option<Vec<String>>,
    /// Who takes care of it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub assigned_to: Option<Option<Id<id::User>>>,
}

/// Tells an absent field from a null one.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl From<ChangeBody> for ConversationChange {
    fn from(body: ChangeBody) -> Self {
        Self { status: body.status, priority: body.priority, tags: body.tags, assigned_to: body.assigned_to }
    }
}

/// A message to be sent. The text stands in `content`, `message` or `messageText`; where several are given they must agree.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SendBody {
    /// The thread, or
    #[schema(value_type = Option<String>)]
    pub conversation_id: Option<Id<id::Conversation>>,
    /// the appointment whose thread it is.
    #[schema(value_type = Option<String>)]
    pub appointment_id: Option<Id<id::Appointment>>,
    /// The text, 1 to 5,000 characters.
    pub content: Option<String>,
    /// The same.
    pub message: Option<String>,
    /// The same.
    pub message_text: Option<String>,
    /// Ids of uploaded files.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub attachments: Option<Vec<Id<id::Attachment>>>,
    /// The message it answers.
    #[schema(value_type = Option<String>)]
    pub reply_to: Option<Id<id::Message>>,
    /// The sender's own id for it; sending twice gives the first message again.
    pub client_message_id: Option<String>,
    /// Ignored: identity comes from the credential.
    #[serde(default, rename = "senderId")]
    #[schema(value_type = Object)]
    pub _sender_id: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "senderName")]
    #[schema(value_type = Object)]
    pub _sender_name: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "senderType")]
    #[schema(value_type = Object)]
    pub _sender_type: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "userId")]
    #[schema(value_type = Object)]
    pub _user_id: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "userName")]
    #[schema(value_type = Object)]
    pub _user_name: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "role")]
    #[schema(value_type = Object)]
    pub _role: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "customerName")]
    #[schema(value_type = Object)]
    pub _customer_name: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "customerEmail")]
    #[schema(value_type = Object)]
    pub _customer_email: serde::de::IgnoredAny,
    /// Ignored.
    #[serde(default, rename = "customerPhone")]
    #[schema(value_type = Object)]
    pub _customer_phone: serde::de::IgnoredAny,
}

impl TryFrom<SendBody> for SendInput {
    type Error = Problem;

    fn try_from(body: SendBody) -> Result<Self, Problem> {
        Ok(Self {
            conversation: body.conversation_id,
            appointment: body.appointment_id,
            content: choose_text(body.content, body.message, body.message_text)?,
            files: body.attachments.unwrap_or_default(),
            reply_to: body.reply_to,
            client_id: body.client_message_id,
        })
    }
}

/// New words for a message.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    /// The text, 1 to 5,000 characters.
    pub content: String,
}

/// `?q=`
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// 2 to 100 characters.
    pub q: String,
}

/// `{conversations, unreadTotal}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversations {
    /// Newest first.
    pub conversations: Vec<ConversationView>,
    /// In how many of all that fit, whatever the page, the caller has something unread; told on the first page of one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unread_total: Option<u64>,
}

/// `{conversation, isNew}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// The thread.
    pub conversation: ConversationView,
    /// Whether it was made now.
    pub is_new: bool,
}

/// `{conversation}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Changed {
    /// The thread after the change.
    pub conversation: ConversationView,
}

/// `{conversation, messages, hasMore}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Thread {
    /// The thread.
    pub conversation: ConversationView,
    /// Oldest first.
    pub messages: Vec<MessageView>,
    /// Whether there is more in the direction asked for.
    pub has_more: bool,
}

/// `{message, conversationId}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SentAnswer {
    /// The stored message.
    pub message: MessageView,
    /// Its thread.
    #[schema(value_type = String)]
    pub conversation_id: Id<id::Conversation>,
}

/// `{message}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OneMessage {
    /// The message after the change.
    pub message: MessageView,
}

/// `{unreadCount}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Unread {
    /// Messages of the other side that the caller has not read.
    pub unread_count: i64,
}

/// A customer in the business's list of people to write to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerRow {
    /// The customer.
    #[schema(value_type = String)]
    pub id: Id<id::Customer>,
    /// The same, for older clients.
    #[serde(rename = "_id")]
    #[schema(value_type = String)]
    pub legacy_id: Id<id::Customer>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// Orders so far; none before there are orders.
    pub total_orders: i64,
    /// Spent so far, in major units as the document shows it.
    pub total_spent: i64,
    /// When they last signed in.
    pub last_login: Option<Timestamp>,
    /// When they first came.
    pub joined_date: Timestamp,
    /// Whether there is a direct thread.
    pub has_conversation: bool,
    /// It.
    #[schema(value_type = Option<String>)]
    pub conversation_id: Option<Id<id::Conversation>>,
    /// Unread messages in it.
    pub unread_count: i64,
    /// Whether they are connected.
    pub is_online: bool,
}

/// `{customers}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Customers {
    /// One page.
    pub customers: Vec<CustomerRow>,
}

/// `?q=&page=&limit=`
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CustomersQuery {
    /// Part of a name, e-mail or phone.
    pub q: Option<String>,
    /// From 1.
    pub page: Option<u64>,
    /// 1 to 200.
    pub limit: Option<u64>,
}

/// `{results, hasMore}`
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchResults {
    /// The newest 50 at most, newest first.
    pub results: Vec<crate::messaging::actions::search::Found>,
    /// Whether there are more: search for more words.
    pub has_more: bool,
}
