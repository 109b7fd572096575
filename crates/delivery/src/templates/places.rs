//! Where a value stands in the HTML of a text. What is written out there is escaped for an element's text and for an
//! attribute in quotes, and is harmless nowhere else: in a script, a style or a comment, in the name of a tag, in an
//! attribute without quotes, or where an address begins that could be `javascript:`. Such a place is refused when the text
//! is saved. The text is walked as it was parsed, and both ways of an `if` must leave the HTML alike.

use minijinja::{
    machinery::ast::{Expr, Stmt},
    machinery::parse,
    syntax::SyntaxConfig,
    value::Value,
};

use super::inspect::Found;
use crate::catalogue::{EventType, FieldKind};

/// Attributes that hold an address.
const ADDRESSES: &[&str] = &[
    "action",
    "background",
    "cite",
    "classid",
    "codebase",
    "data",
    "formaction",
    "href",
    "icon",
    "longdesc",
    "lowsrc",
    "manifest",
    "ping",
    "poster",
    "profile",
    "src",
    "srcset",
    "usemap",
    "xlink:href",
];
/// How an address may begin when a value follows.
const BEGINNINGS: &[&str] = &["https://", "http://", "mailto:", "tel:"];
const BEGINNING_CHARS_MAX: usize = 8;
/// Elements whose inside is no HTML, and no value is harmless there.
const RAW: &[&str] = &["script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"];
/// Elements whose inside is text alone.
const PLAIN: &[&str] = &["textarea", "title"];
/// An attribute whose name depends on a condition.
const UNKNOWN: &str = "?";

/// Every place where a value must not stand.
pub(super) fn unsafe_places(text: &str, kind: &EventType) -> Vec<Found> {
    // What cannot be read is told by the inspection.
    let Ok(parsed) = parse(text, "text", SyntaxConfig::default()) else { return Vec::new() };
    let mut walk = Walk { kind, place: Place::Text, found: Vec::new() };
    walk.statement(&parsed);
    walk.found
}

/// Where in the HTML the walk is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Text,
    /// After `<`.
    Opening,
    /// In the name of a tag, with the slash of one that closes.
    TagName(String),
    /// In a tag, after its name; the tag's name stays with all that follow in it.
    Tag(String),
    Name(String, String),
    AfterName(String, String),
    /// After the equals sign.
    BeforeValue(String, String),
    Quoted {
        tag: String,
        name: String,
        quote: char,
        begins: Begins,
    },
    Unquoted(String, String),
    /// After `<!`.
    Declaration(String),
    /// With its last two characters.
    Comment(String),
    /// Inside an element of `RAW` or `PLAIN`, with what may be its end.
    Inside(String, String),
}

/// How the address in an attribute begins.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Begins {
    Nothing,
    /// With this, which decides nothing yet.
    With(String),
    /// With one of `BEGINNINGS`, or something that no scheme can follow.
    Well,
    /// With an address out of the data, which may be empty.
    Address,
    /// With something else.
    Badly,
}

impl Begins {
    fn go_on(self, c: char) -> Self {
        match self {
            Self::Nothing if c.is_whitespace() => Self::Nothing,
            Self::Nothing => Self::With(String::new()).go_on(c),
            Self::Address if matches!(c, '/' | '?' | '#') => Self::Well,
            Self::Address => Self::Badly,
            Self::With(mut start) => {
                start.push(c.to_ascii_lowercase());
                if BEGINNINGS.contains(&start.as_str()) {
                    Self::Well
                } else if start.len() >= BEGINNING_CHARS_MAX {
                    Self::Badly
                } else {
                    Self::With(start)
                }
            }
            Self::Well | Self::Badly => self,
        }
    }

    /// What holds after either.
    fn either(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Well, Self::Address) | (Self::Address, Self::Well) => Self::Address,
            (Self::Nothing, Self::Address | Self::Well) | (Self::Address | Self::Well, Self::Nothing) => Self::Nothing,
            _ => Self::Badly,
        }
    }
}

