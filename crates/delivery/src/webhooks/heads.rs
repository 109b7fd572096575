//! The headers of an answer as the log keeps them: one a line, bounded, and nothing that lets in whoever reads them. Pure.

use http::{HeaderMap, HeaderName};

use super::rules::{ANSWER_HEADERS_BYTES_MAX, ANSWER_HEADERS_MAX, CUT_MARK};

/// Stands for a value that nobody but the receiver and its own clients shall know.
const HIDDEN: &str = "[hidden]";
/// Parts of names whose values are keys to something: `set-cookie`, `x-csrf-token`, `x-api-key`, `proxy-authorization`.
const SECRET_PARTS: [&str; 9] =
    ["cookie", "token", "secret", "password", "authorization", "authentication", "session", "api-key", "apikey"];

/// The headers of an answer.
pub(super) fn describe(headers: &HeaderMap) -> String {
    let mut text = String::new();
    for (name, value) in headers.iter().take(ANSWER_HEADERS_MAX) {
        let value = if is_secret(name) { HIDDEN.into() } else { String::from_utf8_lossy(value.as_bytes()) };
        text.extend([name.as_str(), ": ", &value, "\n"]);
        if text.len() > ANSWER_HEADERS_BYTES_MAX {
            break;
        }
    }
    let is_cut = text.len() > ANSWER_HEADERS_BYTES_MAX || headers.len() > ANSWER_HEADERS_MAX;
    text.truncate(text.floor_char_boundary(ANSWER_HEADERS_BYTES_MAX));
    text.truncate(text.trim_end().len());
    if is_cut {
        text.push_str(CUT_MARK);
    }
    text
}

fn is_secret(name: &HeaderName) -> bool {
    SECRET_PARTS.iter().any(|part| name.as_str().contains(part))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    #[test]
    fn what_lets_somebody_in_is_not_kept() {
        let secrets = [
            "Set-Cookie",
            "X-CSRF-Token",
            "X-Api-Key",
            "X-ApiKey",
            "Proxy-Authorization",
            "Authentication-Info",
            "X-Session-Id",
            "X-Client-Secret",
        ];
        for name in secrets {
            let text = describe(&headers(&[(name, "k3y; Path=/"), ("server", "nginx")]));
            assert_eq!(text, format!("{}: [hidden]\nserver: nginx", name.to_lowercase()));
        }
        let twice = headers(&[("set-cookie", "a=1"), ("set-cookie", "b=2"), ("retry-after", "5")]);
        assert_eq!(describe(&twice), "set-cookie: [hidden]\nset-cookie: [hidden]\nretry-after: 5");
    }

    #[test]
    fn an_answer_without_headers_and_bytes_that_are_no_text_are_kept_as_they_can_be() {
        assert_eq!(describe(&HeaderMap::new()), "");
        let mut odd = HeaderMap::new();
        odd.insert("x-odd", HeaderValue::from_bytes(b"caf\xe9").unwrap());
        assert_eq!(describe(&odd), "x-odd: caf\u{fffd}");
    }

    #[test]
    fn more_than_the_bound_is_cut_and_says_so() {
        let many: Vec<String> = (0..=ANSWER_HEADERS_MAX).map(|n| format!("x-n{n}")).collect();
        let many: Vec<(&str, &str)> = many.iter().map(|name| (name.as_str(), "v")).collect();
        let text = describe(&headers(&many));
        assert_eq!(text.lines().filter(|line| line.starts_with("x-n")).count(), ANSWER_HEADERS_MAX);
        assert!(text.ends_with("[cut here]"));
        assert!(!describe(&headers(&many[1..])).contains("[cut here]"));
        let long = "v".repeat(ANSWER_HEADERS_BYTES_MAX);
        assert!(describe(&headers(&[("x-long", &long)])).ends_with("v\n[cut here]"));
    }

    proptest! {
        #[test]
        fn no_answer_makes_the_log_longer_than_its_bound(values in prop::collection::vec("[ -~ä]{0,400}", 0..80)) {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append("x-value", HeaderValue::from_bytes(value.as_bytes()).unwrap());
            }
            prop_assert!(describe(&headers).len() <= ANSWER_HEADERS_BYTES_MAX + CUT_MARK.len());
        }
    }
}
