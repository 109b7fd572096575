//! What anybody may see and do on a business's public page, and with the link of a booking.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use kernel::{Id, Problem, Timestamp, id};
use people::{
    customers::CustomerSignedIn,
    sessions::{PersonKind, cookies},
    tenants::{Business, TenantView, find_business, find_by_code_or_slug},
};
use platform::{
    Result,
    http::{Answer, ApiRouter, Body, ClientInfo, Created, Data, MaybeAuth, Params, routes},
};
use serde::Serialize;

use super::{
    actions::{self, PublicBooking},
    body::{BookInPublic, CancelByLink, DaysQuery, LinkDaysQuery, LinkQuery, LinkTimesQuery, MoveByLink, TimesQuery},
    http::as_calendar_file,
    view::AppointmentView,
};
use crate::Trade;

pub(super) fn routes() -> ApiRouter<Trade> {
    ApiRouter::new()
        .routes(routes!(show_business))
        .routes(routes!(free_times))
        .routes(routes!(free_days))
        .routes(routes!(book))
        .routes(routes!(show_by_link))
        .routes(routes!(calendar_by_link))
        .routes(routes!(times_by_link))
        .routes(routes!(days_by_link))
        .routes(routes!(reschedule_by_link))
        .routes(routes!(cancel_by_link))
}

/// A time that can be booked.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct SlotView {
    start: Timestamp,
    end: Timestamp,
    staff_id: Id<id::User>,
    staff_name: String,
}

/// The free times of a date.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct FreeTimesView {
    slots: Vec<SlotView>,
    timezone: String,
    /// The first free time of that date or later, up to the horizon.
    next_free: Option<Timestamp>,
}

/// The dates of a month with a free time.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FreeDaysView {
    /// `YYYY-MM-DD` in the business's zone.
    days: Vec<String>,
    timezone: String,
}

impl From<actions::FreeTimes> for FreeTimesView {
    fn from(found: actions::FreeTimes) -> Self {
        let slots = found.slots.into_iter().map(|(slot, staff_name)| SlotView {
            start: slot.time.start,
            end: slot.time.end,
            staff_id: slot.provider,
            staff_name,
        });
        let timezone = found.tenant.timezone.clone();
        Self { slots: slots.collect(), timezone, next_free: found.next_free }
    }
}

impl FreeDaysView {
    fn new(tenant: &TenantView, days: &[Date]) -> Self {
        Self { days: days.iter().map(Date::to_string).collect(), timezone: tenant.timezone.clone() }
    }
}

/// A booking as its visitor gets it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct BookedView {
    message: String,
    appointment: AppointmentView,
    /// Shows the booking and calls it off, without an account.
    manage_url: String,
    /// Only when this booking made the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    session: Option<CustomerSignedIn>,
}

/// What the page behind a booking's link shows.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ManagedView {
    appointment: AppointmentView,
    business: Business,
}

/// The booking after it was moved or called off.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChangedView {
    appointment: AppointmentView,
}

/// A business as anybody may see it.
#[utoipa::path(get, path = "/api/public/store-owner/{inviteCode}", tag = "public",
    params(("inviteCode" = String, Path, description = "Invite code or slug")),
    responses((status = 200, body = Data<Business>), (status = 404)))]
async fn show_business(
    State(trade): State<Trade>,
    code: std::result::Result<Path<String>, PathRejection>,
) -> Result<Data<Business>> {
    // A code that is no text is nobody's.
    let Path(code) = code.map_err(|_| Problem::not_found())?;
    let tenant = find_by_code_or_slug(trade.people(), &code).await?;
    Ok(Data::new(find_business(trade.people(), &tenant).await?))
}

/// The free times of a date for a service.
#[utoipa::path(get, path = "/api/public/availability", tag = "public", params(TimesQuery),
    responses((status = 200, body = Answer<FreeTimesView>), (status = 404), (status = 422)))]
async fn free_times(State(trade): State<Trade>, Params(query): Params<TimesQuery>) -> Result<Answer<FreeTimesView>> {
    let date = parse_date("date", &query.date)?;
    let staff = parse_staff(query.staff.as_deref())?;
    let found = actions::find_free_times(&trade, &query.invite_code, &query.service, staff, date).await?;
    Ok(Answer::new(found.into()))
}

/// The dates of a month on which a service has a free time.
#[utoipa::path(get, path = "/api/public/availability/days", tag = "public", params(DaysQuery),
    responses((status = 200, body = Answer<FreeDaysView>), (status = 404), (status = 422)))]
async fn free_days(State(trade): State<Trade>, Params(query): Params<DaysQuery>) -> Result<Answer<FreeDaysView>> {
    let first = parse_date("month", &format!("{}-01", query.month))?;
    let staff = parse_staff(query.staff.as_deref())?;
    let (code, service) = (&query.invite_code, &query.service);
    let (tenant, days) = actions::find_free_days(&trade, code, service, staff, first, first.last_of_month()).await?;
    Ok(Answer::new(FreeDaysView::new(&tenant, &days)))
}

/// Books a time. With a customer's token the booking is that customer's; otherwise name and e-mail are required.
#[utoipa::path(post, path = "/api/public/appointments", tag = "public", request_body = BookInPublic,
    security((), ("bearer" = [])),
    responses((status = 201, body = Answer<BookedView>,
            description = "With `session` it also sets the cookie `fd_customer_refresh`."),
        (status = 401), (status = 404),
        (status = 409, description = "`SLOT_TAKEN` with `alternatives`"), (status = 422)))]
