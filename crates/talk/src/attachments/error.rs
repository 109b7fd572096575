//! Why a file is not taken, each with its stable code.

use kernel::Problem;
use platform::{
    Fault,
    media::{IMAGE_PIXELS_MAX, Refused},
};

const KINDS: &str = "Send a picture (JPEG, PNG, GIF, WebP), a PDF, an office document without macros, plain text (UTF-8) or a \
                     sound recording.";

/// 413: more bytes than allowed; nothing was stored.
pub(super) fn too_large(bytes_max: u64) -> Problem {
    let words = format!("The file is too large; at most {} MB can be sent.", bytes_max / (1024 * 1024));
    Problem::new(413, "PAYLOAD_TOO_LARGE", words).with("maxBytes", bytes_max.into())
}

/// 415: not one of the kinds that may be sent.
pub(super) fn unsupported() -> Problem {
    Problem::new(415, "UNSUPPORTED_MEDIA_TYPE", format!("Files of this kind cannot be sent. {KINDS}"))
}

/// 400: the form ended early, or is none.
pub(super) fn broken_form() -> Problem {
    Problem::invalid_body("The upload ended before it was complete. Send it again.")
}

/// 400: nothing came for too long, or it took too long in all.
pub(super) fn slow_form() -> Problem {
    Problem::invalid_body("The upload came too slowly and was given up. Send it again on a better connection.")
}

/// 400: the lines before the content of a part, with its name and that of the file, are not what they should be.
pub(super) fn unreadable_part() -> Problem {
    Problem::invalid_body(
        "The head of a part of this form cannot be read; the name of a file may hold no control characters. Give the file \
         another name and send it again.",
    )
}

/// 409: too many uploads wait for their message.
pub(super) fn too_many_unsent() -> Problem {
    Problem::conflict("TOO_MANY_UNSENT", "Many of your uploads have not been sent yet; send some of them first.")
}

/// 422: a message names a file that its sender cannot send.
pub(super) fn not_sendable() -> Problem {
    let words = "must be uploads of your own in this conversation that were not sent before";
    Problem::field("attachments", "NOT_SENDABLE", words)
}

/// What the uploader is told about a refused file.
pub(super) fn refused(refused: Refused) -> Fault {
    let field = |code, words: String| Problem::field("file", code, words).into();
    match refused {
        Refused::Unsupported => unsupported().into(),
        Refused::Empty => field("EMPTY", "is empty".to_owned()),
        Refused::Damaged => field("DAMAGED", "is damaged or not complete".to_owned()),
        Refused::TooManyPixels => {
            field("TOO_MANY_PIXELS", format!("may have at most {} megapixels", IMAGE_PIXELS_MAX / 1_000_000))
        }
        Refused::Io(source) => Fault::internal("looking at an upload", source),
    }
}
