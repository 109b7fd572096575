//! What an answer of a mail server means for a delivery: one table. Servers say it by the enhanced code (RFC 3463) where
//! they give one, else by the plain one (RFC 5321), whose meaning is coarser.

use platform::{
    mail::{MailError, SmtpReply},
    outbound::OutboundError,
};

use super::super::{Failure, Outcome};

/// What becomes of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Worth another try.
    Retry,
    /// Never worth another try.
    Dead,
    /// Somebody must change the settings first.
    Held,
}
use Fate::{Dead, Held, Retry};

/// A line of the table: which answers, what a temporary (4yz) and a permanent (5yz) one of them mean, and our word for it.
type Line = (u16, u16, Fate, Fate, &'static str);

/// By subject and detail of the enhanced code.
const BY_ENHANCED: [Line; 34] = [
    (1, 0, Retry, Dead, "ADDRESS_REFUSED"),
    (1, 1, Retry, Dead, "MAILBOX_UNKNOWN"),
    (1, 2, Retry, Dead, "DOMAIN_UNKNOWN"),
    (1, 3, Dead, Dead, "ADDRESS_INVALID"),
    (1, 4, Dead, Dead, "MAILBOX_UNKNOWN"),
    (1, 6, Retry, Dead, "MAILBOX_UNKNOWN"),
    // Our side of the envelope: no recipient is to blame, and none would get it.
    (1, 7, Retry, Held, "SENDER_REFUSED"),
    (1, 8, Retry, Held, "SENDER_REFUSED"),
    (1, 10, Dead, Dead, "DOMAIN_TAKES_NO_MAIL"),
    (2, 1, Retry, Dead, "MAILBOX_DISABLED"),
    // Many servers call a full mailbox permanent; people do empty them.
    (2, 2, Retry, Retry, "MAILBOX_FULL"),
    (2, 3, Dead, Dead, "MESSAGE_TOO_LARGE"),
    (3, 1, Retry, Retry, "SERVER_FULL"),
    (3, 2, Retry, Retry, "SERVER_NOT_ACCEPTING"),
    (3, 4, Dead, Dead, "MESSAGE_TOO_LARGE"),
    (4, 1, Retry, Dead, "ROUTE_FAILED"),
    (4, 4, Retry, Dead, "DOMAIN_UNKNOWN"),
    (4, 5, Retry, Retry, "SERVER_NOT_ACCEPTING"),
    (4, 6, Dead, Dead, "ROUTE_FAILED"),
    (4, 7, Retry, Retry, "ROUTE_FAILED"),
    (6, 7, Dead, Dead, "ADDRESS_INVALID"),
    (7, 0, Retry, Dead, "MAIL_REFUSED"),
    // Temporarily: "come back later", which only real mail servers do (RFC 6647).
    (7, 1, Retry, Dead, "MAIL_REFUSED"),
    (7, 8, Retry, Held, "SMTP_LOGIN_REFUSED"),
    (7, 9, Held, Held, "SMTP_LOGIN_REFUSED"),
    (7, 11, Held, Held, "SMTP_LOGIN_REFUSED"),
    (7, 14, Held, Held, "SMTP_LOGIN_REFUSED"),
    // SPF, DKIM and reverse names (RFC 7372) speak of the sender's domain.
    (7, 20, Retry, Held, "SENDER_NOT_PROVEN"),
    (7, 23, Retry, Held, "SENDER_NOT_PROVEN"),
    (7, 24, Retry, Held, "SENDER_NOT_PROVEN"),
    (7, 25, Retry, Held, "SENDER_NOT_PROVEN"),
    (7, 26, Retry, Held, "SENDER_NOT_PROVEN"),
    (7, 27, Retry, Held, "SENDER_NOT_PROVEN"),
    (7, 28, Retry, Retry, "TOO_MUCH_MAIL"),
];

/// By the plain code, from the first to the last.
const BY_CODE: [(u16, u16, Fate, &str); 14] = [
    (421, 421, Retry, "SERVER_NOT_ACCEPTING"),
    (450, 450, Retry, "MAILBOX_BUSY"),
    (451, 451, Retry, "SMTP_TEMPORARY"),
    (452, 452, Retry, "SERVER_FULL"),
    (400, 499, Retry, "SMTP_TEMPORARY"),
    (521, 521, Dead, "DOMAIN_TAKES_NO_MAIL"),
    (530, 530, Held, "SMTP_LOGIN_REFUSED"),
    (534, 538, Held, "SMTP_LOGIN_REFUSED"),
    (550, 551, Dead, "MAILBOX_UNKNOWN"),
    (552, 552, Retry, "MAILBOX_FULL"),
    (553, 553, Dead, "ADDRESS_INVALID"),
    (554, 554, Dead, "MAIL_REFUSED"),
    (556, 556, Dead, "DOMAIN_TAKES_NO_MAIL"),
    (500, 599, Dead, "SMTP_REFUSED"),
];

/// Codes that speak of the server or the way to it, not of one recipient.
const OF_THE_SERVER: [&str; 12] = [
    "SMTP_UNREACHABLE",
    "SMTP_TIMEOUT",
    "SMTP_NOT_SPOKEN",
    "CERTIFICATE_EXPIRED",
    "CERTIFICATE_NOT_VALID_YET",
    "CERTIFICATE_OTHER_NAME",
    "CERTIFICATE_NOT_TRUSTED",
    "TLS_NOT_SPOKEN",
    "TLS_FAILED",
    "SERVER_NOT_ACCEPTING",
    "SERVER_FULL",
    "NAME_NOT_FOUND",
];

/// The business can change that itself.
const OWN_NOT_ENCRYPTED: &str = "Your mail server offers no STARTTLS. In the settings of your mail channel, choose TLS \
    (mostly on port 465) if it speaks that, or no encryption if nobody else can listen on the way to it.";
/// Only the operator can.
const SYSTEM_NOT_ENCRYPTED: &str = "The mail server of this installation offers no STARTTLS, so nothing is sent through \
    it. Its operator has to change that; a mail server of your own works meanwhile.";

/// Whether a failure says that the next mail through the same server would fare no better.
pub(super) fn is_of_the_server(failure: &Failure) -> bool {
    OF_THE_SERVER.contains(&failure.code)
}

/// What becomes of a delivery whose mail was not taken; `is_own` where the server is the business's own.
pub(super) fn decide(error: &MailError, is_own: bool) -> Outcome {
    let (fate, code) = match (error, error.reply()) {
        (MailError::LoginRefused(_), _) => (Held, "SMTP_LOGIN_REFUSED"),
        (_, Some(reply)) => by_reply(&reply),
        (MailError::NotConfigured, _) => (Held, "NO_MAIL_SERVER"),
        (MailError::Invalid(_), _) => (Dead, "MAIL_INVALID"),
        (MailError::NotEncrypted, _) => (Held, "SMTP_NOT_ENCRYPTED"),
        // A certificate that ran out is renewed some day, without anybody touching our settings.
        (MailError::Tls { fault, .. }, _) => (Retry, fault.code()),
        (MailError::NotSpoken(_), _) => (Retry, "SMTP_NOT_SPOKEN"),
        (MailError::TimedOut, _) => (Retry, "SMTP_TIMEOUT"),
        (MailError::Refused(OutboundError::NotFound(_)), _) => (Retry, "NAME_NOT_FOUND"),
        (MailError::Refused(OutboundError::Timeout(_)), _) => (Retry, "SMTP_TIMEOUT"),
        (MailError::Refused(refused), _) => (Held, refused.code()),
        (MailError::Permanent { .. }, None) => (Dead, "MAIL_INVALID"),
        (MailError::Temporary { .. } | MailError::Unreachable(_), None) => (Retry, "SMTP_UNREACHABLE"),
    };
    let failure = Failure { code, error: words(error, is_own) };
    match fate {
        Retry => Outcome::Retry { failure, after: None },
        Dead => Outcome::Dead { failure },
        Held => Outcome::Held { reason: failure },
    }
}

fn by_reply(reply: &SmtpReply) -> (Fate, &'static str) {
    let enhanced = reply
        .enhanced
        .and_then(|code| BY_ENHANCED.iter().find(|(subject, detail, ..)| (*subject, *detail) == (code.1, code.2)));
    if let Some((_, _, temporary, permanent, word)) = enhanced {
        // The class that counts is that of the plain code: it is what every server must get right.
        return match reply.code {
            // Disabled for the moment: nobody needs to ask whether the address is still used.
            ..500 if *word == "MAILBOX_DISABLED" => (*temporary, "MAILBOX_BUSY"),
            ..500 => (*temporary, *word),
            _ => (*permanent, *word),
        };
    }
    let plain = BY_CODE.iter().find(|(first, last, ..)| (*first..=*last).contains(&reply.code));
    plain.map_or((Retry, "SMTP_TEMPORARY"), |(_, _, fate, word)| (*fate, *word))
}

/// What the owner reads: the server's own words, when there are any.
fn words(error: &MailError, is_own: bool) -> String {
    if matches!(error, MailError::NotEncrypted) {
        return if is_own { OWN_NOT_ENCRYPTED } else { SYSTEM_NOT_ENCRYPTED }.to_owned();
    }
    match error.reply() {
        Some(SmtpReply { code, text, .. }) if !text.is_empty() => format!("The mail server said: {code} {text}"),
        Some(SmtpReply { code, .. }) => format!("The mail server said: {code}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use platform::mail::EnhancedCode;

    fn verdict(code: u16, text: &str) -> (Fate, &'static str) {
        by_reply(&SmtpReply { code, enhanced: EnhancedCode::parse(text), text: text.to_owned() })
    }

    #[test]
    fn what_servers_answer_means_what_it_says() {
        let answers = [
            (550, "5.1.1 The email account that you tried to reach does not exist", Dead, "MAILBOX_UNKNOWN"),
            (550, "no such user here", Dead, "MAILBOX_UNKNOWN"),
            (553, "5.1.3 The recipient address is not a valid RFC 5321 address", Dead, "ADDRESS_INVALID"),
            (552, "5.2.2 The recipient's inbox is out of storage space", Retry, "MAILBOX_FULL"),
            (452, "4.2.2 mailbox full", Retry, "MAILBOX_FULL"),
            (552, "message exceeds storage", Retry, "MAILBOX_FULL"),
            (552, "5.3.4 message too big", Dead, "MESSAGE_TOO_LARGE"),
            (450, "4.2.1 The user is receiving mail too quickly", Retry, "MAILBOX_BUSY"),
            (550, "5.2.1 The email account that you tried to reach is disabled", Dead, "MAILBOX_DISABLED"),
            (451, "4.7.1 Greylisting in action, please come back later", Retry, "MAIL_REFUSED"),
            (451, "try again", Retry, "SMTP_TEMPORARY"),
            (421, "4.7.28 unusual rate of mail", Retry, "TOO_MUCH_MAIL"),
            (421, "4.3.2 shutting down", Retry, "SERVER_NOT_ACCEPTING"),
            (554, "5.7.1 rejected as spam", Dead, "MAIL_REFUSED"),
            (554, "no", Dead, "MAIL_REFUSED"),
            (550, "5.7.26 unauthenticated mail is prohibited", Held, "SENDER_NOT_PROVEN"),
            (550, "5.1.8 sender address rejected: domain not found", Held, "SENDER_REFUSED"),
            (535, "5.7.8 username and password not accepted", Held, "SMTP_LOGIN_REFUSED"),
            (454, "4.7.8 temporary authentication failure", Retry, "SMTP_LOGIN_REFUSED"),
            (530, "authentication required", Held, "SMTP_LOGIN_REFUSED"),
            (556, "5.1.10 recipient domain has null MX", Dead, "DOMAIN_TAKES_NO_MAIL"),
            (502, "command not implemented", Dead, "SMTP_REFUSED"),
            (499, "what", Retry, "SMTP_TEMPORARY"),
        ];
        for (code, text, fate, word) in answers {
            assert_eq!(verdict(code, text), (fate, word), "{code} {text}");
        }
    }

    #[test]
    fn every_answer_that_refuses_has_a_verdict_and_no_temporary_one_is_the_end_without_a_reason() {
        for code in 400..600 {
            let (fate, _) = verdict(code, "");
            assert_eq!(fate == Retry, code < 500 || code == 552, "{code}");
        }
    }

    #[test]
    fn what_never_reached_a_server_is_told_apart() {
        let fate = |error: MailError| match decide(&error, true) {
            Outcome::Retry { failure, .. } => (Retry, failure.code),
            Outcome::Dead { failure } => (Dead, failure.code),
            Outcome::Held { reason } => (Held, reason.code),
            other => panic!("{other:?}"),
        };
        assert_eq!(fate(MailError::NotConfigured), (Held, "NO_MAIL_SERVER"));
        assert_eq!(fate(MailError::Invalid("subject")), (Dead, "MAIL_INVALID"));
        assert_eq!(fate(MailError::TimedOut), (Retry, "SMTP_TIMEOUT"));
        assert_eq!(fate(MailError::NotEncrypted), (Held, "SMTP_NOT_ENCRYPTED"));
        for (is_own, whose) in [(true, "Your mail server"), (false, "The mail server of this installation")] {
            let Outcome::Held { reason } = decide(&MailError::NotEncrypted, is_own) else { panic!("it is held") };
            assert!(reason.error.starts_with(whose) && !reason.error.contains("SMTP_TLS"), "{}", reason.error);
        }
        let private = OutboundError::NotAllowed([127, 0, 0, 1].into());
        assert_eq!(fate(MailError::Refused(private)), (Held, "ADDRESS_NOT_ALLOWED"));
        assert_eq!(fate(MailError::Refused(OutboundError::NotFound("x".into()))), (Retry, "NAME_NOT_FOUND"));
    }
}
