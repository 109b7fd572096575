//! Reading the form of an upload: `file` and `conversationId`, in any order, bounded in bytes and in patience. The bytes
//! go to an unnamed file, so every way out of here leaves nothing behind.

use std::{fs::File, future::Future, time::Duration};

use axum::extract::{
    Multipart,
    multipart::{Field, MultipartError},
};
use kernel::{Caller, Id, Problem, id};
use platform::{
    Fault, Result,
    storage::{Spool, SpoolError},
};

use super::{
    error::{broken_form, too_large},
    http::Desk,
};
use crate::messaging::access::{Need, access_conversation};

/// Longest silence of a client in the middle of its upload.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest whole upload: the default limit over a line of 32 kB/s, with room.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// Longest id field.
const ID_BYTES_MAX: usize = 64;
/// What is still read, and thrown away, of a form that was refused: a client that is cut off while it writes never sees
/// why.
pub(super) const DRAINED_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// Boundaries and headers of the parts.
pub(super) const FORM_BYTES_MAX: u64 = 64 * 1024;

/// A whole upload whose sender may write in the conversation.
pub(super) struct Received {
    pub conversation: Id<id::Conversation>,
    pub file: File,
    pub name: String,
}

/// Reads the form.
pub(super) async fn receive(desk: &Desk, caller: &Caller, mut form: Multipart) -> Result<Received> {
    let whole = async {
        let read = read_form(desk, caller, &mut form).await;
        if read.as_ref().is_err_and(|fault| fault.problem().code != "INVALID_BODY") {
            drain(&mut form).await;
        }
        read
    };
    tokio::time::timeout(UPLOAD_TIMEOUT, whole).await.map_err(|_| broken_form())?
}

async fn read_form(desk: &Desk, caller: &Caller, form: &mut Multipart) -> Result<Received> {
    let mut conversation = None;
    let mut file = None;
    while let Some(mut field) = patient(form.next_field()).await? {
        match field.name() {
            Some("conversationId") if conversation.is_none() => {
                let id = read_id(&mut field).await?;
                access_conversation(&desk.talk, caller, id, Need::Write).await?;
                conversation = Some(id);
            }
            Some("file") if file.is_none() => file = Some(read_file(desk, &mut field).await?),
            Some(name @ ("conversationId" | "file")) => {
                return Err(Problem::field(name, "REPEATED", "may be given once").into());
            }
            name => return Err(Problem::field(name.unwrap_or("form"), "UNKNOWN_FIELD", "is not known here").into()),
        }
    }
    let required = |name: &str| Problem::field(name, "REQUIRED", "is required");
    let conversation = conversation.ok_or_else(|| required("conversationId"))?;
    let (spool, name) = file.ok_or_else(|| required("file"))?;
    let (file, _) = spool.finish().await.map_err(|e| Fault::internal("spooling an upload", e))?;
    Ok(Received { conversation, file, name })
}

async fn read_id(field: &mut Field<'_>) -> Result<Id<id::Conversation>> {
    let mut text = Vec::new();
    while let Some(chunk) = patient(field.chunk()).await? {
        if text.len() + chunk.len() > ID_BYTES_MAX {
            return Err(Problem::not_found().into());
        }
        text.extend_from_slice(&chunk);
    }
    let id = std::str::from_utf8(&text).ok().and_then(|text| Id::parse(text.trim()).ok());
    id.ok_or_else(|| Problem::not_found().into())
}

async fn read_file(desk: &Desk, field: &mut Field<'_>) -> Result<(Spool, String)> {
    let bytes_max = desk.bytes_max();
    let name = field.file_name().unwrap_or_default().to_owned();
    let spool = desk.talk.platform().storage().spool(bytes_max).await;
    let mut spool = spool.map_err(|e| Fault::internal("opening a spool", e))?;
    while let Some(chunk) = patient(field.chunk()).await? {
        match spool.write(&chunk).await {
            Ok(()) => {}
            Err(SpoolError::TooLarge(bytes_max)) => return Err(too_large(bytes_max).into()),
            Err(SpoolError::Io(source)) => return Err(Fault::internal("spooling an upload", source)),
        }
    }
    Ok((spool, name))
}

/// Reads on without keeping anything; how it ends does not matter any more.
async fn drain(form: &mut Multipart) {
    let mut drained = 0;
    while let Ok(Some(mut field)) = patient(form.next_field()).await {
        while let Ok(Some(chunk)) = patient(field.chunk()).await {
            drained += chunk.len() as u64;
            if drained > DRAINED_BYTES_MAX {
                return;
            }
        }
    }
}

/// Waits for the client, but not forever.
async fn patient<T>(step: impl Future<Output = std::result::Result<T, MultipartError>>) -> Result<T> {
    match tokio::time::timeout(STALL_TIMEOUT, step).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(err)) if err.status() == http::StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Problem::new(413, "PAYLOAD_TOO_LARGE", "The upload is too large.").into())
        }
        Ok(Err(_)) | Err(_) => Err(broken_form().into()),
    }
}
