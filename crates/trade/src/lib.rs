//! What a business sells: its services, the calendars of those who give them, and the bookings between the two. Orders,
//! invoices and payments join here later. This floor knows people and platform; it does not know messaging.

pub mod bookings;
pub mod providers;
