//! Kinds of people who sign in, what they are handed, and how a session is shown.

use kernel::{Id, Timestamp, id};
use platform::{
    crypto::{TokenKind, jwt::ACCESS_TOKEN_LIFETIME},
    http::ClientInfo,
};
use serde::Serialize;

use super::entity;
use crate::signin::rules::device_name;

/// Whose session it is. The two never mix: each has an audience, a cookie and routes of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonKind {
    /// Somebody of the business side.
    User,
    /// An end customer.
    Customer,
}

impl PersonKind {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Customer => "customer",
        }
    }
    /// Reads the stored word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Customer].into_iter().find(|kind| kind.as_str() == text)
    }
    /// The kind of access token its sessions carry.
    pub const fn token_kind(self) -> TokenKind {
        match self {
            Self::User => TokenKind { audience: "frontdesk:user", type_claim: None, lifetime: ACCESS_TOKEN_LIFETIME },
            Self::Customer => TokenKind {
                audience: "frontdesk:customer",
                type_claim: Some("customer"),
                lifetime: ACCESS_TOKEN_LIFETIME,
            },
        }
    }
}

/// The machine somebody signs in with.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// Its address.
    pub ip: Option<String>,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// What it was given at earlier sign-ins.
    pub tokens: Vec<String>,
}

impl Device {
    /// With what earlier sign-ins gave it.
    #[must_use]
    pub fn with_tokens(mut self, tokens: Vec<String>) -> Self {
        self.tokens = tokens;
        self
    }
    /// What a person would call it: `Chrome on Windows`.
    pub fn name(&self) -> String {
        device_name(self.user_agent.as_deref().unwrap_or_default())
    }
}

impl From<&ClientInfo> for Device {
    fn from(client: &ClientInfo) -> Self {
        let user_agent = Some(client.user_agent.clone()).filter(|text| !text.is_empty());
        Self { ip: Some(client.ip.to_string()), user_agent, tokens: Vec::new() }
    }
}

/// What a sign-in or a refresh hands out.
#[derive(Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// For the next refresh; works once.
    pub refresh_token: String,
    /// Seconds until the access token ends.
    pub expires_in: u64,
    /// Names this device at the next sign-in: what strangers do to the account does not lock it out. The browser has it as
    /// a cookie, too. Absent on a refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub device_token: Option<String>,
    /// At which business; a customer's device has a cookie for each.
    #[serde(skip)]
    pub(crate) tenant: Id<id::Tenant>,
}

impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenPair(…)")
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// The session.
    pub id: Id<id::Session>,
    /// Address they signed in from.
    pub ip_address: Option<String>,
    /// What they signed in with.
    pub user_agent: Option<String>,
    /// The same in plain words: `Chrome on Windows`.
    pub device_name: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When its token was last renewed.
    pub last_seen_at: Timestamp,
    /// When it ends unless renewed.
    pub expires_at: Timestamp,
    /// Whether this request came with it.
    pub is_current: bool,
}

impl SessionView {
    pub(crate) fn new(row: entity::Model, current: Id<id::Session>) -> Self {
        Self {
            is_current: row.id == current,
            id: row.id,
            ip_address: row.ip,
            device_name: device_name(row.user_agent.as_deref().unwrap_or_default()),
            user_agent: row.user_agent,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        }
    }
}

/// The list of one's sessions.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SessionList {
    /// Newest first.
    pub sessions: Vec<SessionView>,
}
