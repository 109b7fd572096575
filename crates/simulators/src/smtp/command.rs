//! What a client may say, from bytes to typed commands. Nothing here knows the state of the conversation.

use super::limits::{ADDRESS_BYTES_MAX, MESSAGE_BYTES_MAX};
use super::reply::Reply;

/// A command that is well formed; whether it is allowed now is for the session to say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Helo,
    Ehlo,
    Auth { mechanism: String, initial: Option<String> },
    StartTls,
    Mail { from: String, smtputf8: bool },
    Rcpt { to: String },
    Data,
    Reset,
    Noop,
    Verify,
    Help,
    Quit,
}

/// Turns a line into a command, or into the reply that refuses it.
pub(super) fn parse_command(line: &[u8]) -> Result<Command, Reply> {
    let line = std::str::from_utf8(line).map_err(|_| Reply::new(500, "5.5.2", "a command is UTF-8"))?;
    if line.contains(|c: char| c.is_control()) {
        return Err(Reply::new(500, "5.5.2", "a command holds no control characters"));
    }
    let (verb, rest) = match line.split_once(' ') {
        Some((verb, rest)) => (verb, rest.trim()),
        None => (line, ""),
    };
    match verb.to_ascii_uppercase().as_str() {
        "HELO" => check_named(rest).map(|()| Command::Helo),
        "EHLO" => check_named(rest).map(|()| Command::Ehlo),
        "AUTH" => parse_auth(rest),
        "MAIL" => parse_mail(rest),
        "RCPT" => parse_recipient(rest),
        "STARTTLS" => check_bare(rest).map(|()| Command::StartTls),
        "DATA" => check_bare(rest).map(|()| Command::Data),
        "RSET" => check_bare(rest).map(|()| Command::Reset),
        "QUIT" => check_bare(rest).map(|()| Command::Quit),
        "NOOP" => Ok(Command::Noop),
        "VRFY" => Ok(Command::Verify),
        "HELP" => Ok(Command::Help),
        "EXPN" => Err(Reply::new(502, "5.5.1", "no lists are kept here")),
        _ => Err(Reply::new(500, "5.5.2", "unknown command")),
    }
}

fn check_named(rest: &str) -> Result<(), Reply> {
    if rest.is_empty() { Err(Reply::new(501, "5.5.4", "say who you are")) } else { Ok(()) }
}

fn check_bare(rest: &str) -> Result<(), Reply> {
    if rest.is_empty() { Ok(()) } else { Err(Reply::new(501, "5.5.4", "no parameters here")) }
}

fn parse_auth(rest: &str) -> Result<Command, Reply> {
    let mut words = rest.split_ascii_whitespace();
    let mechanism = words.next().map(str::to_ascii_uppercase);
    let initial = words.next().map(str::to_owned);
    match (mechanism, words.next()) {
        (Some(mechanism), None) => Ok(Command::Auth { mechanism, initial }),
        _ => Err(Reply::new(501, "5.5.4", "AUTH mechanism [initial response]")),
    }
}

fn parse_mail(rest: &str) -> Result<Command, Reply> {
    let (from, parameters) = parse_path(rest, "FROM:")?;
    if !from.is_empty() {
        check_address(from)?;
    }
    let mut smtputf8 = false;
    for parameter in parameters.split_ascii_whitespace() {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match key.to_ascii_uppercase().as_str() {
            "SIZE" => check_size(value)?,
            "BODY" if value.eq_ignore_ascii_case("7BIT") || value.eq_ignore_ascii_case("8BITMIME") => {}
            "BODY" => return Err(Reply::new(501, "5.5.4", "BODY is 7BIT or 8BITMIME")),
            "SMTPUTF8" => smtputf8 = true,
            "AUTH" => {}
            _ => return Err(Reply::new(555, "5.5.4", "unknown parameter of MAIL")),
        }
    }
    if !smtputf8 && !from.is_ascii() {
        return Err(not_ascii());
    }
    Ok(Command::Mail { from: from.to_owned(), smtputf8 })
}

fn parse_recipient(rest: &str) -> Result<Command, Reply> {
    let (to, parameters) = parse_path(rest, "TO:")?;
    if !parameters.is_empty() {
        return Err(Reply::new(555, "5.5.4", "unknown parameter of RCPT"));
    }
    if !to.eq_ignore_ascii_case("postmaster") {
        check_address(to)?;
    }
    Ok(Command::Rcpt { to: to.to_owned() })
}

/// Non-ASCII addresses need the SMTPUTF8 parameter on MAIL (RFC 6531).
pub(super) fn not_ascii() -> Reply {
    Reply::new(553, "5.6.7", "a non-ASCII address needs SMTPUTF8")
}

