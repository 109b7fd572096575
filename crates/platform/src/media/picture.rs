//! Pictures: proof that they decode within limits, their size as people see it, and a thumbnail made from the pixels
//! alone, so that nothing of the original's metadata (place, camera, owner) is in it.

use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

use super::{Kind, Refused};

/// Longest side of a picture.
pub const IMAGE_SIDE_PX_MAX: u32 = 16_384;
/// Most pixels of a picture: 50 megapixels, the largest that phones commonly take.
pub const IMAGE_PIXELS_MAX: u64 = 50_000_000;
/// Pictures above this are decoded one at a time: a progressive JPEG takes nine bytes a pixel while it is decoded, which
/// no limit of the decoder counts.
const LARGE_PIXELS: u64 = 12_000_000;
/// Memory that the pixels of one picture may take.
const DECODE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Longest side of a thumbnail.
pub const THUMB_SIDE_PX_MAX: u32 = 480;
/// JPEG quality of thumbnails, of 100.
const THUMB_QUALITY: u8 = 80;

/// What is known of a picture after it was decoded.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Pixels across, turned as the camera says.
    pub width: u32,
    /// Pixels down, turned as the camera says.
    pub height: u32,
    /// The small version.
    pub thumbnail: Thumbnail,
}

/// A small version of a picture.
#[derive(Debug, Clone)]
pub struct Thumbnail {
    /// JPEG, or PNG when the picture has transparency.
    pub kind: Kind,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// Lets one large picture through at a time.
pub(super) type LargeGate = parking_lot::Mutex<()>;

/// Decodes the picture and makes its thumbnail. Takes CPU time: never call it on an async thread.
pub(super) fn decode_picture<F: Read + Seek>(file: &mut F, kind: Kind, gate: &LargeGate) -> Result<Picture, Refused> {
    file.seek(SeekFrom::Start(0))?;
    let format = match kind {
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Png => ImageFormat::Png,
        Kind::Gif => ImageFormat::Gif,
        Kind::Webp => ImageFormat::WebP,
        _ => return Err(Refused::Unsupported),
    };
    let mut reader = ImageReader::with_format(BufReader::new(file), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(IMAGE_SIDE_PX_MAX);
    limits.max_image_height = Some(IMAGE_SIDE_PX_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    // Looked at before a single pixel is decoded: a header is cheap to forge.
    let pixels = u64::from(width) * u64::from(height);
    if pixels > IMAGE_PIXELS_MAX || decoder.total_bytes() > DECODE_BYTES_MAX {
        return Err(Refused::TooManyPixels);
    }
    if width == 0 || height == 0 {
        return Err(Refused::Damaged);
    }
    let _turn = (pixels > LARGE_PIXELS).then(|| gate.lock());
    // A picture without or with unreadable EXIF stands as it is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let whole = DynamicImage::from_decoder(decoder).map_err(refused)?;
    let (width, height) = turned(orientation, width, height);
    Ok(Picture { width, height, thumbnail: thumbnail(whole, orientation)? })
}

const fn turned(orientation: Orientation, width: u32, height: u32) -> (u32, u32) {
    match orientation {
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            (height, width)
        }
        _ => (width, height),
    }
}

fn thumbnail(whole: DynamicImage, orientation: Orientation) -> Result<Thumbnail, Refused> {
    let large = whole.width().max(whole.height()) > THUMB_SIDE_PX_MAX;
    let mut small = if large { whole.thumbnail(THUMB_SIDE_PX_MAX, THUMB_SIDE_PX_MAX) } else { whole };
    // Turning the small one costs a fraction of turning the large one.
    small.apply_orientation(orientation);
    let mut bytes = Cursor::new(Vec::new());
    let is_opaque = !small.color().has_alpha() || small.to_rgba8().pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let kind = if is_opaque {
        JpegEncoder::new_with_quality(&mut bytes, THUMB_QUALITY).encode_image(&small.into_rgb8()).map_err(refused)?;
        Kind::Jpeg
    } else {
        // A fresh buffer of pixels: colour profiles and text chunks of the original are not carried over.
        DynamicImage::ImageRgba8(small.into_rgba8()).write_to(&mut bytes, ImageFormat::Png).map_err(refused)?;
        Kind::Png
    };
    Ok(Thumbnail { kind, bytes: bytes.into_inner() })
}

fn refused(err: ImageError) -> Refused {
    match err {
        ImageError::Limits(_) => Refused::TooManyPixels,
        ImageError::Unsupported(_) => Refused::Unsupported,
        _ => Refused::Damaged,
    }
}

#[cfg(test)]
mod tests;
