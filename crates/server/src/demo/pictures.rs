//! The two pictures that are sent in the demo, drawn here: a braided style and a tray of nail colours.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use platform::{Fault, Result};

const WIDTH: u32 = 720;
const HEIGHT: u32 = 540;

/// A picture that somebody sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    Braids,
    Nails,
}

impl Picture {
    /// Reads the word between square brackets in a line of dialogue.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "braids" => Some(Self::Braids),
            "nails" => Some(Self::Nails),
            _ => None,
        }
    }
    /// The name its sender's phone gave it.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Braids => "style.jpg",
            Self::Nails => "colours.jpg",
        }
    }
    /// The encoded picture.
    pub fn draw(self) -> Result<Vec<u8>> {
        let paint = match self {
            Self::Braids => braids,
            Self::Nails => nails,
        };
        let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| Rgb(paint(i64::from(x), i64::from(y))));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Jpeg).map_err(|e| Fault::internal("drawing a picture", e))?;
        Ok(bytes.into_inner())
    }
}

type Color = [u8; 3];

/// `part` of 100 from one colour to the other.
fn blend(from: Color, to: Color, part: i64) -> Color {
    let mix = |i: usize| {
        let (a, b) = (i64::from(from[i]), i64::from(to[i]));
        u8::try_from((a + (b - a) * part.clamp(0, 100) / 100).clamp(0, 255)).unwrap_or(u8::MAX)
    };
    [mix(0), mix(1), mix(2)]
}

/// Whether a point lies in an ellipse around the origin.
fn is_inside((x, y): (i64, i64), across: i64, down: i64) -> bool {
    x * x * down * down + y * y * across * across <= across * across * down * down
}

/// Rows of plaits: two leaning leaves side by side, again and again, with a highlight on each.
fn braids(x: i64, y: i64) -> Color {
    const APART: i64 = 90;
    const STITCH: i64 = 46;
    let skin = blend([226, 190, 156], [184, 138, 106], y * 100 / i64::from(HEIGHT));
    let across = x.rem_euclid(APART) - APART / 2;
    // The right half of a plait is half a stitch lower than the left one.
    let shift = if across < 0 { 0 } else { STITCH / 2 };
    let down = (y + shift + across.abs() * 3 / 4).rem_euclid(STITCH) - STITCH / 2;
    let leaf = (across.abs() - 14, down);
    if !is_inside(leaf, 17, 19) {
        return if across.abs() < 3 { [58, 40, 36] } else { skin };
    }
    let shine = if is_inside((leaf.0 + 4, leaf.1 + 6), 7, 6) { 28 } else { 0 };
    blend([44, 28, 26], [150, 112, 92], shine + leaf.1.abs())
}

/// Two rows of polished tips on a tray, each with a reflection.
fn nails(x: i64, y: i64) -> Color {
    const POLISH: [Color; 10] = [
        [190, 30, 60],
        [232, 180, 170],
        [120, 20, 50],
        [250, 222, 214],
        [70, 40, 90],
        [214, 120, 100],
        [20, 90, 100],
        [236, 200, 120],
        [150, 60, 110],
        [60, 60, 70],
    ];
    let (column, row) = ((x / (i64::from(WIDTH) / 5)).clamp(0, 4), i64::from(y > i64::from(HEIGHT) / 2));
    let centre = (column * i64::from(WIDTH) / 5 + 72, row * i64::from(HEIGHT) / 2 + 135);
    let at = (x - centre.0, y - centre.1);
    // A tip: round at the top, a straight shaft below.
    let in_tip = is_inside((at.0, at.1 + 40), 44, 60) || (at.0.abs() <= 44 && (-40..=80).contains(&at.1));
    if !in_tip {
        let shadow = (at.0 - 8).abs() <= 46 && (-30..=92).contains(&at.1);
        return blend([250, 244, 238], [214, 200, 190], if shadow { 60 } else { y * 30 / i64::from(HEIGHT) });
    }
    let polish = POLISH[usize::try_from(row * 5 + column).unwrap_or(0) % POLISH.len()];
    let reflection = if is_inside((at.0 + 18, at.1 + 10), 7, 56) { 55 } else { (at.0 + 44) / 6 };
    blend(polish, [255, 255, 255], reflection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_pictures() {
        for picture in [Picture::Braids, Picture::Nails] {
            let bytes = picture.draw().unwrap();
            let read = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
            assert_eq!((read.width(), read.height()), (WIDTH, HEIGHT));
        }
    }
}
