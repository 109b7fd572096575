//! Bytes off the wire: command lines and message texts, both bounded.
//!
//! A line ends with CRLF and with nothing else. A bare LF is never taken for an end of line, because servers
//! that do so can be made to see two messages where the sender wrote one.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

use super::limits::{COMMAND_LINE_BYTES_MAX, MESSAGE_BYTES_MAX, TEXT_LINE_BYTES_MAX};

/// One command line, or why it is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The line without its CRLF.
    Text(Vec<u8>),
    /// Longer than [`COMMAND_LINE_BYTES_MAX`]; it was read to its end and thrown away.
    TooLong,
    /// Ended by LF alone.
    BareLineFeed,
    /// The client closed the connection.
    Closed,
}

/// Reads the next command line.
pub(super) async fn read_command<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<Line> {
    let mut line = Vec::new();
    Ok(match read_up_to(reader, &mut line, COMMAND_LINE_BYTES_MAX).await? {
        Ended::Closed => Line::Closed,
        Ended::TooLong => Line::TooLong,
        Ended::LineFeed if line.ends_with(b"\r\n") => {
            line.truncate(line.len() - 2);
            Line::Text(line)
        }
        Ended::LineFeed => Line::BareLineFeed,
    })
}

/// The text after DATA, or why it cannot be taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// The message without the closing dot line, leading dots unstuffed.
    Whole(Vec<u8>),
    /// The message ended properly, and is refused.
    Refused(BadText),
    /// The client closed the connection before the end.
    Closed,
}

/// Why a message text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadText {
    TooLarge,
    LineTooLong,
    BareLineFeed,
}

/// Reads a message up to the line with the single dot. A message that will be refused is still read to its
/// end, without being kept, because only then the client listens.
pub(super) async fn read_text<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<Text> {
    // The longest line with a stuffed dot before it and CRLF behind.
    const STUFFED_LINE_BYTES_MAX: usize = TEXT_LINE_BYTES_MAX + 3;
    let mut text = Vec::new();
    let mut bad = None;
    let mut line = Vec::with_capacity(STUFFED_LINE_BYTES_MAX);
    loop {
        line.clear();
        let ended = read_up_to(reader, &mut line, STUFFED_LINE_BYTES_MAX).await?;
        match ended {
            Ended::Closed => return Ok(Text::Closed),
            Ended::LineFeed if line == b".\r\n" => break,
            Ended::TooLong => bad = bad.or(Some(BadText::LineTooLong)),
            Ended::LineFeed if !line.ends_with(b"\r\n") => bad = bad.or(Some(BadText::BareLineFeed)),
            Ended::LineFeed => {}
        }
        let content = line.strip_prefix(b".").unwrap_or(&line);
        if content.len() > TEXT_LINE_BYTES_MAX + 2 {
            bad = bad.or(Some(BadText::LineTooLong));
        }
        if text.len() + content.len() > MESSAGE_BYTES_MAX {
            bad = Some(BadText::TooLarge);
        }
        match bad {
            None => text.extend_from_slice(content),
            Some(_) => text = Vec::new(),
        }
    }
    Ok(match bad {
        None => Text::Whole(text),
        Some(reason) => Text::Refused(reason),
    })
}

enum Ended {
    LineFeed,
    /// The line went past the limit; its rest was read and dropped.
    TooLong,
    Closed,
}

