//! Routes about single messages.

use axum::extract::State;
use kernel::id;
use platform::{
    Result,
    http::{Answer, Auth, Body, Created, Params, PathId},
};
use serde_json::{Map, Value};

use super::bodies::{EditBody, OneMessage, SearchQuery, SearchResults, SendBody, SentAnswer};
use crate::{
    Talk,
    messaging::{
        actions::{self, Mark},
        model::MessageStatus,
    },
};

/// Sends a message; answered when it is durable.
#[utoipa::path(post, path = "/api/messages/send", tag = "messaging", request_body = SendBody,
    responses((status = 201, body = Answer<SentAnswer>), (status = 400), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422), (status = 503)))]
pub async fn send(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    Body(body): Body<SendBody>,
) -> Result<Created<Answer<SentAnswer>>> {
    let message = actions::send(&talk, &caller, body.try_into()?).await?;
    let conversation_id = message.conversation_id;
    Ok(Created(Answer::new(SentAnswer { message, conversation_id })))
}

/// Words in one's own conversations.
#[utoipa::path(get, path = "/api/messages/search", tag = "messaging", params(SearchQuery),
    responses((status = 200, body = Answer<SearchResults>), (status = 401), (status = 422)))]
pub async fn search(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    Params(query): Params<SearchQuery>,
) -> Result<Answer<SearchResults>> {
    let (results, has_more) = actions::search(&talk, &caller, &query.q).await?;
    Ok(Answer::new(SearchResults { results, has_more }))
}

/// Marks this message and all before it as read.
#[utoipa::path(post, path = "/api/messages/{id}/read", tag = "messaging", params(("id" = String, Path)),
    responses((status = 200), (status = 401), (status = 404)))]
pub async fn read_post(talk: State<Talk>, auth: Auth, id: PathId<id::Message>) -> Result<Answer<Map<String, Value>>> {
    mark_read(talk, auth, id).await
}

/// The same.
#[utoipa::path(put, path = "/api/messages/{id}/read", tag = "messaging", params(("id" = String, Path)),
    responses((status = 200), (status = 401), (status = 404)))]
pub async fn read_put(talk: State<Talk>, auth: Auth, id: PathId<id::Message>) -> Result<Answer<Map<String, Value>>> {
    mark_read(talk, auth, id).await
}

async fn mark_read(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    PathId(id): PathId<id::Message>,
) -> Result<Answer<Map<String, Value>>> {
    actions::mark(&talk, &caller, &Mark::Message(id), MessageStatus::Read).await?;
    Ok(Answer::new(Map::new()))
}

/// Changes an own message within 15 minutes.
#[utoipa::path(patch, path = "/api/messages/{id}", tag = "messaging", params(("id" = String, Path)), request_body = EditBody,
    responses((status = 200, body = Answer<OneMessage>), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
pub async fn edit(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    PathId(id): PathId<id::Message>,
    Body(body): Body<EditBody>,
) -> Result<Answer<OneMessage>> {
    let message = actions::edit_message(&talk, &caller, id, &body.content).await?;
    Ok(Answer::new(OneMessage { message }))
}

/// Takes an own message back within 15 minutes; a tombstone stays.
#[utoipa::path(delete, path = "/api/messages/{id}", tag = "messaging", params(("id" = String, Path)),
    responses((status = 200, body = Answer<OneMessage>), (status = 401), (status = 403), (status = 404), (status = 409)))]
pub async fn delete(
    State(talk): State<Talk>,
    Auth(caller): Auth,
    PathId(id): PathId<id::Message>,
) -> Result<Answer<OneMessage>> {
    let message = actions::delete_message(&talk, &caller, id).await?;
    Ok(Answer::new(OneMessage { message }))
}
