//! Appointments over HTTP for those who are signed in: the business, and customers for their own.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use kernel::{Id, Problem, id};
use platform::{
    Result,
    http::{ApiRouter, Auth, Body, ClientInfo, Created, Data, Page, Paged, Params, PathId, UserAuth, routes},
};

use super::{
    actions::{self, DeskBooking, ListWish},
    body::{BookAtDesk, CorrectNotes, GiveReason, ListQuery, MoveTime},
    model::Move,
    view::AppointmentView,
};
use crate::Trade;

type Shown = Result<Data<AppointmentView>>;

pub(super) fn routes() -> ApiRouter<Trade> {
    ApiRouter::new()
        .routes(routes!(list, book))
        .routes(routes!(show, correct_notes))
        .routes(routes!(calendar_file))
        .routes(routes!(confirm))
        .routes(routes!(reject))
        .routes(routes!(start))
        .routes(routes!(complete))
        .routes(routes!(cancel))
        .routes(routes!(no_show))
        .routes(routes!(reschedule))
}

/// Appointments by time: all of the business for managers, their own for staff and customers.
#[utoipa::path(get, path = "/api/appointments", tag = "appointments", params(ListQuery), security(("bearer" = [])),
    responses((status = 200, body = Data<Vec<AppointmentView>>, description = "With `X-Total-Count`, `X-Page`, `X-Limit`."),
        (status = 401), (status = 422)))]
async fn list(
    State(trade): State<Trade>,
    Auth(caller): Auth,
    Params(query): Params<ListQuery>,
) -> Result<Paged<Data<Vec<AppointmentView>>>> {
    let wish = ListWish {
        from: query.from,
        to: query.to,
        status: query.status,
        staff: query.staff_id,
        customer: query.customer_id,
        page: Page { page: query.page, limit: query.limit },
    };
    let found = actions::list_appointments(&trade, &caller, wish).await?;
    Ok(Paged { body: Data::new(found.appointments), total: found.total, page: found.page, limit: found.limit })
}

/// Books for a customer; confirmed at once. Staff book their own time.
#[utoipa::path(post, path = "/api/appointments", tag = "appointments", request_body = BookAtDesk,
    security(("bearer" = [])),
    responses((status = 201, body = Data<AppointmentView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`SLOT_TAKEN` with `alternatives`"), (status = 422)))]
async fn book(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Body(body): Body<BookAtDesk>,
) -> Result<Created<Data<AppointmentView>>> {
    let service = body.service_id.map(|id| id.to_string()).or(body.service);
    let booking = DeskBooking {
        customer: body.customer_id,
        name: body.customer_name,
        email: body.customer_email,
        phone: body.customer_phone,
        service: service.ok_or_else(|| Problem::field("serviceId", "REQUIRED", "is required"))?,
        start: body.time,
        staff: body.staff_id,
        notes: body.notes,
    };
    Ok(Created(Data::new(actions::book_at_desk(&trade, &caller, &client, booking).await?)))
}

/// One appointment.
#[utoipa::path(get, path = "/api/appointments/{id}", tag = "appointments", params(("id" = Id<id::Appointment>, Path)),
    security(("bearer" = [])), responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404)))]
async fn show(State(trade): State<Trade>, Auth(caller): Auth, PathId(appointment): PathId<id::Appointment>) -> Shown {
    Ok(Data::new(actions::show_appointment(&trade, &caller, appointment).await?))
}

/// Corrects the notes of an appointment. Nobody is written to; live screens and subscribed systems follow.
#[utoipa::path(patch, path = "/api/appointments/{id}", tag = "appointments", request_body = CorrectNotes,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404), (status = 422)))]
async fn correct_notes(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<CorrectNotes>,
) -> Shown {
    Ok(Data::new(actions::correct_notes(&trade, &caller, &client, appointment, &body.notes).await?))
}

