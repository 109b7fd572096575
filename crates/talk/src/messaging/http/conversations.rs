//! Routes about conversations.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri};
use kernel::{Right, id};
use platform::{
    Result,
    http::{Answer, Auth, Body, ClientInfo, Page, Paged, Params, PathId, UserAuth, cursor::Slice},
};

use super::bodies::{
    ChangeBody, Changed, Conversations, CustomerRow, Customers, CustomersQuery, ListQuery, OpenBody, Opened, PageQuery,
    Thread, Unread,
};
use crate::{
    Talk,
    messaging::{
        actions::{self, Mark, browse, monitor},
        model::MessageStatus,
        store::{self, Scope},
    },
};

/// The caller's conversations, newest first.
#[utoipa::path(get, path = "/api/messages/conversations", tag = "messaging", params(ListQuery),
    responses((status = 200, body = Answer<Conversations>), (status = 401), (status = 422)))]
pub async fn list(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    Params(query): Params<ListQuery>,
) -> Result<Paged<Answer<Conversations>>> {
    let (page, query) = query.check()?;
    let list = actions::list_conversations(&talk, &caller, query, Scope::Own).await?;
    Ok(page.with(Answer::new(Conversations { conversations: list.views, unread_total: list.unread_total }), list.total))
}

/// The direct thread with a customer, made when there is none.
#[utoipa::path(post, path = "/api/messages/conversations", tag = "messaging", request_body = OpenBody,
    responses((status = 200, body = Answer<Opened>), (status = 201, body = Answer<Opened>), (status = 401), (status = 404), (status = 422)))]
pub async fn open(State(talk): State<Talk>, Auth(caller): Auth, Body(body): Body<OpenBody>) -> Result<Response> {
    let (facts, is_new) = actions::open_direct(&talk, &caller, body.customer_id).await?;
    let conversation = actions::conversation_view(&talk, &caller, facts.id).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Answer::new(Opened { conversation, is_new })).into_response())
}

/// A conversation with a page of its messages, oldest first; the newest 50 unless asked otherwise.
#[utoipa::path(get, path = "/api/messages/conversations/{id}", tag = "messaging", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Answer<Thread>), (status = 401), (status = 404), (status = 422)))]
pub async fn read(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    PathId(id): PathId<id::Conversation>,
    uri: Uri,
    Params(query): Params<PageQuery>,
) -> Result<Slice<Answer<Thread>>> {
    let window = query.check()?;
    let (mut conversation, mut messages, mut has_more) = actions::read_conversation(&talk, &caller, id, window).await?;
    if query.mark_read == Some(true)
        && !caller.read_only
        && let Some(last) = messages.last()
    {
        actions::mark(&talk, &caller, &Mark::UpTo(id, last.seq), MessageStatus::Read).await?;
        (conversation, messages, has_more) = actions::read_conversation(&talk, &caller, id, window).await?;
    }
    // On in the direction that was asked for, from the message at that end.
    let (leads, end) =
        if window.after.is_some() { ("after_seq", messages.last()) } else { ("before_seq", messages.first()) };
    let next = end.filter(|_| has_more).map(|message| (leads, message.seq));
    Ok(Slice::by(Answer::new(Thread { conversation, messages, has_more }), next, uri.path(), uri.query()))
}

/// Archives, blocks, labels, assigns.
#[utoipa::path(patch, path = "/api/messages/conversations/{id}", tag = "messaging", params(("id" = String, Path)), request_body = ChangeBody,
    responses((status = 200, body = Answer<Changed>), (status = 401), (status = 403), (status = 404), (status = 422)))]
pub async fn change(
    State(talk): State<Talk>,
    UserAuth(caller): UserAuth,
    PathId(id): PathId<id::Conversation>,
    Body(body): Body<ChangeBody>,
) -> Result<Answer<Changed>> {
    let conversation = actions::change_conversation(&talk, &caller, id, body.into()).await?;
    Ok(Answer::new(Changed { conversation }))
}

/// How much of a conversation the caller has not read.
#[utoipa::path(get, path = "/api/messages/conversations/{id}/unread-count", tag = "messaging", params(("id" = String, Path)),
    responses((status = 200, body = Answer<Unread>), (status = 401), (status = 404)))]
pub async fn unread_count(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    PathId(id): PathId<id::Conversation>,
) -> Result<Answer<Unread>> {
    Ok(Answer::new(Unread { unread_count: browse::unread(&talk, &caller, id).await? }))
}

/// The business's customers, with the thread each has.
#[utoipa::path(get, path = "/api/messages/customers", tag = "messaging", params(CustomersQuery),
    responses((status = 200, body = Answer<Customers>), (status = 401), (status = 403), (status = 422)))]
pub async fn customers(
    State(talk): State<Talk>,
    UserAuth(caller): UserAuth,
    Params(query): Params<CustomersQuery>,
) -> Result<Paged<Answer<Customers>>> {
    caller.check(Right::MessagesAll)?;
    let (limit, offset, page) = Page { page: query.page, limit: query.limit }.check()?;
    let db = talk.platform().db();
    let wanted = people::customers::CustomerFilter { text: query.q, limit, offset };
    let (found, total) = people::customers::list_customers(db, caller.tenant, &wanted).await?;
    let ids: Vec<_> = found.iter().map(|c| c.id).collect();
    let threads = store::list_linked(db, caller.tenant, caller.person(), &ids).await?;
    let row = |customer: people::customers::Customer| {
        let thread = threads.iter().find(|t| t.customer == customer.id);
        CustomerRow {
            id: customer.id,
            legacy_id: customer.id,
            name: customer.name,
            email: customer.email,
            phone: customer.phone,
            total_orders: 0,
            total_spent: 0,
            last_login: customer.last_login_at,
            joined_date: customer.created_at,
            has_conversation: thread.is_some(),
            conversation_id: thread.map(|t| t.id),
            unread_count: thread.map_or(0, |t| store::unread_count(t, false)),
            is_online: talk.live().is_online(customer.id.uuid()),
        }
    };
    let body = Answer::new(Customers { customers: found.into_iter().map(row).collect() });
    Ok(Paged { body, total, page, limit })
}

/// Conversations one may read along in; each look is audited.
#[utoipa::path(get, path = "/api/admin/conversations", tag = "admin", params(ListQuery),
    responses((status = 200, body = Answer<Conversations>), (status = 401), (status = 403), (status = 422)))]
pub async fn monitor(
    State(talk): State<Talk>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    Params(query): Params<ListQuery>,
) -> Result<Paged<Answer<Conversations>>> {
    let ip = client.ip.to_string();
    let (page, query) = query.check()?;
    let list = monitor::monitor_conversations(&talk, &caller, query, &ip).await?;
    Ok(page.with(Answer::new(Conversations { conversations: list.views, unread_total: None }), list.total))
}

/// One conversation, read along; each look is audited.
#[utoipa::path(get, path = "/api/admin/conversations/{id}", tag = "admin", params(("id" = String, Path), PageQuery),
    responses((status = 200, body = Answer<Thread>), (status = 401), (status = 403), (status = 404), (status = 422)))]
pub async fn monitor_one(
    State(talk): State<Talk>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    PathId(id): PathId<id::Conversation>,
    Params(query): Params<PageQuery>,
) -> Result<Answer<Thread>> {
    let ip = client.ip.to_string();
    let (conversation, messages, has_more) =
        monitor::monitor_conversation(&talk, &caller, id, query.check()?, &ip).await?;
    Ok(Answer::new(Thread { conversation, messages, has_more }))
}
