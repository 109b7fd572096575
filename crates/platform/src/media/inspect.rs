//! The way in: looks at a file on a bounded pool of blocking threads.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{
    Family, Kind, Picture, Refused,
    markup::hides_markup,
    name::clean_name,
    picture::{LargeGate, decode_picture},
    sniff::sniff,
};

/// Files looked at at once. Decoding a picture of the largest size takes some hundred megabytes and a second of CPU, so
/// few at a time; the others wait.
pub const INSPECTIONS_MAX: usize = 2;
/// Pieces in which a file is hashed.
const HASH_CHUNK_BYTES: usize = 64 * 1024;

/// A file that may be kept.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// What it really is.
    pub kind: Kind,
    /// Its cleaned name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// SHA-256 of its content.
    pub sha256: [u8; 32],
    /// Size and thumbnail, for pictures.
    pub picture: Option<Picture>,
}

/// Looks at files; cheap to clone, all clones share one limit.
#[derive(Debug, Clone)]
pub struct Media {
    permits: Arc<Semaphore>,
    large: Arc<LargeGate>,
}

impl Default for Media {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(INSPECTIONS_MAX)), large: Arc::default() }
    }
}

impl Media {
    /// Says what the file is, or why it is refused; gives the file back. `name` is the one the client gave.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn inspect(&self, mut file: File, name: &str) -> Result<(File, Inspected), Refused> {
        let permit = self.permits.clone().acquire_owned().await.map_err(io::Error::other)?;
        let (name, large) = (name.to_owned(), self.large.clone());
        let task = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when the client has gone away meanwhile.
            let _permit = permit;
            inspect(&mut file, &name, &large).map(|found| (file, found))
        });
        match task.await {
            Ok(done) => done,
            // A decoder that panics has met a file that no honest program wrote.
            Err(join) if join.is_panic() => {
                tracing::error!(error = %join, "a decoder panicked on an upload");
                Err(Refused::Damaged)
            }
            Err(join) => Err(Refused::Io(io::Error::other(join))),
        }
    }
}

fn inspect<F: Read + Seek>(file: &mut F, name: &str, large: &LargeGate) -> Result<Inspected, Refused> {
    let kind = sniff(file, name)?;
    let (sha256, bytes) = hash(file, kind)?;
    let picture = match kind.family() {
        Family::Image => Some(decode_picture(file, kind, large)?),
        _ => None,
    };
    Ok(Inspected { kind, name: clean_name(name, kind), bytes, sha256, picture })
}

/// Hashes the file and, for pictures, searches it for pages hidden inside on the same pass.
fn hash<F: Read + Seek>(file: &mut F, kind: Kind) -> Result<([u8; 32], u64), Refused> {
    /// Longest opening that is searched for, so that none escapes between two pieces.
    const OVERLAP_BYTES: usize = 32;
    file.seek(SeekFrom::Start(0))?;
    let (mut hasher, mut total, mut kept) = (Sha256::new(), 0_u64, 0);
    let mut buffer = vec![0_u8; HASH_CHUNK_BYTES];
    loop {
        let read = file.read(&mut buffer[kept..])?;
        if read == 0 {
            return Ok((hasher.finalize().into(), total));
        }
        hasher.update(&buffer[kept..kept + read]);
        total += read as u64;
        let end = kept + read;
        if kind.family() == Family::Image && hides_markup(&buffer[..end]) {
            return Err(Refused::Unsupported);
        }
        kept = end.min(OVERLAP_BYTES);
        buffer.copy_within(end - kept..end, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn file_of(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    async fn look(bytes: &[u8], name: &str) -> Result<Inspected, Refused> {
        Media::default().inspect(file_of(bytes), name).await.map(|(_, found)| found)
    }

    fn gif() -> Vec<u8> {
        let mut bytes = io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(8, 8, image::Rgb([200, 10, 10]));
        picture.write_to(&mut bytes, image::ImageFormat::Gif).unwrap();
        bytes.into_inner()
    }

    #[tokio::test]
    async fn a_picture_comes_back_with_its_facts() {
        let found = look(&gif(), "C:\\me\\Photo.PNG").await.unwrap();
        assert_eq!((found.kind, found.name.as_str(), found.bytes), (Kind::Gif, "Photo.PNG.gif", gif().len() as u64));
        assert_eq!(found.sha256, <[u8; 32]>::from(Sha256::digest(gif())));
        let picture = found.picture.unwrap();
        assert_eq!((picture.width, picture.height), (8, 8));
    }

    #[tokio::test]
    async fn a_picture_that_is_also_a_page_is_refused() {
        let page = b"<script>alert(1)</script>";
        assert!(look(&gif(), "a.gif").await.is_ok());
        // At the end, where decoders stop reading, and across the border of two pieces.
        for filler in [0, HASH_CHUNK_BYTES - gif().len() - 3, 3 * HASH_CHUNK_BYTES] {
            let polyglot = [&gif()[..], &vec![0; filler], page].concat();
            assert!(matches!(look(&polyglot, "a.gif").await, Err(Refused::Unsupported)), "filler {filler}");
        }
    }

    #[tokio::test]
    async fn a_page_named_like_a_picture_and_an_empty_file_are_refused() {
        assert!(matches!(look(b"<html><script>x</script>", "a.png").await, Err(Refused::Unsupported)));
        assert!(matches!(look(b"", "a.png").await, Err(Refused::Empty)));
    }

    #[tokio::test]
    async fn text_has_no_picture() {
        let found = look(b"price,1\n", "prices.csv").await.unwrap();
        assert_eq!((found.kind, found.picture.is_none()), (Kind::Csv, true));
    }
}
