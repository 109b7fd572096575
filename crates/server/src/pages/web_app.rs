//! The web app, embedded: files as the build made them, compressed ahead, and the shell for every address that the app
//! itself routes. A build without the app says so instead of showing nothing.

use axum::{
    body::Body,
    extract::Request,
    response::{Html, IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use kernel::Problem;
use platform::Fault;
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Files;

const SHELL: &str = "index.html";
/// Where the app's own routes begin; everything else that is unknown is a 404: the app's own page
/// for a browser, a problem for a program.
const APP_SECTIONS: [&str; 14] = [
    "dashboard",
    "client",
    "s",
    "call",
    "sign-in",
    "sign-up",
    "forgot-password",
    "reset-password",
    "verify-email",
    "confirm-email",
    "restore-email",
    "invitation",
    "operator",
    "unsubscribe",
];
/// Sections whose unknown addresses are answered with a problem, whoever asks: programs call them.
const PROGRAM_SECTIONS: [&str; 9] =
    ["api", "auth", "health", "metrics", "api-docs", "socket.io", "whatsapp", "assets", ".well-known"];
/// Files whose name changes with their content, but not those in its subfolders.
const HASHED_FOLDER: &str = "assets/";
/// Scripts and styles that pages of others load; their names stay.
const FOREIGN_FOLDERS: [&str; 2] = ["assets/js/", "assets/css/"];
const FOREVER: &str = "public, max-age=31536000, immutable";
/// A new version reaches the pages of others within minutes, and no page waits for it.
const MINUTES: &str = "public, max-age=300, stale-while-revalidate=86400";
const ASK_FIRST: &str = "no-cache";
/// Compressed siblings, best first: `Accept-Encoding` token and ending.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

const WITHOUT_APP: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Frontdesk</title></head>\
    <body><h1>Frontdesk is running</h1><p>This build came without the web app. Build it with <code>make build-web</code> \
    and build the program again. The API is described at <a href=\"/api-docs\">/api-docs</a>.</p></body></html>";

/// Answers whatever no route takes.
pub async fn show(request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/');
    let is_shown = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some(file) = find_file(name, request.headers()) {
        return if is_shown { file } else { refuse_method() };
    }
    if !is_app_route(name) {
        let is_page = is_shown && !is_programs(name) && wants_page(request.headers());
        return if is_page {
            show_not_found(request.headers())
        } else {
            Fault::from(Problem::not_found()).into_response()
        };
    }
    if !is_shown {
        return refuse_method();
    }
    find_file(SHELL, request.headers()).unwrap_or_else(|| (StatusCode::NOT_FOUND, Html(WITHOUT_APP)).into_response())
}

/// The app says itself that there is no such page.
fn show_not_found(asked: &HeaderMap) -> Response {
    let mut asked = asked.clone();
    // Whoever has the shell already still learns that this address has nothing.
    asked.remove(header::IF_NONE_MATCH);
    let mut response = find_file(SHELL, &asked).unwrap_or_else(|| Html(WITHOUT_APP).into_response());
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().remove(header::ETAG);
    response
}

/// Whether a person looks: browsers name HTML when they go to an address, and nothing else does by itself.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|list| list.split(',')).any(|offer| {
        let kind = offer.split(';').next().unwrap_or("").trim();
        kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
    })
}

fn is_programs(name: &str) -> bool {
    PROGRAM_SECTIONS.contains(&name.split('/').next().unwrap_or(""))
}

fn refuse_method() -> Response {
    let problem = Problem::new(405, "METHOD_NOT_ALLOWED", "This address does not take that method.");
    let mut response = Fault::from(problem).into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn is_app_route(name: &str) -> bool {
    let section = name.split('/').next().unwrap_or("");
    name.is_empty() || APP_SECTIONS.contains(&section)
}

/// A file of the app in the best encoding that the client takes. Compressed siblings have no address of their own.
fn find_file(name: &str, asked: &HeaderMap) -> Option<Response> {
    if name.is_empty() || ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending)) {
        return None;
    }
    let plain = Files::get(name)?;
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or("");
    let packed = ENCODINGS
        .iter()
        .filter(|(token, _)| accepts(accepted, token))
        .find_map(|(token, ending)| Some((*token, Files::get(&format!("{name}{ending}"))?)));
    let (encoding, file) = match packed {
        Some((token, file)) => (Some(token), file),
        None => (None, plain),
    };
    Some(respond(name, encoding, file, asked))
}

/// Whether `Accept-Encoding` takes the token (RFC 9110 §12.5.3); `q=0` refuses it.
fn accepts(header: &str, token: &str) -> bool {
    header.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(token));
        let refused = parts.any(|p| p.strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0)));
        named && !refused
    })
}

fn respond(name: &str, encoding: Option<&'static str>, file: EmbeddedFile, asked: &HeaderMap) -> Response {
    let tag = tag_of(&file);
    let is_known = asked.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes());
    let body = if is_known { Body::empty() } else { Body::from(file.data.into_owned()) };
    let mut response = Response::new(body);
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    let kind = mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream");
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() };
    let is_foreign = FOREIGN_FOLDERS.iter().any(|folder| name.starts_with(folder));
    let caching = match name.strip_prefix(HASHED_FOLDER) {
        _ if is_foreign => MINUTES,
        Some(file) if !file.contains('/') => FOREVER,
        _ => ASK_FIRST,
    };
    if is_foreign {
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    for (header, value) in [(header::CONTENT_TYPE, kind), (header::ETAG, tag)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(header, value);
        }
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The start of the content's SHA-256; each encoding has its own.
fn tag_of(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let start = hash.iter().take(8).fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    format!("\"{start:016x}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_app_show_the_app() {
        for own in ["", "dashboard", "dashboard/messages", "s/demo-salon", "client/sign-in", "sign-up"] {
            assert!(is_app_route(own), "{own}");
        }
        for other in ["api", "api/nothing", "salon", "dashboardx", "auth/token", ".env"] {
            assert!(!is_app_route(other), "{other}");
        }
    }

    #[test]
    fn an_encoding_is_used_only_when_it_is_taken() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("", "gzip"));
    }
}
