//! Sound. The containers can hold films too; only those that hold nothing but sound are let through.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Kind, Refused};

/// How much of a container's table of tracks is read.
const TABLE_BYTES_MAX: u64 = 1024 * 1024;
/// How many top-level boxes of an MPEG-4 file are walked; recordings in fragments have thousands, but their table first.
const BOXES_MAX: usize = 64;
/// Bytes between an ID3 tag and the first frame that are forgiven.
const PADDING_BYTES_MAX: usize = 4096;

/// RIFF: a wave file.
pub(super) fn check_wav(head: &[u8]) -> Result<Kind, Refused> {
    if head.get(8..12) == Some(b"WAVE") { Ok(Kind::Wav) } else { Err(Refused::Unsupported) }
}

/// Ogg (RFC 3533): the first page of each stream names its codec.
pub(super) fn check_ogg(head: &[u8]) -> Result<Kind, Refused> {
    let has = |codec: &[u8]| contains(head, codec);
    let sound = has(b"OpusHead") || has(b"\x01vorbis") || has(b"Speex   ") || has(b"\x7FFLAC");
    let film = has(b"\x80theora") || has(b"BBCD\0") || has(b"OVP80") || has(b"\x01video");
    if sound && !film { Ok(Kind::Ogg) } else { Err(Refused::Unsupported) }
}

/// WebM (Matroska): the track table near the start names the codecs in ASCII.
pub(super) fn check_webm(head: &[u8]) -> Result<Kind, Refused> {
    let start = &head[..head.len().min(128)];
    let has = |codec: &[u8]| contains(head, codec);
    let sound = has(b"A_OPUS") || has(b"A_VORBIS");
    let film = [&b"V_VP8"[..], b"V_VP9", b"V_AV1", b"V_MPEG"].into_iter().any(has);
    if contains(start, b"webm") && sound && !film { Ok(Kind::Weba) } else { Err(Refused::Unsupported) }
}

/// Pictures in the same container (ISO 23008-12, AVIF): phones take them, browsers cannot all show them.
const PICTURE_BRANDS: [&[u8]; 9] = [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"mif1", b"msf1", b"avif", b"avis"];

/// Whether the file says in its first box that it is a picture.
pub(super) fn is_picture(head: &[u8]) -> bool {
    head.get(8..12).is_some_and(|brand| PICTURE_BRANDS.contains(&brand))
}

/// MPEG-4 (ISO 14496-12): every track in `moov` has a handler; only sound may be there.
pub(super) fn check_mp4<F: Read + Seek>(file: &mut F) -> Result<Kind, Refused> {
    let table = find_box(file, b"moov")?;
    let mut handlers = table.windows(16).filter(|window| window.starts_with(b"hdlr")).map(|window| &window[12..16]);
    let mut sound = false;
    let film = handlers.any(|handler| {
        sound |= handler == b"soun";
        matches!(handler, b"vide" | b"auxv")
    });
    if sound && !film { Ok(Kind::M4a) } else { Err(Refused::Unsupported) }
}

/// The content of the first top-level box of that type.
fn find_box<F: Read + Seek>(file: &mut F, wanted: &[u8; 4]) -> Result<Vec<u8>, Refused> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut at = 0_u64;
    for _ in 0..BOXES_MAX {
        let mut header = [0_u8; 16];
        let have = read_at(file, at, &mut header)?;
        if have < 8 {
            break;
        }
        let short = u64::from(u32::from_be_bytes([header[0], header[1], header[2], header[3]]));
        let (size, header_bytes) = match short {
            0 => (length - at, 8),
            1 if have == 16 => (u64::from_be_bytes(header[8..16].try_into().unwrap_or_default()), 16),
            size => (size, 8),
        };
        if size < header_bytes {
            return Err(Refused::Damaged);
        }
        if &header[4..8] == wanted {
            file.seek(SeekFrom::Start(at + header_bytes))?;
            let mut content = Vec::new();
            file.take((size - header_bytes).min(TABLE_BYTES_MAX)).read_to_end(&mut content)?;
            return Ok(content);
        }
        at = at.checked_add(size).filter(|next| *next < length).ok_or(Refused::Damaged)?;
    }
    Err(Refused::Damaged)
}

/// MPEG layer III: two frames in a row, behind an ID3 tag or from the start.
pub(super) fn check_mp3<F: Read + Seek>(file: &mut F, head: &[u8]) -> Result<Kind, Refused> {
    let start = id3_bytes(head);
    let mut window = vec![0_u8; PADDING_BYTES_MAX];
    let have = read_at(file, start, &mut window)?;
    let skip = if start == 0 { 0 } else { window[..have].iter().take_while(|b| **b == 0).count() };
    let first = window.get(skip..have).and_then(frame_bytes).ok_or(Refused::Unsupported)?;
    let mut next = [0_u8; 4];
    let have = read_at(file, start + skip as u64 + first, &mut next)?;
    if frame_bytes(&next[..have]).is_some() { Ok(Kind::Mp3) } else { Err(Refused::Unsupported) }
}

