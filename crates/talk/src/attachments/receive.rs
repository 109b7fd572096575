//! Reading the form of an upload: `file` and `conversationId`, in any order, bounded in bytes and in patience. The bytes
//! go to an unnamed file, so every way out of here leaves nothing behind.

use std::{error::Error, fs::File, future::Future, time::Duration};

use axum::extract::{
    Multipart,
    multipart::{Field, MultipartError},
};
use kernel::{Caller, Id, Problem, id};
use platform::{
    Result, file_fault,
    storage::{Spool, SpoolError},
};

use super::{
    error::{broken_form, slow_form, too_large, unreadable_part},
    http::Desk,
};
use crate::messaging::access::{Need, access_conversation};

/// Longest silence of a client in the middle of its upload.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Longest whole upload: the default limit over a line of 32 kB/s, with room.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// Longest id field.
const ID_BYTES_MAX: usize = 64;
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
    tokio::time::timeout(UPLOAD_TIMEOUT, read_form(desk, caller, &mut form)).await.map_err(|_| slow_form())?
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
    let (file, _) = spool.finish().await.map_err(|e| file_fault("spooling an upload", e))?;
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
    let name = decode_name(field.file_name().unwrap_or_default());
    let spool = desk.talk.platform().storage().spool(bytes_max).await;
    let mut spool = spool.map_err(|e| file_fault("opening a spool", e))?;
    while let Some(chunk) = patient(field.chunk()).await? {
        match spool.write(&chunk).await {
            Ok(()) => {}
            Err(SpoolError::TooLarge(bytes_max)) => return Err(too_large(bytes_max).into()),
            Err(SpoolError::Io(source)) => return Err(file_fault("spooling an upload", source)),
        }
    }
    Ok((spool, name))
}

/// A name as it was before a form took it in: what would end the quotes or the line is written as `%22`, `%0D` and `%0A`
/// there, and nothing else is (multipart/form-data in the HTML standard).
fn decode_name(sent: &str) -> String {
    sent.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// Waits for the client, but not forever.
async fn patient<T>(step: impl Future<Output = std::result::Result<T, MultipartError>>) -> Result<T> {
    match tokio::time::timeout(STALL_TIMEOUT, step).await {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(err)) if err.status() == http::StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Problem::new(413, "PAYLOAD_TOO_LARGE", "The upload is too large.").into())
        }
        Ok(Err(err)) => Err(refused_form(&err).into()),
        Err(_) => Err(slow_form().into()),
    }
}

fn refused_form(error: &MultipartError) -> Problem {
    match error.source().and_then(|source| source.downcast_ref::<multer::Error>()) {
        Some(multer::Error::ReadHeaderFailed(_) | multer::Error::DecodeHeaderValue { .. }) => unreadable_part(),
        _ => broken_form(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_out_of_the_form_as_it_went_in() {
        assert_eq!(decode_name("a%22.png"), "a\".png");
        assert_eq!(decode_name("100%25 %41.png"), "100%25 %41.png");
    }
}
