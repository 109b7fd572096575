//! `/docs/errors`: the list of problem codes, made from `docs/errors.md`. Every problem's `type` points to one line of it, so
//! the first place where a code is written gets the anchor that [`kernel::Problem`] links to.

use std::{collections::HashSet, sync::LazyLock};

use axum::response::Html;
use pulldown_cmark::{CowStr, Event, Options, Parser, html};
use rust_embed::Embed;

const PAGE_HEAD: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Problem codes - Frontdesk</title><style>\
    :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse;width:100%;display:block;overflow-x:auto}\
    td,th{border-bottom:1px solid #8884;padding:.4rem .6rem;text-align:left;vertical-align:top}\
    code:target{background:#fd06;border-radius:.2rem}</style></head><body>";
const PAGE_TAIL: &str = "</body></html>";

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../docs"]
#[include = "errors.md"]
#[allow_missing = true]
struct Docs;

static PAGE: LazyLock<String> = LazyLock::new(|| {
    let source = Docs::get("errors.md").map(|file| String::from_utf8_lossy(&file.data).into_owned());
    render(&source.unwrap_or_else(|| "This build came without its list of problem codes.".to_owned()))
});

/// What each problem code means and what to do about it.
#[utoipa::path(get, path = "/docs/errors", tag = "docs",
    responses((status = 200, body = String, content_type = "text/html")))]
pub(super) async fn errors() -> Html<&'static str> {
    Html(PAGE.as_str())
}

fn render(markdown: &str) -> String {
    let mut known = HashSet::new();
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(|event| match event {
        Event::Code(code) if is_code(&code) && known.insert(code.to_string()) => {
            let anchor = code.to_lowercase().replace('_', "-");
            Event::InlineHtml(CowStr::from(format!("<code id=\"{anchor}\">{code}</code>")))
        }
        other => other,
    });
    let mut page = PAGE_HEAD.to_owned();
    html::push_html(&mut page, events);
    page.push_str(PAGE_TAIL);
    page
}

fn is_code(text: &str) -> bool {
    text.len() > 2 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mention_of_a_code_can_be_linked_to() {
        let page = render("| code |\n|---|\n| `NOT_FOUND` |\n\nSee `NOT_FOUND` and `limit`.");
        assert_eq!(page.matches("<code id=\"not-found\">NOT_FOUND</code>").count(), 1);
        assert!(page.contains("<code>NOT_FOUND</code>") && page.contains("<code>limit</code>"));
    }
}