impl Place {
    fn go_on(self, c: char) -> Self {
        let lower = c.to_ascii_lowercase();
        match self {
            Self::Text if c == '<' => Self::Opening,
            Self::Text => Self::Text,
            Self::Opening => match c {
                '!' | '?' => Self::Declaration(String::new()),
                '/' => Self::TagName("/".to_owned()),
                _ if c.is_ascii_alphabetic() => Self::TagName(lower.to_string()),
                _ => Self::Text.go_on(c),
            },
            Self::TagName(tag) if c == '>' => Self::after_tag(tag),
            Self::TagName(tag) if c.is_whitespace() || (c == '/' && tag != "/") => Self::Tag(tag),
            Self::TagName(tag) => Self::TagName(tag + &lower.to_string()),
            Self::Tag(tag) if c == '>' => Self::after_tag(tag),
            Self::Tag(tag) if c.is_whitespace() || c == '/' => Self::Tag(tag),
            Self::Tag(tag) => Self::Name(tag, lower.to_string()),
            Self::Name(tag, _) | Self::AfterName(tag, _) if c == '>' => Self::after_tag(tag),
            Self::Name(tag, name) | Self::AfterName(tag, name) if c == '=' => Self::BeforeValue(tag, name),
            Self::Name(tag, name) | Self::AfterName(tag, name) if c.is_whitespace() => Self::AfterName(tag, name),
            Self::Name(tag, _) | Self::AfterName(tag, _) if c == '/' => Self::Tag(tag),
            Self::Name(tag, name) => Self::Name(tag, name + &lower.to_string()),
            Self::AfterName(tag, _) => Self::Name(tag, lower.to_string()),
            Self::BeforeValue(tag, name) => match c {
                '"' | '\'' => Self::Quoted { tag, name, quote: c, begins: Begins::Nothing },
                '>' => Self::after_tag(tag),
                _ if c.is_whitespace() => Self::BeforeValue(tag, name),
                _ => Self::Unquoted(tag, name),
            },
            Self::Quoted { tag, quote, .. } if c == quote => Self::Tag(tag),
            Self::Quoted { tag, name, quote, begins } => {
                // For any other attribute its beginning says nothing, and both ways of an `if` are alike.
                let begins = if ADDRESSES.contains(&name.as_str()) { begins.go_on(c) } else { begins };
                Self::Quoted { tag, name, quote, begins }
            }
            Self::Unquoted(tag, _) if c == '>' => Self::after_tag(tag),
            Self::Unquoted(tag, _) if c.is_whitespace() => Self::Tag(tag),
            Self::Unquoted(..) => self,
            Self::Declaration(_) if c == '>' => Self::Text,
            Self::Declaration(start) if start == "-" && c == '-' => Self::Comment(String::new()),
            Self::Declaration(start) if start.is_empty() => Self::Declaration(c.to_string()),
            Self::Declaration(_) => Self::Declaration(" ".to_owned()),
            Self::Comment(last) if c == '>' && last == "--" => Self::Text,
            Self::Comment(last) => {
                Self::Comment(last.chars().skip(usize::from(last.len() > 1)).chain([dash(c)]).collect())
            }
            Self::Inside(tag, end) => {
                let (end, whole) = (end + &lower.to_string(), format!("</{tag}"));
                let is_over =
                    end.strip_prefix(&whole).is_some_and(|rest| rest.starts_with(['>', '/', ' ', '\t', '\n', '\r']));
                if is_over {
                    Self::Tag(format!("/{tag}")).go_on(c)
                } else if whole.starts_with(&end) {
                    Self::Inside(tag, end)
                } else {
                    Self::Inside(tag, if c == '<' { "<".to_owned() } else { String::new() })
                }
            }
        }
    }

    fn after_tag(tag: String) -> Self {
        if RAW.contains(&tag.as_str()) || PLAIN.contains(&tag.as_str()) {
            Self::Inside(tag, String::new())
        } else {
            Self::Text
        }
    }

