//! The bodies and queries of this slice's routes.

use kernel::{Id, Timestamp, id};
use serde::{Deserialize, de::IgnoredAny};

/// A booking from the public page. Duration and price are the service's; what older clients send beside is ignored.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BookInPublic {
    /// Invite code or slug; may be left out with a customer's token.
    pub invite_code: Option<String>,
    /// Required without a customer's token, ignored with one.
    pub customer_name: Option<String>,
    /// Required without a customer's token, ignored with one.
    pub customer_email: Option<String>,
    /// Optional.
    pub customer_phone: Option<String>,
    /// Id or name.
    pub service: String,
    /// When it starts.
    pub time: Timestamp,
    /// With whom, by id; anybody when absent.
    pub staff: Option<String>,
    /// A few words for the business.
    pub notes: Option<String>,
    #[serde(default, rename = "durationMinutes")]
    #[schema(ignore)]
    pub _duration_minutes: Option<IgnoredAny>,
    #[serde(default, rename = "price")]
    #[schema(ignore)]
    pub _price: Option<IgnoredAny>,
    #[serde(default, rename = "serviceId")]
    #[schema(ignore)]
    pub _service_id: Option<IgnoredAny>,
    #[serde(default, rename = "status")]
    #[schema(ignore)]
    pub _status: Option<IgnoredAny>,
    #[serde(default, rename = "userId")]
    #[schema(ignore)]
    pub _user_id: Option<IgnoredAny>,
    #[serde(default, rename = "userName")]
    #[schema(ignore)]
    pub _user_name: Option<IgnoredAny>,
    #[serde(default, rename = "role")]
    #[schema(ignore)]
    pub _role: Option<IgnoredAny>,
    #[serde(default, rename = "senderId")]
    #[schema(ignore)]
    pub _sender_id: Option<IgnoredAny>,
    #[serde(default, rename = "senderName")]
    #[schema(ignore)]
    pub _sender_name: Option<IgnoredAny>,
    #[serde(default, rename = "senderType")]
    #[schema(ignore)]
    pub _sender_type: Option<IgnoredAny>,
}

/// A booking by the business; for a known customer, or for somebody by name with an e-mail address, a phone number or both.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct BookAtDesk {
    /// A known customer.
    pub customer_id: Option<Id<id::Customer>>,
    /// Somebody else; ignored with `customerId`.
    pub customer_name: Option<String>,
    /// Somebody else; this or a phone number is needed. Ignored with `customerId`.
    pub customer_email: Option<String>,
    /// Somebody else; this or an e-mail address is needed. Ignored with `customerId`.
    pub customer_phone: Option<String>,
    /// What, by id.
    pub service_id: Option<Id<id::Service>>,
    /// What, by id or name.
    pub service: Option<String>,
    /// When it starts.
    pub time: Timestamp,
    /// With whom; anybody when absent.
    pub staff_id: Option<Id<id::User>>,
    /// A few words.
    pub notes: Option<String>,
}

/// Why something is done.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct GiveReason {
    /// Shown to the customer.
    pub reason: Option<String>,
}

/// What stands beside it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct CorrectNotes {
    /// At most 2,000 characters; an empty text takes them away.
    pub notes: String,
}

/// Another time.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct MoveTime {
    /// When it starts.
    pub time: Timestamp,
    /// With whom; the same as before when absent.
    pub staff_id: Option<Id<id::User>>,
}

/// Which appointments.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Ending after this time, or on or after this date in the business's zone.
    pub from: Option<String>,
    /// Starting before this time or date.
    pub to: Option<String>,
    /// One status or several with commas between.
    pub status: Option<String>,
    /// With whom.
    pub staff_id: Option<Id<id::User>>,
    /// For whom.
    pub customer_id: Option<Id<id::Customer>>,
    /// From 1.
    pub page: Option<u64>,
    /// At most 200.
    pub limit: Option<u64>,
}

/// Free times of one date.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct TimesQuery {
    /// Invite code or slug.
    pub invite_code: String,
    /// Id or name.
    pub service: String,
    /// `YYYY-MM-DD` in the business's zone.
    pub date: String,
    /// With whom; anybody when absent or empty.
    pub staff: Option<String>,
}

/// Days of a month with a free time.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct DaysQuery {
    /// Invite code or slug.
    pub invite_code: String,
    /// Id or name.
    pub service: String,
    /// `YYYY-MM` in the business's zone.
    pub month: String,
    /// With whom; anybody when absent or empty.
    pub staff: Option<String>,
}

/// The token of a booking's link.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LinkQuery {
    /// As in `manageUrl`.
    pub token: String,
}

/// Free times of one date for the booking behind a link.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LinkTimesQuery {
    /// As in `manageUrl`.
    pub token: String,
    /// `YYYY-MM-DD` in the business's zone.
    pub date: String,
}

/// Days of a month with a free time for the booking behind a link.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LinkDaysQuery {
    /// As in `manageUrl`.
    pub token: String,
    /// `YYYY-MM` in the business's zone.
    pub month: String,
}

/// Moves a booking by its link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveByLink {
    /// As in `manageUrl`.
    pub token: String,
    /// When it starts from now on.
    pub time: Timestamp,
}

/// Calls a booking off by its link.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CancelByLink {
    /// As in `manageUrl`.
    pub token: String,
    /// Shown to the business.
    pub reason: Option<String>,
}
