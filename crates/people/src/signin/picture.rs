//! The address of a second factor as a picture that an authenticator app can read: a PNG in a `data:` address.

use std::io::Cursor;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{GrayImage, ImageFormat, Luma};
use platform::{Fault, Result};
use qrcode::{Color, EcLevel, QrCode};

/// Pixels of one square.
const SQUARE_PIXELS: u32 = 6;
/// White squares around it; the standard asks for four.
const EDGE_SQUARES: u32 = 4;

/// Draws the text.
pub(super) fn data_url(text: &str) -> Result<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|e| Fault::internal("drawing a second factor", e.to_string()))?;
    let width = u32::try_from(code.width()).unwrap_or(0);
    let side = (width + 2 * EDGE_SQUARES) * SQUARE_PIXELS;
    let squares = code.into_colors();
    let mut picture = GrayImage::from_pixel(side, side, Luma([255]));
    for (at, color) in squares.into_iter().enumerate() {
        let at = u32::try_from(at).unwrap_or(0);
        let (left, top) = ((at % width + EDGE_SQUARES) * SQUARE_PIXELS, (at / width + EDGE_SQUARES) * SQUARE_PIXELS);
        if color == Color::Dark {
            let inside = (0..SQUARE_PIXELS).flat_map(|y| (0..SQUARE_PIXELS).map(move |x| (x, y)));
            inside.for_each(|(x, y)| picture.put_pixel(left + x, top + y, Luma([0])));
        }
    }
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).map_err(|e| Fault::internal("drawing a second factor", e))?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(png.into_inner())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_a_quiet_edge_and_the_corner_mark() {
        let url = data_url("otpauth://totp/Frontdesk:ann@example.com?secret=ABCDEFGH&issuer=Frontdesk").unwrap();
        let png = STANDARD.decode(url.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let picture = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap().to_luma8();
        let square = |x: u32, y: u32| picture.get_pixel(x * SQUARE_PIXELS, y * SQUARE_PIXELS).0[0];
        assert_eq!((square(0, 0), square(4, 4), square(5, 5), square(7, 7)), (255, 0, 255, 0));
    }
}
