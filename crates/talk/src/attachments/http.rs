//! The two routes of files.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection};
use http::HeaderMap;
use kernel::{Problem, id};
use platform::{
    Result,
    http::{Answer, ApiRouter, Auth, ClientInfo, Created, MaybeAuth, Params, PathId, routes as api_routes},
    media::Media,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{
    AttachmentView,
    access::access_attachment,
    actions::upload,
    error::unsupported,
    links,
    receive::{FORM_BYTES_MAX, receive},
    serve::{Asked, serve},
};
use crate::Talk;

/// Uploads under way at once in this process. Each holds a file on disk and hardly any memory.
pub const UPLOADS_MAX: usize = 64;

/// What the routes work with.
#[derive(Clone)]
pub(super) struct Desk {
    pub talk: Talk,
    pub media: Media,
    uploads: Arc<Semaphore>,
}

impl Desk {
    fn new(talk: Talk) -> Self {
        Self { talk, media: Media::default(), uploads: Arc::new(Semaphore::new(UPLOADS_MAX)) }
    }

    /// Bytes of one file.
    pub fn bytes_max(&self) -> u64 {
        self.talk.platform().config().attachment_bytes_max
    }
}

/// The routes of this slice.
pub fn routes(talk: Talk) -> ApiRouter {
    let desk = Desk::new(talk);
    // A file that is too large is told so in its own words before this bound is reached.
    let body_max = 2 * desk.bytes_max() + FORM_BYTES_MAX;
    let body_max = usize::try_from(body_max).unwrap_or(usize::MAX);
    ApiRouter::new()
        .routes(api_routes!(post_upload))
        .layer(DefaultBodyLimit::max(body_max))
        .routes(api_routes!(get_attachment))
        .with_state(desk)
}

/// The form of an upload; the fields may come in any order.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described here: the form is read as a stream")]
struct UploadForm {
    /// The file itself.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Where it will be sent.
    #[schema(rename = "conversationId", example = "conv_01jd3k8r6q0000000000000000")]
    conversation_id: String,
}

#[derive(Serialize, utoipa::ToSchema)]
struct UploadAnswer {
    attachment: AttachmentView,
}

/// Uploads a file into a conversation.
///
/// The type is found by looking at the content. The file can be sent with a message for 24 hours, by its uploader and in
/// this conversation only; then it is removed.
#[utoipa::path(
    post,
    path = "/api/messages/upload",
    tag = "messages",
    operation_id = "upload_attachment",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "Stored; name its id in `attachments` of a message", body = Answer<UploadAnswer>),
        (status = 400, description = "INVALID_BODY: no complete multipart form"),
        (status = 404, description = "NOT_FOUND: no such conversation, or not yours"),
        (status = 409, description = "TOO_MANY_UNSENT, or the conversation is closed"),
        (status = 413, description = "PAYLOAD_TOO_LARGE; nothing was stored"),
        (status = 415, description = "UNSUPPORTED_MEDIA_TYPE: not a kind of file that can be sent"),
        (status = 422, description = "VALIDATION_ERROR: empty or damaged file, too many pixels, missing or unknown field"),
    ),
    security(("bearer" = []))
)]
async fn post_upload(
    State(desk): State<Desk>,
    Auth(caller): Auth,
    form: std::result::Result<Multipart, MultipartRejection>,
) -> Result<Created<Answer<UploadAnswer>>> {
    let form = form.map_err(|_| unsupported_form())?;
    let busy = || Problem::unavailable("Many files are being uploaded right now; try again in a moment.");
    let _place = desk.uploads.try_acquire().map_err(|_| busy())?;
    let received = receive(&desk, &caller, form).await?;
    let attachment = upload(&desk, &caller, received).await?;
    Ok(Created(Answer::new(UploadAnswer { attachment })))
}

fn unsupported_form() -> Problem {
    Problem { detail: "Send the file as multipart/form-data.".into(), ..unsupported() }
}

#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// A signed token from `url` or `thumbnailUrl`, instead of a bearer token.
    token: Option<String>,
    /// `1` for the small version of a picture.
    thumb: Option<String>,
}

/// Sends a file, or a part of it.
///
/// `Range` (one range), `If-Range` and `If-None-Match` are honoured. Pictures, sound and PDF may be shown in place;
/// everything else is a download.
#[utoipa::path(
    get,
    path = "/api/messages/attachments/{id}",
    tag = "messages",
    operation_id = "get_attachment",
    params(("id" = String, Path, description = "The attachment"), FileQuery),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 206, description = "The part asked for", content_type = "application/octet-stream"),
        (status = 304, description = "The reader has it already"),
        (status = 401, description = "UNAUTHORIZED: no credential, or a link that expired or whose session ended"),
        (status = 404, description = "NOT_FOUND: no such file, not yours, or no small version"),
        (status = 416, description = "RANGE_NOT_SATISFIABLE"),
    ),
    security((), ("bearer" = []))
)]
async fn get_attachment(
    State(desk): State<Desk>,
    MaybeAuth(bearer): MaybeAuth,
    PathId(id): PathId<id::Attachment>,
    Params(query): Params<FileQuery>,
    client: ClientInfo,
    headers: HeaderMap,
) -> Result<axum::response::Response> {
    let platform = desk.talk.platform();
    let (caller, by_link) = match (bearer, query.token) {
        (Some(caller), _) => (caller, false),
        (None, Some(token)) => {
            let reader = links::verify(platform.crypto(), &token, id)?;
            (links::access_as_reader(desk.talk.people(), reader).await?, true)
        }
        (None, None) => return Err(Problem::unauthorized().into()),
    };
    let thumb = match query.thumb.as_deref() {
        None | Some("0" | "false") => false,
        Some("1" | "true" | "") => true,
        Some(_) => return Err(Problem::field("thumb", "INVALID_VALUE", "must be 1").into()),
    };
    let attachment = access_attachment(&desk.talk, &caller, id).await?;
    let asked = Asked { thumb, by_link, headers: &headers, request_id: &client.request_id };
    serve(platform.storage(), &attachment, &asked).await
}
