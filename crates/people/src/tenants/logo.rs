//! The logo of a business. What is uploaded is judged by its content, decoded, and kept as a small picture made of its pixels
//! alone: nothing of the file's own metadata is served, and nothing that is no picture.

use axum::{
    body::Body,
    extract::{
        DefaultBodyLimit, Multipart, State,
        multipart::{Field, MultipartRejection},
    },
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderValue, header};
use kernel::{Caller, Id, Problem, id};
use platform::{
    AuditEntry, Fault, Result,
    db::changed,
    http::{ApiRouter, ClientInfo, Data, PathId, UserAuth, etag::Tagged, routes},
    media::{Kind, Refused, Thumbnail},
    storage::{Key, SpoolError},
};
use serde_json::{Value as Json, json};

use super::{
    access::{access_business, find_tenant},
    model::{BusinessSettings, Logo, TenantView},
    store,
};
use crate::{People, signals::TENANT_CHANGED};

/// Largest file that is looked at.
pub const LOGO_BYTES_MAX: u64 = 2_000_000;
/// What a request with one may weigh: the file and the form around it.
pub const LOGO_BODY_BYTES_MAX: usize = 2_100_000;
/// Where it goes.
pub const LOGO_PATH: &str = "/api/settings/business/logo";
/// The address changes with the logo, so what was fetched once is good for long.
const CACHED: &str = "public, max-age=604800, immutable";
/// Shown by itself it could do nothing, whatever it were.
const SANDBOX: &str = "default-src 'none'; sandbox";

pub(crate) fn routes() -> ApiRouter<People> {
    ApiRouter::new()
        .routes(routes!(upload_logo, delete_logo))
        .layer(DefaultBodyLimit::max(LOGO_BODY_BYTES_MAX))
        .routes(routes!(logo))
}

/// The form.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "only described here: the form is read as a stream")]
struct LogoForm {
    /// A picture: JPEG, PNG, GIF or WebP.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

type Settings = Tagged<Data<BusinessSettings>>;

/// Uploads the logo; it takes the place of the one before.
#[utoipa::path(post, path = "/api/settings/business/logo", tag = "settings", security(("bearer" = [])),
    request_body(content = LogoForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Data<BusinessSettings>), (status = 400), (status = 401), (status = 403),
        (status = 413), (status = 415, description = "No picture"), (status = 422)))]
async fn upload_logo(
    State(people): State<People>,
    UserAuth(caller): UserAuth,
    client: ClientInfo,
    form: std::result::Result<Multipart, MultipartRejection>,
) -> Result<Settings> {
    access_business(&people, &caller).await?;
    let form = form.map_err(|_| no_picture("Send the picture as multipart/form-data."))?;
    let Thumbnail { kind, bytes } = read_picture(&people, form).await?;
    let key = Key::new(caller.tenant, people.world().now(), people.world().uuid());
    let storage = people.platform().storage();
    storage.put(&key, Bytes::from(bytes)).await?;
    let logo = Logo { key: key.as_str().to_owned(), mime: kind.mime().to_owned() };
    let stored = set_logo(&people, &caller, &client, Some(logo)).await;
    if stored.is_err() {
        discard(&people, key.as_str()).await;
    }
    shown(stored?)
}

/// Takes the logo away.
#[utoipa::path(delete, path = "/api/settings/business/logo", tag = "settings", security(("bearer" = [])),
    responses((status = 200, body = Data<BusinessSettings>), (status = 401), (status = 403)))]
async fn delete_logo(State(people): State<People>, UserAuth(caller): UserAuth, client: ClientInfo) -> Result<Settings> {
    access_business(&people, &caller).await?;
    shown(set_logo(&people, &caller, &client, None).await?)
}

