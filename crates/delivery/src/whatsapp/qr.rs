//! A pairing code as a picture: black squares on white with a quiet edge, as a PNG in a `data:` address.

use std::io::Cursor;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{GrayImage, ImageFormat, Luma};
use platform::{Fault, Result};
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of one square: large enough for a camera across a desk.
const SQUARE_PIXELS: u32 = 6;
/// White squares around it; the standard asks for four.
const EDGE_SQUARES: u32 = 4;

/// Draws the text.
pub fn data_url(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)
        .map_err(|e| Fault::internal("drawing a pairing code", e.to_string()))?;
    let width = u32::try_from(code.width()).unwrap_or(0);
    let pixels = (width + 2 * EDGE_SQUARES) * SQUARE_PIXELS;
    let squares = code.into_colors();
    let picture = GrayImage::from_fn(pixels, pixels, |x, y| {
        let place = |pixel: u32| (pixel / SQUARE_PIXELS).checked_sub(EDGE_SQUARES).filter(|at| *at < width);
        let is_dark = place(x).zip(place(y)).is_some_and(|(x, y)| {
            usize::try_from(y * width + x).ok().and_then(|at| squares.get(at)) == Some(&Color::Dark)
        });
        Luma([if is_dark { 0 } else { 255 }])
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).map_err(|e| Fault::internal("drawing a pairing code", e))?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(png.into_inner())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_png_with_a_white_edge_and_a_corner_mark() {
        let url = data_url("2@a-reference,bm9pc2U=,aWRlbnRpdHk=,c2VjcmV0").unwrap();
        let png = STANDARD.decode(url.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let picture = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap().to_luma8();
        assert!(picture.width() == picture.height() && picture.width().is_multiple_of(SQUARE_PIXELS));
        let square = |x: u32, y: u32| picture.get_pixel(x * SQUARE_PIXELS, y * SQUARE_PIXELS).0[0];
        assert_eq!((square(0, 0), square(3, 3)), (255, 255), "the edge");
        // The mark in the corner: dark ring, light ring, dark heart.
        assert_eq!((square(4, 4), square(5, 5), square(7, 7)), (0, 255, 0));
    }

    #[test]
    fn what_does_not_fit_is_an_error_and_no_panic() {
        assert!(data_url(&"x".repeat(10_000)).is_err());
    }
}
