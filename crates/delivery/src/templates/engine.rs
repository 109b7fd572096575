//! Writing a text out with data, within bounds: so many steps, so many bytes. Unknown names are errors, values are escaped
//! in HTML, and there are no functions.

use std::{io, sync::LazyLock};

use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, value::Value};

use super::{
    filters,
    model::{Rendered, Source},
};

/// Steps of one text; a text of 100 KB that loops over a list of a hundred needs less.
const FUEL: u64 = 1_000_000;
/// Bytes that one text may become.
const OUTPUT_BYTES_MAX: usize = 1024 * 1024;
/// Characters of a mail's subject or a notice's title; what is longer is cut.
const SUBJECT_CHARS_MAX: usize = 200;

const SUBJECT: &str = "subject";
const TEXT: &str = "text";
const HTML: &str = "html";

static BASE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|name| if name == HTML { AutoEscape::Html } else { AutoEscape::None });
    env.set_fuel(Some(FUEL));
    filters::register(&mut env);
    env
});

const LAYOUT: &str = include_str!("layout.html");

/// A text that was read and can be written out many times.
#[derive(Debug)]
pub(super) struct Compiled {
    env: Environment<'static>,
    has_subject: bool,
    html: Option<Frame>,
}

/// What stands around the HTML of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// The house's layout.
    Layout,
    /// It is a whole page by itself.
    Own,
}

/// For the layout: how the page is written.
#[derive(Debug, Clone)]
pub(super) struct Page<'a> {
    pub language: &'a str,
    pub is_right_to_left: bool,
    /// `#rrggbb`.
    pub accent: &'a str,
}

impl Compiled {
    /// Reads a text.
    pub(super) fn new(source: &Source) -> Result<Self, Error> {
        let mut env = BASE.clone();
        env.add_template_owned(TEXT, source.text.clone())?;
        if let Some(subject) = &source.subject {
            env.add_template_owned(SUBJECT, subject.clone())?;
        }
        if let Some(html) = &source.html {
            env.add_template_owned(HTML, html.clone())?;
        }
        let html = source.html.as_deref().map(|html| if is_whole_page(html) { Frame::Own } else { Frame::Layout });
        Ok(Self { env, has_subject: source.subject.is_some(), html })
    }

    /// Writes it out with these values.
    pub(super) fn render(&self, values: &Value, page: &Page<'_>) -> Result<Rendered, Error> {
        let subject = if self.has_subject { Some(one_line(&self.write(SUBJECT, values)?)) } else { None };
        let text = self.write(TEXT, values)?;
        let html = match self.html {
            None => None,
            Some(Frame::Own) => Some(self.write(HTML, values)?),
            Some(Frame::Layout) => {
                let content = self.write(HTML, values)?;
                Some(in_layout(content, subject.as_deref(), values, page)?)
            }
        };
        Ok(Rendered { subject, text, html })
    }

    fn write(&self, name: &str, values: &Value) -> Result<String, Error> {
        let mut output = Bounded(Vec::new());
        self.env.get_template(name)?.render_captured_to(values.clone(), &mut output)?;
        // The engine writes whole strings, so this is always UTF-8.
        Ok(String::from_utf8_lossy(&output.0).into_owned())
    }
}

/// Whether the HTML brings its own head.
fn is_whole_page(html: &str) -> bool {
    let begins = |word: &str| html.trim_start().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    begins("<!doctype") || begins("<html")
}

/// What is inside was escaped when it was written; the layout is our own.
pub(super) fn in_layout(
    content: String,
    subject: Option<&str>,
    values: &Value,
    page: &Page<'_>,
) -> Result<String, Error> {
    static LAYOUT_ENV: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(|| {
        let mut env = BASE.clone();
        env.add_template(HTML, LAYOUT)?;
        Ok(env)
    });
    let env = LAYOUT_ENV.as_ref().map_err(|e| Error::new(e.kind(), e.to_string()))?;
    let context = Value::from_pairs([
        ("content", Value::from_safe_string(content)),
        ("subject", Value::from(subject.unwrap_or_default())),
        ("business", values.get_attr("business")?),
        ("language", Value::from(page.language)),
        ("direction", Value::from(if page.is_right_to_left { "rtl" } else { "ltr" })),
        ("accent", Value::from(page.accent)),
    ]);
    env.get_template(HTML)?.render(context)
}

/// A subject is one line whatever the data holds, and no header can be smuggled into it.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SUBJECT_CHARS_MAX {
        return line;
    }
    let kept: String = line.chars().take(SUBJECT_CHARS_MAX - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Takes so many bytes and no more.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > OUTPUT_BYTES_MAX {
            return Err(io::Error::other(format!("the text grew beyond {OUTPUT_BYTES_MAX} bytes")));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
pub(super) mod tests;
