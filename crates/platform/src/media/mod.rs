//! What an uploaded file really is. [`Media::inspect`] looks at the content, never at the declared type or the name's
//! ending, compares it with a short list of allowed kinds, proves that pictures decode within limits, and makes their
//! thumbnails. Everything else is refused, above all what a browser could run: HTML, SVG, XML, scripts, also when dressed
//! up as a picture. It stores nothing and knows no owner; [`crate::storage`] keeps the bytes.

mod audio;
mod inspect;
mod kind;
mod markup;
mod name;
mod office;
mod ole;
mod picture;
mod plain;
mod sniff;

pub use inspect::{Inspected, Media};
pub use kind::{Family, Kind};
pub use name::{NAME_CHARS_MAX, clean_name, content_disposition};
pub use picture::{IMAGE_PIXELS_MAX, IMAGE_SIDE_PX_MAX, Picture, THUMB_SIDE_PX_MAX, Thumbnail};

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Not on the list of allowed kinds.
    #[error("files of this kind are not accepted")]
    Unsupported,
    /// Claims to be of an allowed kind but cannot be read as one.
    #[error("the file is damaged or not finished")]
    Damaged,
    /// A picture with more pixels than anybody needs; decoding it would cost too much memory.
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// The file could not be read back: ours, not the client's.
    #[error("the file could not be looked at")]
    Io(#[from] std::io::Error),
}
