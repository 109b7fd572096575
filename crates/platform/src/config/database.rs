//! Where PostgreSQL is, if there is one.

use kernel::text::Secret;
use url::Url;

use super::report::Reader;

/// Names that say something only beside `DB_HOST`.
const PARTS: [&str; 4] = ["DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME"];

/// `DATABASE_URL`, or one put together from document C's `DB_HOST` and the names beside it; nothing means SQLite.
pub(super) fn url(r: &mut Reader) -> Option<Secret> {
    let whole = r.optional("DATABASE_URL");
    let from_parts = from_parts(r, whole.is_some());
    let url = whole.or(from_parts)?;
    if url.starts_with("sqlite:") {
        return None;
    }
    let message = "must be postgres://user:password@host/name (leave it out to use SQLite in DATA_DIR)";
    r.check("DATABASE_URL", is_postgres(&url), message);
    Some(Secret(url))
}

fn from_parts(r: &mut Reader, is_spare: bool) -> Option<String> {
    let port = r.number::<u16>("DB_PORT", 5432);
    r.check("DB_PORT", port != 0, "must be 1 to 65535");
    let Some(host) = r.optional("DB_HOST") else {
        for name in PARTS {
            let is_alone = !is_spare && r.optional(name).is_some();
            r.check(name, !is_alone, "means nothing without DB_HOST, which names the machine of PostgreSQL");
        }
        return None;
    };
    let (user, name) = (r.text("DB_USER", "postgres"), r.text("DB_NAME", "frontdesk"));
    let password = r.optional("DB_PASSWORD");
    let put_together = || {
        let host = if host.contains(':') { format!("[{host}]") } else { host };
        let mut url = Url::parse(&format!("postgres://{host}")).ok()?;
        url.set_port(Some(port)).ok()?;
        url.set_username(&user).ok()?;
        url.set_password(password.as_deref()).ok()?;
        url.set_path(&name);
        Some(String::from(url))
    };
    let url = put_together();
    r.check("DB_HOST", url.is_some(), "must be the name or address of a machine, without a port");
    url
}

/// A host, or in the query the folder of a socket.
fn is_postgres(text: &str) -> bool {
    let has_place = |url: &Url| {
        url.host_str().is_some_and(|host| !host.is_empty()) || url.query_pairs().any(|(name, _)| name == "host")
    };
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "postgres" | "postgresql") && has_place(&url))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (Option<String>, bool) {
        let values: HashMap<String, String> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut r = Reader::new(values);
        let url = url(&mut r).map(|url| url.0);
        (url, r.finish(()).is_ok())
    }

    #[test]
    fn an_address_is_put_together_from_its_parts() {
        let parts = [("DB_HOST", "db"), ("DB_USER", "desk"), ("DB_PASSWORD", "a@b/c"), ("DB_NAME", "salon")];
        assert_eq!(read(&parts), (Some("postgres://desk:a%40b%2Fc@db:5432/salon".to_owned()), true));
        assert_eq!(read(&[("DB_HOST", "::1")]), (Some("postgres://postgres@[::1]:5432/frontdesk".to_owned()), true));
        let both = [("DB_HOST", "db"), ("DATABASE_URL", "postgres:///desk?host=/run/postgresql")];
        assert_eq!(read(&both), (Some(both[1].1.to_owned()), true), "the whole address wins");
        assert_eq!(read(&[]), (None, true));
        assert_eq!(read(&[("DATABASE_URL", "sqlite://x"), ("DB_PORT", "1")]), (None, true));
    }

    #[test]
    fn what_leads_nowhere_is_refused() {
        for bad in ["postgres://", "postgres:///desk", "mysql://db/desk", "db", "postgres://u:p@/desk"] {
            assert!(!read(&[("DATABASE_URL", bad)]).1, "{bad}");
        }
        for bad in [
            &[("DB_PORT", "5433")][..],
            &[("DB_NAME", "x")],
            &[("DB_HOST", "a b")],
            &[("DB_HOST", "db"), ("DB_PORT", "0")],
        ] {
            assert!(!read(bad).1, "{bad:?}");
        }
    }
}
