//! The audit log over HTTP.

use axum::extract::{RawQuery, State};
use kernel::{Problem, Timestamp, id, problem::Fields};
use platform::{
    Result,
    http::{
        ApiRouter, Data, Params, UserAuth,
        cursor::{Slice, check_cursor, check_limit},
        routes,
    },
};
use serde::Deserialize;

use super::{
    access::access_log,
    store::{self, Filter},
    view::{self, ActionList, EntryList},
};
use crate::People;

/// Longest id or action that is looked for.
const WORD_CHARS_MAX: usize = 100;

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new().routes(routes!(list_entries)).routes(routes!(list_actions))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Who did it: `user_…`, `cust_…`, `key_…` or `system`.
    actor: Option<String>,
    /// What was done, as `/api/audit/actions` lists it.
    action: Option<String>,
    /// To what, by its id.
    object: Option<String>,
    /// Not before this instant, RFC 3339.
    from: Option<String>,
    /// Before this instant.
    to: Option<String>,
    /// From the page before.
    cursor: Option<String>,
    /// Lines of a page, at most 200.
    limit: Option<usize>,
}

impl AuditQuery {
    fn read(self) -> std::result::Result<Filter, Problem> {
        let mut refused = Fields::new();
        let mut word = |name: &str, sent: Option<String>| {
            let word = sent.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
            if word.as_deref().is_some_and(|text| text.chars().count() > WORD_CHARS_MAX || text.contains('\0')) {
                refused.refuse(name, "TOO_LONG", format!("must be at most {WORD_CHARS_MAX} characters"));
            }
            word
        };
        let (actor, action, object) =
            (word("actor", self.actor), word("action", self.action), word("object", self.object));
        let mut instant = |name: &str, sent: Option<String>| {
            let read = sent.map(|text| Timestamp::parse(&text).ok_or("must be an RFC 3339 time"));
            read.and_then(|read| refused.take(name, "INVALID_VALUE", read))
        };
        let (from, to) = (instant("from", self.from), instant("to", self.to));
        refused.check()?;
        let before = check_cursor::<id::Audit>(self.cursor.as_deref())?;
        Ok(Filter { actor, action, object, from, to, before, limit: check_limit(self.limit)? })
    }
}

/// Who did what in this business, newest first.
#[utoipa::path(get, path = "/api/audit", tag = "audit", security(("bearer" = [])), params(AuditQuery),
    responses((status = 200, body = Data<EntryList>, description = "With `Link: rel=\"next\"` while there is more."),
        (status = 401), (status = 403), (status = 422)))]
async fn list_entries(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    RawQuery(raw): RawQuery,
    Params(query): Params<AuditQuery>,
) -> Result<Slice<Data<EntryList>>> {
    let tenant = access_log(&caller)?;
    let filter = query.read()?;
    let mut lines = store::list(people.db(), tenant, &filter).await?;
    let has_more = lines.len() > filter.limit;
    lines.truncate(filter.limit);
    let next_cursor = lines.last().map(|line| line.id).filter(|_| has_more);
    let entries = view::show(people.db(), tenant, lines).await?;
    Ok(Slice::new(Data::new(EntryList { entries, next_cursor }), next_cursor, "/api/audit", raw.as_deref()))
}

/// The kinds of acts in this business's log, to choose from.
#[utoipa::path(get, path = "/api/audit/actions", tag = "audit", security(("bearer" = [])),
    responses((status = 200, body = Data<ActionList>), (status = 401), (status = 403)))]
async fn list_actions(State(people): State<People>, UserAuth(caller): UserAuth) -> Result<Data<ActionList>> {
    let tenant = access_log(&caller)?;
    Ok(Data::new(ActionList { actions: store::list_actions(people.db(), tenant).await? }))
}
