//! Lists the appointments a caller may see, by time.

use kernel::{Caller, Id, Problem, Timestamp, id};
use platform::{Result, http::Page};

use crate::{
    Trade,
    bookings::{
        access::narrow_to_caller,
        model::Status,
        store::{self, Filter},
        view::AppointmentView,
    },
    providers::hours::day_interval,
};

/// What was asked for, as sent.
pub(crate) struct ListWish {
    pub from: Option<String>,
    pub to: Option<String>,
    pub status: Option<String>,
    pub staff: Option<Id<id::User>>,
    pub customer: Option<Id<id::Customer>>,
    pub page: Page,
}

/// A page of them.
pub(crate) struct Listed {
    pub appointments: Vec<AppointmentView>,
    pub total: u64,
    pub page: u64,
    pub limit: u64,
}

pub(crate) async fn list_appointments(trade: &Trade, caller: &Caller, wish: ListWish) -> Result<Listed> {
    let (limit, offset, page) = wish.page.check()?;
    let zone = trade.find_tenant(caller.tenant).await?.zone();
    let bound = |field: &'static str, text: &Option<String>| {
        text.as_deref().map(|text| parse_bound(&zone, text).ok_or_else(|| bad_bound(field))).transpose()
    };
    let filter = Filter {
        from: bound("from", &wish.from)?,
        to: bound("to", &wish.to)?,
        statuses: parse_statuses(wish.status.as_deref())?,
        providers: wish.staff.into_iter().collect(),
        customers: wish.customer.into_iter().collect(),
    };
    let filter = narrow_to_caller(caller, filter)?;
    let (rows, total) = store::list(trade.db().read(), caller.tenant, &filter, limit, offset).await?;
    let appointments = rows.into_iter().map(AppointmentView::try_from).collect::<Result<_>>()?;
    Ok(Listed { appointments, total, page, limit })
}

/// An instant, or a date in the business's zone, which means its first instant.
fn parse_bound(zone: &jiff::tz::TimeZone, text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).or_else(|| day_interval(zone, text.parse().ok()?).map(|day| day.start))
}

fn bad_bound(field: &'static str) -> Problem {
    Problem::field(field, "INVALID_VALUE", "must be an RFC 3339 time or a date such as 2026-05-15")
}

/// One status or several with commas between.
fn parse_statuses(text: Option<&str>) -> Result<Vec<Status>> {
    let words = text.unwrap_or("").split(',').map(str::trim).filter(|word| !word.is_empty());
    let read = |word: &str| {
        Status::parse(word).ok_or_else(|| Problem::field("status", "INVALID_VALUE", format!("{word:?} is no status")))
    };
    Ok(words.map(read).collect::<std::result::Result<_, _>>()?)
}