/// Splits `FROM:<address> parameters` into address and parameters. A source route (`<@relay:address>`) is read
/// over, as RFC 5321 asks; an angle bracket inside a quoted local part does not end the path.
fn parse_path<'a>(rest: &'a str, keyword: &str) -> Result<(&'a str, &'a str), Reply> {
    let syntax = || Reply::new(501, "5.5.4", "an address stands in angle brackets");
    let head = rest.get(..keyword.len()).ok_or_else(syntax)?;
    if !head.eq_ignore_ascii_case(keyword) {
        return Err(syntax());
    }
    let path = rest[keyword.len()..].trim_start().strip_prefix('<').ok_or_else(syntax)?;
    let mut quoted = false;
    let mut escaped = false;
    let end = path
        .char_indices()
        .find_map(|(at, c)| {
            match c {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '>' if !quoted => return Some(at),
                _ => {}
            }
            None
        })
        .ok_or_else(syntax)?;
    let (mut address, parameters) = (&path[..end], &path[end + 1..]);
    if !parameters.is_empty() && !parameters.starts_with(' ') {
        return Err(syntax());
    }
    if address.starts_with('@') {
        address = address.split_once(':').ok_or_else(syntax)?.1;
    }
    Ok((address, parameters.trim()))
}

fn check_address(address: &str) -> Result<(), Reply> {
    let bad = |text| Err(Reply::new(553, "5.1.3", text));
    if address.len() > ADDRESS_BYTES_MAX {
        return bad("the address is too long");
    }
    let Some((local, domain)) = address.rsplit_once('@') else {
        return bad("an address has a domain");
    };
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    if local.is_empty() || (!quoted && local.contains([' ', '@', '<', '>', ',', ';', '"'])) {
        return bad("the local part is not valid");
    }
    if domain.is_empty() || domain.contains([' ', '<', '>', ',', ';', '"']) || domain.starts_with('.') {
        return bad("the domain is not valid");
    }
    Ok(())
}

fn check_size(value: &str) -> Result<(), Reply> {
    match value.parse::<u64>() {
        Ok(size) if size > MESSAGE_BYTES_MAX as u64 => Err(Reply::message_too_large()),
        Ok(_) => Ok(()),
        Err(_) => Err(Reply::new(501, "5.5.4", "SIZE is a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mail(from: &str) -> Command {
        Command::Mail { from: from.into(), smtputf8: false }
    }

    #[test]
    fn addresses_are_read_in_every_allowed_shape() {
        let cases = [
            ("MAIL FROM:<ann@example.test>", mail("ann@example.test")),
            ("mail from: <ann@example.test> BODY=8bitmime SIZE=10", mail("ann@example.test")),
            ("MAIL FROM:<>", mail("")),
            ("MAIL FROM:<@relay.test,@b.test:ann@example.test>", mail("ann@example.test")),
            ("RCPT TO:<\"a>b c\"@example.test>", Command::Rcpt { to: "\"a>b c\"@example.test".into() }),
            ("RCPT TO:<Postmaster>", Command::Rcpt { to: "Postmaster".into() }),
            ("MAIL FROM:<ñ@example.test> SMTPUTF8", Command::Mail { from: "ñ@example.test".into(), smtputf8: true }),
        ];
        for (line, expected) in cases {
            assert_eq!(parse_command(line.as_bytes()), Ok(expected), "{line}");
        }
    }

    #[test]
    fn a_bad_line_gets_the_code_that_names_its_fault() {
        let long = format!("RCPT TO:<{}@example.test>", "a".repeat(ADDRESS_BYTES_MAX));
        let huge = format!("MAIL FROM:<a@b.test> SIZE={}", MESSAGE_BYTES_MAX + 1);
        let cases = [
            ("", 500),
            ("BOGUS", 500),
            ("NOOP \u{7}", 500),
            ("EHLO", 501),
            ("DATA now", 501),
            ("AUTH", 501),
            ("AUTH PLAIN a b", 501),
            ("MAIL FROM:ann@example.test", 501),
            ("MAIL FROM:<ann@example.test", 501),
            ("MAIL FROM:<ann@example.test>SIZE=1", 501),
            ("MAIL FROM:<a@b.test> SIZE=many", 501),
            ("MAIL FROM:<a@b.test> BODY=BINARYMIME", 501),
            ("MAIL FROM:<a@b.test> WHATEVER", 555),
            (huge.as_str(), 552),
            ("MAIL FROM:<ñ@example.test>", 553),
            ("RCPT TO:<>", 553),
            ("RCPT TO:<ann>", 553),
            ("RCPT TO:<a b@example.test>", 553),
            ("RCPT TO:<ann@>", 553),
            (long.as_str(), 553),
            ("EXPN staff", 502),
        ];
        for (line, code) in cases {
            assert_eq!(parse_command(line.as_bytes()).map_err(|reply| reply.code()), Err(code), "{line}");
        }
        assert_eq!(parse_command(b"NOOP \xff").map_err(|reply| reply.code()), Err(500));
    }

    proptest! {
        #[test]
        fn no_line_makes_the_parser_panic(line in proptest::collection::vec(any::<u8>(), 0..80)) {
            let mut line = line;
            if let Err(reply) = parse_command(&line) {
                prop_assert!((500..=599).contains(&reply.code()));
            }
            line.splice(0..0, *b"RCPT TO:<");
            if let Err(reply) = parse_command(&line) {
                prop_assert!((500..=599).contains(&reply.code()));
            }
        }
    }
}
