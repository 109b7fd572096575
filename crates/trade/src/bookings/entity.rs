//! The rows of appointments and of the time they hold.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// A booked time. Names and price are copies: they say what was agreed, whatever changes later.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appointments")]
pub struct Model {
    /// The appointment.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Appointment>,
    /// With which business.
    pub tenant_id: Id<id::Tenant>,
    /// The status's word.
    pub status: String,
    /// For whom.
    pub customer_id: Id<id::Customer>,
    /// As given with the booking.
    pub contact_name: String,
    /// As given with the booking.
    pub contact_email: Option<String>,
    /// As given with the booking, E.164.
    pub contact_phone: Option<String>,
    /// What.
    pub service_id: Id<id::Service>,
    /// Its name when it was booked.
    pub service_name: String,
    /// With whom.
    pub provider_id: Id<id::User>,
    /// Their name when it was booked.
    pub provider_name: String,
    /// When it starts.
    pub start_at: Timestamp,
    /// When it ends.
    pub end_at: Timestamp,
    /// The business's zone when it was booked.
    pub timezone: String,
    /// How long it takes.
    pub duration_minutes: i32,
    /// Minor units.
    pub price_amount: i64,
    /// ISO 4217.
    pub price_currency: String,
    /// What the customer wrote.
    pub notes: Option<String>,
    /// Why it was declined or called off.
    pub reason: Option<String>,
    /// The source's word.
    pub source: String,
    /// Its thread, once there is one.
    pub conversation_id: Option<Id<id::Conversation>>,
    /// Counts the changes; calendars go by it.
    pub sequence: i64,
    /// When it was booked.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When the service was given.
    pub completed_at: Option<Timestamp>,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Five minutes of a provider's time.
pub mod slot {
    use super::*;

    /// One cell and the appointment that holds it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "appointment_slots")]
    pub struct Model {
        /// Where.
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: Id<id::Tenant>,
        /// Whose time.
        #[sea_orm(primary_key, auto_increment = false)]
        pub provider_id: Id<id::User>,
        /// Which five minutes since 1970.
        #[sea_orm(primary_key, auto_increment = false)]
        pub cell: i64,
        /// Who holds it.
        pub appointment_id: Id<id::Appointment>,
    }

    /// None: the slices ask each other, they do not join.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
