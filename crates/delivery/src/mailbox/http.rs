//! The mailbox over HTTP.

use std::time::Duration;

use axum::extract::{RawQuery, State};
use kernel::{Problem, id};
use platform::{
    Result,
    http::{ApiRouter, ClientInfo, Data, Params, PathId, UserAuth, routes},
};
use serde::Deserialize;

use super::{
    access::{access_mail, access_mailbox},
    store,
    view::{MailLine, MailList, MailView},
};
use crate::{
    Delivery,
    cursor::{Slice, check_cursor, check_limit},
};

/// Longest text that is searched for.
const QUERY_CHARS_MAX: usize = 100;
const DAY: Duration = Duration::from_secs(24 * 3600);

pub(crate) fn routes() -> ApiRouter<Delivery> {
    ApiRouter::new().routes(routes!(list_mails)).routes(routes!(show_mail))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct MailQuery {
    /// Words of the subject or a recipient.
    q: Option<String>,
    /// From the `Link` of the page before.
    cursor: Option<String>,
    /// Mails of a page, at most 200.
    limit: Option<usize>,
}

/// What the built-in mail server received from this business, newest first.
#[utoipa::path(get, path = "/api/mailbox", tag = "mail", security(("bearer" = [])), params(MailQuery),
    responses((status = 200, body = Data<MailList>, description = "With `Link: rel=\"next\"` while there is more."),
        (status = 401), (status = 403), (status = 422)))]
async fn list_mails(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    RawQuery(raw): RawQuery,
    Params(query): Params<MailQuery>,
) -> Result<Slice<Data<MailList>>> {
    let reach = access_mailbox(&caller)?;
    let limit = check_limit(query.limit)?;
    let before = check_cursor::<id::Mail>(query.cursor.as_deref())?;
    let words = query.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
    if words.is_some_and(|q| q.chars().count() > QUERY_CHARS_MAX || q.contains('\0')) {
        return Err(Problem::field("q", "TOO_LONG", format!("must be at most {QUERY_CHARS_MAX} characters")).into());
    }
    let db = delivery.platform().db().read();
    let mut rows = store::list(db, reach, before, words, limit + 1).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let last = rows.last().map(|row| row.id).filter(|_| has_more);
    let mails = rows.into_iter().map(MailLine::from).collect();
    let config = delivery.platform().config();
    let list = MailList {
        mails,
        simulated: config.mail_simulated,
        kept_max: store::MAILS_OF_TENANT_MAX,
        kept_days: config.events_kept.as_secs() / DAY.as_secs(),
    };
    Ok(Slice::new(Data::new(list), last, "/api/mailbox", raw.as_deref()))
}

/// One mail with its text, HTML and headers.
#[utoipa::path(get, path = "/api/mailbox/{id}", tag = "mail", security(("bearer" = [])),
    params(("id" = String, Path, description = "`mail_…`")),
    responses((status = 200, body = Data<MailView>), (status = 401), (status = 403), (status = 404)))]
async fn show_mail(
    State(delivery): State<Delivery>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(mail): PathId<id::Mail>,
) -> Result<Data<MailView>> {
    let row = access_mail(&delivery, &caller, &client, mail).await?;
    Ok(Data::new(MailView::try_from(row)?))
}