/// The logo of an open business, for anybody.
#[utoipa::path(get, path = "/api/public/businesses/{id}/logo", tag = "public", params(("id" = Id<id::Tenant>, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"), (status = 404)))]
async fn logo(State(people): State<People>, PathId(tenant): PathId<id::Tenant>) -> Result<Response> {
    let business = find_tenant(&people, tenant).await?.filter(|tenant| tenant.suspended_at.is_none());
    let logo = business.and_then(|business| business.logo.clone()).ok_or_else(Problem::not_found)?;
    let (key, storage) = (Key::parse(&logo.key)?, people.platform().storage());
    let head = storage.head(&key).await?;
    let stream = storage.get_range(&key, 0..head.bytes).await?;
    let mime = HeaderValue::from_str(&logo.mime).map_err(|e| Fault::internal("serving a logo", e))?;
    let headers = [
        (header::CONTENT_TYPE, mime),
        (header::CONTENT_LENGTH, HeaderValue::from(head.bytes)),
        (header::CACHE_CONTROL, HeaderValue::from_static(CACHED)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}

fn shown(tenant: TenantView) -> Result<Settings> {
    Ok(Tagged(tenant.version, Data::new(BusinessSettings::from(&tenant))))
}

/// What the audit log keeps of a logo: that there is one, and what it is.
fn audited(tenant: &TenantView) -> Json {
    json!({ "logo": tenant.logo.as_ref().map(|logo| &logo.mime) })
}

async fn set_logo(people: &People, caller: &Caller, client: &ClientInfo, logo: Option<Logo>) -> Result<TenantView> {
    let mut tx = people.db().begin().await?;
    let present = store::find_locked(&tx, caller.tenant).await?.ok_or_else(Problem::not_found)?;
    let next = TenantView { logo, version: present.version + 1, ..present.clone() };
    store::set_logo(&tx, &next).await?;
    let action = if next.logo.is_some() { "business.logo_changed" } else { "business.logo_removed" };
    tx.audit(&AuditEntry {
        tenant: Some(next.id),
        actor: caller.person_id(),
        action,
        object: next.id.to_string(),
        details: changed(&audited(&present), &audited(&next)),
        ip: Some(client.ip.to_string()),
    })
    .await?;
    tx.signal(&TENANT_CHANGED, &next.id);
    tx.commit().await?;
    if let Some(old) = present.logo {
        discard(people, &old.key).await;
    }
    Ok(next)
}

/// A file that nobody points to any more; one that stays costs a few kilobytes.
async fn discard(people: &People, key: &str) {
    let gone = match Key::parse(key) {
        Ok(key) => people.platform().storage().delete(&key).await,
        Err(error) => Err(error),
    };
    if let Err(error) = gone {
        tracing::warn!(%error, "an old logo could not be removed");
    }
}

async fn read_picture(people: &People, mut form: Multipart) -> Result<Thumbnail> {
    let mut spool = people.platform().storage().spool(LOGO_BYTES_MAX).await.map_err(ours)?;
    let mut name = None;
    while let Some(mut field) = form.next_field().await.map_err(|_| broken())? {
        if field.name() != Some("file") || name.is_some() {
            let field = field.name().unwrap_or("form").to_owned();
            return Err(Problem::field(field, "UNKNOWN_FIELD", "is not known here, or came twice").into());
        }
        name = Some(field.file_name().unwrap_or_default().to_owned());
        while let Some(chunk) = next_chunk(&mut field).await? {
            match spool.write(&chunk).await {
                Ok(()) => {}
                Err(SpoolError::TooLarge(most)) => {
                    let words = format!("The picture is larger than {most} bytes.");
                    return Err(Problem::new(413, "PAYLOAD_TOO_LARGE", words).into());
                }
                Err(SpoolError::Io(source)) => return Err(ours(source)),
            }
        }
    }
    let name = name.ok_or_else(|| Problem::field("file", "REQUIRED", "is required"))?;
    let (file, _) = spool.finish().await.map_err(ours)?;
    let (_, found) = people.media().inspect(file, &name).await.map_err(refused)?;
    let picture = found.picture.ok_or_else(|| no_picture("The logo must be a picture: JPEG, PNG, GIF or WebP."))?;
    debug_assert!(matches!(picture.thumbnail.kind, Kind::Jpeg | Kind::Png));
    Ok(picture.thumbnail)
}

async fn next_chunk(field: &mut Field<'_>) -> Result<Option<Bytes>> {
    Ok(field.chunk().await.map_err(|_| broken())?)
}

fn ours(source: std::io::Error) -> Fault {
    Fault::internal("spooling a logo", source)
}

fn broken() -> Problem {
    Problem::invalid_body("The form broke off or is none.")
}

fn no_picture(words: &'static str) -> Problem {
    Problem::new(415, "UNSUPPORTED_MEDIA_TYPE", words)
}

fn refused(why: Refused) -> Fault {
    match why {
        Refused::Unsupported => no_picture("The logo must be a picture: JPEG, PNG, GIF or WebP.").into(),
        Refused::Io(source) => ours(source),
        Refused::Empty => Problem::field("file", "EMPTY", "is empty").into(),
        Refused::Damaged => Problem::field("file", "DAMAGED", "is damaged or not finished").into(),
        Refused::TooManyPixels => Problem::field("file", "TOO_MANY_PIXELS", "has too many pixels").into(),
    }
}