/// Appends bytes to `line` up to and including the next LF, at most `max` of them.
async fn read_up_to<R: AsyncBufRead + Unpin>(reader: &mut R, line: &mut Vec<u8>, max: usize) -> io::Result<Ended> {
    let mut too_long = false;
    loop {
        let available = reader.fill_buf().await?;
        if available.is_empty() {
            return Ok(Ended::Closed);
        }
        let end = available.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let taken = end.unwrap_or(available.len());
        too_long |= line.len() + taken > max;
        if !too_long {
            line.extend_from_slice(&available[..taken]);
        }
        reader.consume(taken);
        if end.is_some() {
            return Ok(if too_long { Ended::TooLong } else { Ended::LineFeed });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    async fn text_of(wire: &[u8]) -> Text {
        read_text(&mut &wire[..]).await.unwrap()
    }

    #[tokio::test]
    async fn dots_are_unstuffed_and_the_dot_line_ends_the_text() {
        let text = text_of(b"a\r\n..b\r\n.c\r\n.\r\nNOOP\r\n").await;
        assert_eq!(text, Text::Whole(b"a\r\n.b\r\nc\r\n".to_vec()));
    }

    #[tokio::test]
    async fn a_bare_line_feed_never_ends_a_message() {
        assert_eq!(text_of(b"a\n.\nMAIL FROM:<x@y>\r\n.\r\n").await, Text::Refused(BadText::BareLineFeed));
        assert_eq!(text_of(b"a\n.\n").await, Text::Closed);
        assert_eq!(text_of(b"a\r\n.\n").await, Text::Closed);
    }

    #[tokio::test]
    async fn a_text_line_may_be_as_long_as_the_standard_says_and_no_longer() {
        let line = |length: usize| [vec![b'x'; length], b"\r\n.\r\n".to_vec()].concat();
        let stuffed = |length: usize| [b"..".to_vec(), vec![b'x'; length - 1], b"\r\n.\r\n".to_vec()].concat();
        assert!(matches!(text_of(&line(TEXT_LINE_BYTES_MAX)).await, Text::Whole(_)));
        assert!(matches!(text_of(&stuffed(TEXT_LINE_BYTES_MAX)).await, Text::Whole(_)));
        let refused = Text::Refused(BadText::LineTooLong);
        assert_eq!(text_of(&line(TEXT_LINE_BYTES_MAX + 1)).await, refused);
        assert_eq!(text_of(&stuffed(TEXT_LINE_BYTES_MAX + 1)).await, refused);
    }

    #[tokio::test]
    async fn a_message_past_the_limit_is_read_to_its_end_and_refused() {
        let line = [vec![b'x'; 900], b"\r\n".to_vec()].concat();
        let mut wire = line.repeat(MESSAGE_BYTES_MAX / line.len() + 1);
        wire.extend_from_slice(b".\r\n");
        assert_eq!(text_of(&wire).await, Text::Refused(BadText::TooLarge));
    }

    #[tokio::test]
    async fn a_command_line_is_bounded_and_the_next_one_is_found() {
        let mut wire = vec![b'a'; COMMAND_LINE_BYTES_MAX * 3];
        wire.extend_from_slice(b"\r\nNOOP\r\nQUIT\nRSET");
        let mut reader = &wire[..];
        let mut next = async || read_command(&mut reader).await.unwrap();
        assert_eq!(next().await, Line::TooLong);
        assert_eq!(next().await, Line::Text(b"NOOP".to_vec()));
        assert_eq!(next().await, Line::BareLineFeed);
        assert_eq!(next().await, Line::Closed);
    }

    proptest! {
        /// Whatever lines a message has, and however the network cuts it: it arrives as it was.
        #[test]
        fn a_stuffed_message_comes_out_as_it_went_in(
            lines in proptest::collection::vec("[.a-z]{0,12}", 0..20),
            chunk in 1_usize..9,
        ) {
            let message: Vec<u8> = lines.iter().flat_map(|line| format!("{line}\r\n").into_bytes()).collect();
            let mut wire: Vec<u8> = lines
                .iter()
                .flat_map(|line| format!("{}{line}\r\n", if line.starts_with('.') { "." } else { "" }).into_bytes())
                .collect();
            wire.extend_from_slice(b".\r\n");
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let mut reader = tokio::io::BufReader::with_capacity(chunk, &wire[..]);
            let text = runtime.block_on(read_text(&mut reader)).unwrap();
            prop_assert_eq!(text, Text::Whole(message));
        }
    }
}
