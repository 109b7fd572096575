//! The domain's own event types: facts that rooms state about themselves, past tense, dotted.

/// A new appointment was stored.
pub const APPOINTMENT_CREATED: &str = "appointment.created";
/// An appointment changed without changing its status.
pub const APPOINTMENT_UPDATED: &str = "appointment.updated";
/// The business confirmed.
pub const APPOINTMENT_CONFIRMED: &str = "appointment.confirmed";
/// The business said no.
pub const APPOINTMENT_REJECTED: &str = "appointment.rejected";
/// The service was given.
pub const APPOINTMENT_COMPLETED: &str = "appointment.completed";
/// Either side called it off.
pub const APPOINTMENT_CANCELLED: &str = "appointment.cancelled";
/// A new customer was stored.
pub const CUSTOMER_CREATED: &str = "customer.created";
/// What is known of a customer changed.
pub const CUSTOMER_UPDATED: &str = "customer.updated";
/// A business signed up.
pub const TENANT_CREATED: &str = "tenant.created";
/// A closed business is open again.
pub const TENANT_RESUMED: &str = "tenant.resumed";
/// An owner proved their address.
pub const OWNER_VERIFIED: &str = "owner.verified";
/// Somebody is a member of the business no more, or their account was closed.
pub const MEMBER_LEFT: &str = "member.left";
/// Somebody joined the team.
pub const TEAM_MEMBER_JOINED: &str = "team.member_joined";
/// Somebody left the team, or was removed from it.
pub const TEAM_MEMBER_LEFT: &str = "team.member_left";
/// A member has another role.
pub const TEAM_ROLE_CHANGED: &str = "team.role_changed";
/// The business has another owner.
pub const TEAM_OWNERSHIP_TRANSFERRED: &str = "team.ownership_transferred";
/// Something about the safety of an account changed: told in the app, while its mail is that of the account.
pub const ACCOUNT_SECURITY: &str = "account.security";
/// The house switched a webhook off: it wants no more calls, or failed for days.
pub const WEBHOOK_DISABLED: &str = "webhook.disabled";
/// An appointment is near.
pub const APPOINTMENT_REMINDER: &str = "appointment.reminder";
/// Somebody wrote: stated when another system of the business listens, and for each person who is away.
pub const MESSAGE_CREATED: &str = "message.created";
/// What waits to be read, once a day.
pub const NOTIFICATIONS_DIGEST: &str = "notifications.digest";
