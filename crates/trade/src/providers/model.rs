//! What a provider is, inside and as clients see it.

use kernel::{Id, id};
use serde::Serialize;

use super::hours::{OpenRange, WeeklyHours};

/// Colours handed to providers in turn, legible on light and dark.
const PALETTE: [&str; 8] = ["#0e9384", "#7a5af8", "#e04f16", "#2e90fa", "#d444f1", "#4ca30d", "#dd2590", "#ca8504"];

/// A member of the team as somebody who may be booked.
#[derive(Debug, Clone)]
pub struct Provider {
    /// The person.
    pub id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: String,
    /// `#rrggbb`.
    pub color: String,
    /// Whether customers can book them.
    pub bookable: bool,
    /// When they can be booked.
    pub weekly: WeeklyHours,
    /// Counts the changes; zero when they were never set up.
    pub version: i64,
}

/// A provider as clients see it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Provider)]
pub struct ProviderView {
    /// The person.
    pub id: Id<id::User>,
    /// As shown.
    pub name: String,
    /// Their address.
    pub email: String,
    /// `#rrggbb`.
    pub color: String,
    /// Whether customers can book them.
    pub bookable: bool,
    /// When they can be booked, by day and time.
    pub weekly: Vec<OpenRange>,
    /// The zone of those times.
    pub timezone: String,
}

impl ProviderView {
    /// With the business's zone.
    pub fn new(provider: Provider, timezone: &str) -> Self {
        Self {
            id: provider.id,
            name: provider.name,
            email: provider.email,
            color: provider.color,
            bookable: provider.bookable,
            weekly: provider.weekly.ranges().to_vec(),
            timezone: timezone.to_owned(),
        }
    }
}

/// The colour of the nth provider.
pub(super) fn color_of(nth: usize) -> &'static str {
    PALETTE[nth % PALETTE.len()]
}

/// Reads `#rrggbb`.
pub(super) fn parse_color(text: &str) -> Option<String> {
    let digits = text.trim().strip_prefix('#')?;
    let is_color = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_color.then(|| format!("#{}", digits.to_ascii_lowercase()))
}