    /// What holds after either; none when they have nothing in common.
    fn either(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, other) if one == other => Some(one),
            (
                Self::Quoted { tag, name, quote, begins },
                Self::Quoted { tag: other_tag, name: other_name, quote: other_quote, begins: other },
            ) if (&tag, &name, quote) == (&other_tag, &other_name, other_quote) => {
                Some(Self::Quoted { tag, name, quote, begins: begins.either(other) })
            }
            (one, other) => {
                let tag = one.between_attributes()?;
                (other.between_attributes() == Some(tag)).then(|| Self::Name(tag.to_owned(), UNKNOWN.to_owned()))
            }
        }
    }

    fn between_attributes(&self) -> Option<&str> {
        match self {
            Self::Tag(tag) | Self::Name(tag, _) | Self::AfterName(tag, _) => Some(tag),
            _ => None,
        }
    }

    /// Why a value must not stand here, if so. `is_address` says that it is one of the type's addresses.
    fn refuses(&self, is_address: bool) -> Option<String> {
        match self {
            Self::Text => None,
            Self::Opening | Self::TagName(_) | Self::Tag(_) | Self::Name(..) | Self::AfterName(..) => {
                Some("in a tag outside of an attribute's value".to_owned())
            }
            Self::BeforeValue(_, name) | Self::Unquoted(_, name) => {
                Some(format!("in an attribute without quotes; write {name}=\"…\""))
            }
            Self::Declaration(_) | Self::Comment(_) => Some("in a comment".to_owned()),
            Self::Inside(tag, _) => RAW.contains(&tag.as_str()).then(|| format!("inside of <{tag}>")),
            Self::Quoted { tag, name, begins, .. } => {
                let is_code =
                    name.starts_with("on") || matches!(name.as_str(), "style" | "srcdoc") || name.contains(UNKNOWN);
                if is_code || tag == "meta" {
                    return Some(format!("in the attribute {name} of <{tag}>"));
                }
                let is_open = match begins {
                    Begins::Well => true,
                    Begins::Nothing | Begins::Address => is_address,
                    Begins::With(_) | Begins::Badly => false,
                };
                (ADDRESSES.contains(&name.as_str()) && !is_open).then(|| {
                    format!(
                        "at the beginning of {name}; begin with {} or with a field that is an address",
                        BEGINNINGS.join(", ")
                    )
                })
            }
        }
    }
}

/// Whether this ends a comment is all that counts of it.
fn dash(c: char) -> char {
    if c == '-' { '-' } else { ' ' }
}

struct Walk<'a> {
    kind: &'a EventType,
    place: Place,
    found: Vec<Found>,
}

impl<'a> Walk<'a> {
    fn refuse(&mut self, line: u32, place: &str) {
        let found = Found::UnsafePlace(format!("line {line}: a value cannot stand {place}"));
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }

    fn statements(&mut self, statements: &[Stmt<'a>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt<'a>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(raw) => {
                let begun = std::mem::replace(&mut self.place, Place::Text);
                self.place = raw.raw.chars().fold(begun, Place::go_on);
            }
            Stmt::EmitExpr(emitted) => {
                let is_address = self.is_address(&emitted.expr);
                if let Some(place) = self.place.refuses(is_address) {
                    self.refuse(emitted.span().start_line.into(), &place);
                }
                if let Place::Quoted { begins, .. } = &mut self.place
                    && *begins == Begins::Nothing
                    && is_address
                {
                    *begins = Begins::Address;
                }
            }
            Stmt::IfCond(condition) => {
                let line = condition.span().start_line.into();
                self.one_of(line, &[&condition.true_body, &condition.false_body]);
            }
            Stmt::ForLoop(each) => {
                let line = each.span().start_line.into();
                // Never, once, and once more after that.
                self.one_of(line, &[&each.body, &each.else_body]);
                self.one_of(line, &[&each.body, &[]]);
            }
            // Everything else is no part of the language, which the inspection tells.
            _ => {}
        }
    }

    /// Goes each of these ways from here; the HTML must be alike after all of them.
    fn one_of(&mut self, line: u32, ways: &[&[Stmt<'a>]]) {
        let begun = self.place.clone();
        let mut after: Option<Place> = None;
        for way in ways {
            self.place = begun.clone();
            self.statements(way);
            let ended = std::mem::replace(&mut self.place, Place::Text);
            let both = match after.take() {
                None => Some(ended),
                Some(before) => before.either(ended),
            };
            match both {
                Some(both) => after = Some(both),
                None => return self.refuse(line, "behind a condition that leaves a tag or a comment open"),
            }
        }
        self.place = after.unwrap_or(begun);
    }

    /// Whether nothing but a web address, or nothing at all, can come of it.
    fn is_address(&self, expr: &Expr<'a>) -> bool {
        match expr {
            Expr::Var(_) | Expr::GetAttr(_) => path_of(expr).is_some_and(|path| {
                path == "business.url" || self.kind.field(&path).is_some_and(|field| field.kind == FieldKind::Url)
            }),
            Expr::Const(text) => is_web(&text.value),
            Expr::IfExpr(choice) => {
                self.is_address(&choice.true_expr)
                    && choice.false_expr.as_ref().is_none_or(|other| self.is_address(other))
            }
            _ => false,
        }
    }
}

fn is_web(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.is_empty() || text.starts_with("https://") || text.starts_with("http://"))
}

/// `order.url`, when it is only names.
fn path_of(expr: &Expr<'_>) -> Option<String> {
    match expr {
        Expr::Var(name) => Some(name.id.to_owned()),
        Expr::GetAttr(inner) => Some(format!("{}.{}", path_of(&inner.expr)?, inner.name)),
        _ => None,
    }
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
