//! Statements over many rows, in sizes from a short list, so that their preparation is remembered by the connection.

use std::ops::Range;

/// Rows per statement, largest first.
const CHUNKS: [usize; 4] = [64, 16, 4, 1];

/// Splits `0..count` into stretches of the sizes in [`CHUNKS`].
pub(crate) fn chunks(count: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let left = count - start;
        let size = *CHUNKS.iter().find(|size| **size <= left)?;
        start += size;
        Some(start - size..start)
    })
}

/// `?, ?, ?`
pub(crate) fn marks(count: usize) -> String {
    let mut text = "?, ".repeat(count);
    text.truncate(text.len().saturating_sub(2));
    text
}

/// `(?, ?), (?, ?)`: so many rows of so many columns.
pub(crate) fn rows(count: usize, columns: usize) -> String {
    let one = format!("({})", marks(columns));
    vec![one.as_str(); count].join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_cover_everything_once() {
        for count in [0, 1, 3, 4, 63, 64, 65, 200, 256] {
            let covered: Vec<usize> = chunks(count).flatten().collect();
            assert_eq!(covered, (0..count).collect::<Vec<_>>());
        }
    }

    #[test]
    fn rows_are_written_with_their_columns() {
        assert_eq!(rows(2, 3), "(?, ?, ?), (?, ?, ?)");
        assert_eq!(marks(0), "");
    }
}