async fn book(
    State(trade): State<Trade>,
    MaybeAuth(caller): MaybeAuth,
    client: ClientInfo,
    Body(body): Body<BookInPublic>,
) -> Result<Response> {
    let booking = PublicBooking {
        invite_code: body.invite_code,
        name: body.customer_name,
        email: body.customer_email,
        phone: body.customer_phone,
        service: body.service,
        start: body.time,
        staff: parse_staff(body.staff.as_deref())?,
        notes: body.notes,
    };
    let booked = actions::book_in_public(&trade, caller.as_ref(), &client, booking).await?;
    let tokens = booked.session.as_ref().map(|session| session.tokens.clone());
    let answer = Created(Answer::new(BookedView {
        message: "Your booking has arrived. The business will confirm it.".into(),
        appointment: booked.appointment,
        manage_url: booked.manage_url,
        session: booked.session,
    }));
    let Some(tokens) = tokens else { return Ok(answer.into_response()) };
    Ok(cookies::keep(trade.platform().config(), PersonKind::Customer, &tokens, answer)?.into_response())
}

/// The booking behind a link.
#[utoipa::path(get, path = "/api/public/appointments/manage", tag = "public", params(LinkQuery),
    responses((status = 200, body = Answer<ManagedView>), (status = 401, description = "`INVALID_LINK`")))]
async fn show_by_link(State(trade): State<Trade>, Params(query): Params<LinkQuery>) -> Result<Answer<ManagedView>> {
    let managed = actions::show_by_link(&trade, &query.token).await?;
    Ok(Answer::new(ManagedView { appointment: managed.appointment, business: managed.business }))
}

/// The booking behind a link for somebody's own calendar.
#[utoipa::path(get, path = "/api/public/appointments/manage/calendar.ics", tag = "public", params(LinkQuery),
    responses((status = 200, body = String, content_type = "text/calendar"),
        (status = 401, description = "`INVALID_LINK`")))]
async fn calendar_by_link(State(trade): State<Trade>, Params(query): Params<LinkQuery>) -> Result<Response> {
    Ok(as_calendar_file(actions::calendar_by_link(&trade, &query.token).await?))
}

/// The free times of a date that the booking behind a link could move to.
#[utoipa::path(get, path = "/api/public/appointments/manage/availability", tag = "public", params(LinkTimesQuery),
    responses((status = 200, body = Answer<FreeTimesView>), (status = 401, description = "`INVALID_LINK`"),
        (status = 409, description = "`INVALID_TRANSITION`"), (status = 422)))]
async fn times_by_link(
    State(trade): State<Trade>,
    Params(query): Params<LinkTimesQuery>,
) -> Result<Answer<FreeTimesView>> {
    let date = parse_date("date", &query.date)?;
    Ok(Answer::new(actions::find_times_by_link(&trade, &query.token, date).await?.into()))
}

/// The dates of a month that the booking behind a link could move to.
#[utoipa::path(get, path = "/api/public/appointments/manage/availability/days", tag = "public", params(LinkDaysQuery),
    responses((status = 200, body = Answer<FreeDaysView>), (status = 401, description = "`INVALID_LINK`"),
        (status = 409, description = "`INVALID_TRANSITION`"), (status = 422)))]
async fn days_by_link(
    State(trade): State<Trade>,
    Params(query): Params<LinkDaysQuery>,
) -> Result<Answer<FreeDaysView>> {
    let first = parse_date("month", &format!("{}-01", query.month))?;
    let (tenant, days) = actions::find_days_by_link(&trade, &query.token, first, first.last_of_month()).await?;
    Ok(Answer::new(FreeDaysView::new(&tenant, &days)))
}

/// Moves the booking behind a link to another free time of the same provider, until it begins.
#[utoipa::path(post, path = "/api/public/appointments/manage/reschedule", tag = "public", request_body = MoveByLink,
    responses((status = 200, body = Answer<ChangedView>), (status = 401, description = "`INVALID_LINK`"),
        (status = 409, description = "`SLOT_TAKEN` with `alternatives`, `INVALID_TRANSITION`"), (status = 422)))]
async fn reschedule_by_link(
    State(trade): State<Trade>,
    client: ClientInfo,
    Body(body): Body<MoveByLink>,
) -> Result<Answer<ChangedView>> {
    let appointment = actions::reschedule_by_link(&trade, &client, &body.token, body.time).await?;
    Ok(Answer::new(ChangedView { appointment }))
}

/// Calls the booking behind a link off, until it begins.
#[utoipa::path(post, path = "/api/public/appointments/manage/cancel", tag = "public", request_body = CancelByLink,
    responses((status = 200, body = Answer<ChangedView>), (status = 401, description = "`INVALID_LINK`"),
        (status = 409, description = "`INVALID_TRANSITION`"), (status = 422)))]
async fn cancel_by_link(
    State(trade): State<Trade>,
    client: ClientInfo,
    Body(body): Body<CancelByLink>,
) -> Result<Answer<ChangedView>> {
    let appointment = actions::cancel_by_link(&trade, &client, &body.token, body.reason.as_deref()).await?;
    Ok(Answer::new(ChangedView { appointment }))
}

fn parse_date(field: &'static str, text: &str) -> Result<Date> {
    // The calendar's own reader also takes times and weeks, which would hide a client's mistake.
    let well_formed = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date = text.parse::<Date>().ok().filter(|_| well_formed);
    let form = if field == "month" { "2026-05" } else { "2026-05-15" };
    Ok(date.ok_or_else(|| Problem::field(field, "INVALID_VALUE", format!("must look like {form}")))?)
}

/// Nothing, an empty text and `any` mean whoever is free.
fn parse_staff(text: Option<&str>) -> Result<Option<Id<id::User>>> {
    match text.map(str::trim) {
        None | Some("" | "any") => Ok(None),
        Some(text) => Ok(Some(Id::parse(text).map_err(|_| Problem::not_found())?)),
    }
}
