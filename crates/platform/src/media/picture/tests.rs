//! Pictures whole, turned, cut and forged.

use image::{Rgb, RgbImage, Rgba, RgbaImage};

use super::*;

fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Left half red, right half blue.
fn two_halves(width: u32, height: u32) -> DynamicImage {
    let colour = |x| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) };
    RgbImage::from_fn(width, height, |x, _| colour(x)).into()
}

fn decode(bytes: &[u8], kind: Kind) -> Result<Picture, Refused> {
    decode_picture(&mut Cursor::new(bytes), kind, &LargeGate::default())
}

fn reread(thumbnail: &Thumbnail) -> DynamicImage {
    image::load_from_memory(&thumbnail.bytes).unwrap()
}

/// Puts an EXIF segment with this orientation behind the start of a JPEG (Exif 2.3 §4.5.2, §4.6).
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let tiff = [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation, 0, 0, 0, 0, 0, 0]].concat();
    let body = [&b"Exif\0\0"[..], &tiff, b"SecretCameraOwner"].concat();
    let segment = [&[0xFF, 0xE1][..], &(body.len() as u16 + 2).to_be_bytes(), &body].concat();
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}

#[test]
fn each_format_gives_its_size_and_a_small_version() {
    for (format, kind) in [
        (ImageFormat::Jpeg, Kind::Jpeg),
        (ImageFormat::Png, Kind::Png),
        (ImageFormat::Gif, Kind::Gif),
        (ImageFormat::WebP, Kind::Webp),
    ] {
        let picture = decode(&encode(&two_halves(1200, 300), format), kind).unwrap();
        assert_eq!((picture.width, picture.height), (1200, 300), "{format:?}");
        let small = reread(&picture.thumbnail);
        assert_eq!((small.width(), small.height()), (480, 120), "{format:?}");
        assert_eq!(picture.thumbnail.kind, Kind::Jpeg, "{format:?}");
    }
}

#[test]
fn a_small_picture_is_not_blown_up() {
    let picture = decode(&encode(&two_halves(20, 10), ImageFormat::Png), Kind::Png).unwrap();
    assert_eq!((reread(&picture.thumbnail).width(), reread(&picture.thumbnail).height()), (20, 10));
}

#[test]
fn a_line_keeps_at_least_a_pixel() {
    let picture = decode(&encode(&two_halves(16_000, 1), ImageFormat::Png), Kind::Png).unwrap();
    assert_eq!((reread(&picture.thumbnail).width(), reread(&picture.thumbnail).height()), (480, 1));
}

#[test]
fn a_turned_camera_is_honoured_and_its_metadata_left_out() {
    let jpeg = with_orientation(&encode(&two_halves(1000, 500), ImageFormat::Jpeg), 6);
    let picture = decode(&jpeg, Kind::Jpeg).unwrap();
    assert_eq!((picture.width, picture.height), (500, 1000));
    let small = reread(&picture.thumbnail).into_rgb8();
    assert_eq!(small.dimensions(), (240, 480));
    // Turned by a quarter clockwise, the left half is on top.
    assert!(small.get_pixel(120, 40).0[0] > 200 && small.get_pixel(120, 440).0[2] > 200);
    let bytes = &picture.thumbnail.bytes;
    assert!(!bytes.windows(4).any(|w| w == b"Exif") && !bytes.windows(6).any(|w| w == b"Secret"));
}

#[test]
fn transparency_survives() {
    let clear = RgbaImage::from_pixel(600, 600, Rgba([0, 255, 0, 0]));
    let picture = decode(&encode(&clear.into(), ImageFormat::Png), Kind::Png).unwrap();
    assert_eq!(picture.thumbnail.kind, Kind::Png);
    assert_eq!(reread(&picture.thumbnail).into_rgba8().get_pixel(5, 5).0[3], 0);
}

/// A PNG header that promises this size, with a correct checksum and hardly any data.
fn forged_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = encode(&two_halves(2, 2), ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// PNG specification, annex D.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |s, _| if s & 1 == 1 { 0xEDB8_8320 ^ (s >> 1) } else { s >> 1 })
    })
}

#[test]
fn a_header_that_promises_too_much_is_refused_unread() {
    for (width, height) in [(60_000, 60_000), (16_000, 16_000), (17_000, 1), (u32::MAX, 2)] {
        let found = decode(&forged_png(width, height), Kind::Png);
        assert!(matches!(found, Err(Refused::TooManyPixels | Refused::Damaged)), "{width}x{height} {found:?}");
    }
    let largest = decode(&forged_png(60_000, 60_000), Kind::Png);
    assert!(matches!(largest, Err(Refused::TooManyPixels)), "{largest:?}");
}

#[test]
fn a_cut_picture_is_refused_or_shown_but_never_panics() {
    for (format, kind) in [
        (ImageFormat::Jpeg, Kind::Jpeg),
        (ImageFormat::Png, Kind::Png),
        (ImageFormat::Gif, Kind::Gif),
        (ImageFormat::WebP, Kind::Webp),
    ] {
        let whole = encode(&two_halves(300, 300), format);
        for cut in [3, 10, 20, whole.len() / 4, whole.len() / 2] {
            let found = decode(&whole[..cut.min(whole.len())], kind);
            // Browsers show what there is of a cut JPEG, and so may the decoder; the others are refused.
            assert!(found.is_err() || kind == Kind::Jpeg, "{format:?} cut at {cut}");
        }
        assert!(matches!(decode(&whole[..10], kind), Err(Refused::Damaged)), "{format:?}");
    }
}
