//! What a message says: one text per type, channel and language. Every built-in type has one (`defaults`), a business may
//! write its own, and a type of its own gets a plain one that lists its data. What a business writes is checked when it is
//! saved (`inspect.rs`), so that no unknown name, no unescaped value and nothing that grows without bound is ever stored;
//! `engine.rs` writes it out within bounds, and `values.rs` says what a text may name.

mod access;
mod actions;
mod body;
mod defaults;
mod engine;
mod entity;
mod error;
mod filters;
pub(crate) mod http;
mod inspect;
mod language;
pub(crate) mod letters;
mod locale;
mod model;
mod places;
mod render;
mod rules;
mod store;
mod test_send;
mod values;
mod view;

pub use letters::write_letter;
pub use model::Rendered;
pub use render::{render, render_for_staff, render_notice};

pub(crate) use access::{CACHED_MAX, Known};
pub(crate) use actions::forget_type;
pub(crate) use language::{is_known as is_language, parse as parse_language};