/// One appointment for somebody's own calendar.
#[utoipa::path(get, path = "/api/appointments/{id}/calendar.ics", tag = "appointments",
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = String, content_type = "text/calendar"), (status = 401), (status = 404)))]
async fn calendar_file(
    State(trade): State<Trade>,
    Auth(caller): Auth,
    PathId(appointment): PathId<id::Appointment>,
) -> Result<Response> {
    Ok(as_calendar_file(actions::calendar_file(&trade, &caller, appointment).await?))
}

pub(super) fn as_calendar_file(file: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""),
    ];
    (headers, file).into_response()
}

/// Agrees to a pending appointment.
#[utoipa::path(put, path = "/api/appointments/{id}/confirm", tag = "appointments", request_body = GiveReason,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`")))]
async fn confirm(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<GiveReason>,
) -> Shown {
    let reason = body.reason.as_deref();
    let view = actions::move_appointment(&trade, &caller, &client, appointment, Move::Confirm, reason).await?;
    Ok(Data::new(view))
}

/// Declines a pending appointment and frees its time.
#[utoipa::path(put, path = "/api/appointments/{id}/reject", tag = "appointments", request_body = GiveReason,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`")))]
async fn reject(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<GiveReason>,
) -> Shown {
    let reason = body.reason.as_deref();
    let view = actions::move_appointment(&trade, &caller, &client, appointment, Move::Reject, reason).await?;
    Ok(Data::new(view))
}

/// The customer is being served.
#[utoipa::path(put, path = "/api/appointments/{id}/start", tag = "appointments", request_body = GiveReason,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`, `TOO_EARLY`")))]
async fn start(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<GiveReason>,
) -> Shown {
    let reason = body.reason.as_deref();
    let view = actions::move_appointment(&trade, &caller, &client, appointment, Move::Start, reason).await?;
    Ok(Data::new(view))
}

/// The service was given.
#[utoipa::path(put, path = "/api/appointments/{id}/complete", tag = "appointments", request_body = GiveReason,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`, `TOO_EARLY`")))]
async fn complete(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<GiveReason>,
) -> Shown {
    let reason = body.reason.as_deref();
    let view = actions::move_appointment(&trade, &caller, &client, appointment, Move::Complete, reason).await?;
    Ok(Data::new(view))
}

/// Calls an appointment off and frees its time; customers may do so with their own until it begins.
#[utoipa::path(put, path = "/api/appointments/{id}/cancel", tag = "appointments", request_body = GiveReason,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`")))]
async fn cancel(
    State(trade): State<Trade>,
    Auth(caller): Auth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<GiveReason>,
) -> Shown {
    let reason = body.reason.as_deref();
    let view = actions::move_appointment(&trade, &caller, &client, appointment, Move::Cancel, reason).await?;
    Ok(Data::new(view))
}

/// The customer did not come.
#[utoipa::path(put, path = "/api/appointments/{id}/no-show", tag = "appointments", request_body = GiveReason,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 404),
        (status = 409, description = "`INVALID_TRANSITION`, `TOO_EARLY`")))]
async fn no_show(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<GiveReason>,
) -> Shown {
    let reason = body.reason.as_deref();
    let view = actions::move_appointment(&trade, &caller, &client, appointment, Move::NoShow, reason).await?;
    Ok(Data::new(view))
}

/// Moves an appointment to another time or provider; its status stays.
#[utoipa::path(put, path = "/api/appointments/{id}/reschedule", tag = "appointments", request_body = MoveTime,
    params(("id" = Id<id::Appointment>, Path)), security(("bearer" = [])),
    responses((status = 200, body = Data<AppointmentView>), (status = 401), (status = 403), (status = 404),
        (status = 409, description = "`SLOT_TAKEN` with `alternatives`, or `INVALID_TRANSITION`"), (status = 422)))]
async fn reschedule(
    State(trade): State<Trade>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(appointment): PathId<id::Appointment>,
    Body(body): Body<MoveTime>,
) -> Shown {
    let view = actions::reschedule(&trade, &caller, &client, appointment, body.time, body.staff_id).await?;
    Ok(Data::new(view))
}