/// Length of the ID3v2 tag at the start (id3.org, ID3v2.4 §3.1): four bytes of seven bits, and the header.
fn id3_bytes(head: &[u8]) -> u64 {
    match head.get(..10) {
        Some([b'I', b'D', b'3', _, _, _, a, b, c, d]) => {
            10 + [a, b, c, d].into_iter().fold(0_u64, |sum, byte| (sum << 7) | u64::from(byte & 0x7F))
        }
        _ => 0,
    }
}

/// Length of the layer III frame that starts here (ISO 11172-3 §2.4.1.3 and §2.4.3.1; ISO 13818-3 for the lower rates).
fn frame_bytes(bytes: &[u8]) -> Option<u64> {
    const KBITS_1: [u64; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const KBITS_2: [u64; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let &[sync, b1, b2, ..] = bytes else { return None };
    let layer_three = b1 & 0b110 == 0b010;
    if sync != 0xFF || b1 & 0xE0 != 0xE0 || !layer_three {
        return None;
    }
    // MPEG version 1, 2 or 2.5; the halving of rates follows it.
    let (kbits, samples, divisor) = match (b1 >> 3) & 0b11 {
        0b11 => (KBITS_1, 144, 1),
        0b10 => (KBITS_2, 72, 2),
        0b00 => (KBITS_2, 72, 4),
        _ => return None,
    };
    let kbits = kbits.get(usize::from(b2 >> 4).checked_sub(1)?)?;
    let hertz = [44_100, 48_000, 32_000].get(usize::from((b2 >> 2) & 0b11))? / divisor;
    let padding = u64::from((b2 >> 1) & 1);
    Some(samples * kbits * 1000 / hertz + padding)
}

/// Fills the buffer from that place as far as the file goes.
fn read_at<F: Read + Seek>(file: &mut F, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(at))?;
    let mut have = 0;
    while have < buffer.len() {
        match file.read(&mut buffer[have..])? {
            0 => break,
            read => have += read,
        }
    }
    Ok(have)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Cursor;

    use super::*;
    use proptest::prelude::*;

    fn mp4_box(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
    }

    /// A file whose table lists these handlers, after a data box, as phones write them.
    pub fn mp4(handlers: &[&[u8; 4]]) -> Vec<u8> {
        let tracks: Vec<u8> =
            handlers.iter().flat_map(|h| mp4_box(b"hdlr", &[&[0; 8][..], h.as_slice(), &[0; 12]].concat())).collect();
        [mp4_box(b"ftyp", b"M4A \0\0\0\0isom"), mp4_box(b"mdat", &[0; 100]), mp4_box(b"moov", &tracks)].concat()
    }

    /// Two silent frames: MPEG 1, 128 kbit/s, 44.1 kHz.
    pub fn mp3() -> Vec<u8> {
        let mut frame = vec![0_u8; 417];
        frame[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0x00]);
        [frame.clone(), frame].concat()
    }

    #[test]
    fn sound_is_let_through_and_films_are_not() {
        assert_eq!(check_mp4(&mut Cursor::new(mp4(&[b"soun"]))).unwrap(), Kind::M4a);
        assert!(check_mp4(&mut Cursor::new(mp4(&[b"soun", b"vide"]))).is_err());
        assert!(check_mp4(&mut Cursor::new(mp4(&[]))).is_err());
        assert_eq!(check_webm(b"\x1A\x45\xDF\xA3....webm....A_OPUS").unwrap(), Kind::Weba);
        assert!(check_webm(b"\x1A\x45\xDF\xA3....webm....A_OPUS..V_VP9").is_err());
        assert_eq!(check_ogg(b"OggS.....OpusHead").unwrap(), Kind::Ogg);
        assert!(check_ogg(b"OggS.....\x80theora....\x01vorbis").is_err());
        assert_eq!(check_wav(b"RIFF\0\0\0\0WAVEfmt ").unwrap(), Kind::Wav);
        assert!(check_wav(b"RIFF\0\0\0\0AVI LIST").is_err());
    }

    #[test]
    fn mp3_is_known_by_two_frames() {
        let plain = mp3();
        assert_eq!(check_mp3(&mut Cursor::new(&plain), &plain).unwrap(), Kind::Mp3);
        let tagged = [&b"ID3\x04\0\0\0\0\x01\0"[..], &[0; 128], &plain].concat();
        assert_eq!(check_mp3(&mut Cursor::new(&tagged), &tagged).unwrap(), Kind::Mp3);
        let fake = [&b"ID3\x04\0\0\0\0\0\x04"[..], b"<script>alert(1)</script>"].concat();
        assert!(check_mp3(&mut Cursor::new(&fake), &fake).is_err());
        assert!(check_mp3(&mut Cursor::new(&plain[..417]), &plain[..417]).is_err(), "one frame proves nothing");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(noise: Vec<u8>) {
            for prefix in [&b""[..], b"ID3\x04\0\0\x7F\x7F\x7F\x7F", b"\xFF\xFB", b"\0\0\0\x01moov\xFF\xFF"] {
                let bytes = [prefix, &noise].concat();
                let results = [
                    check_mp3(&mut Cursor::new(&bytes), &bytes), check_mp4(&mut Cursor::new(&bytes)),
                    check_ogg(&bytes), check_webm(&bytes), check_wav(&bytes),
                ];
                prop_assert!(results.iter().filter(|r| r.is_ok()).count() <= 1);
            }
        }
    }
}
