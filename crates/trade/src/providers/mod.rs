//! Providers: the users of a tenant whom customers can book, each with weekly opening hours in the tenant's zone.
//! Read [`hours`] for how a wall-clock rule becomes instants; free time is decided in `bookings::rules`.

pub mod hours;
