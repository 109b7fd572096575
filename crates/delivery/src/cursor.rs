//! Paging of growing logs, as everywhere.

pub(crate) use platform::http::cursor::{Slice, check_cursor, check_limit};
