//! Statements over many rows, in sizes from a short list, so that their preparation is remembered by the connection.

use std::{ops::Range, time::Duration};

use kernel::Timestamp;
use uuid::Uuid;

/// How much later than the time of its row an id may have been made: clocks are set, and a row carries the time at which its
/// batch began.
const ID_LATE_MAX: Duration = Duration::from_secs(60);

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

/// An id behind those of all rows from before this instant: an id begins with the time at which it was made.
pub(crate) fn after_ids_of(at: Timestamp) -> Uuid {
    let millis = u64::try_from(at.plus(ID_LATE_MAX).millis()).unwrap_or(0);
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_a_minute_and_a_half_later_lies_behind() {
        let at = Timestamp::from_millis(1_795_000_000_000);
        let before = Uuid::parse_str("01a1ee57-c600-7fff-bfff-ffffffffffff").unwrap();
        assert!(after_ids_of(at) < before);
        assert!(after_ids_of(at.plus(ID_LATE_MAX)) > before);
    }

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
