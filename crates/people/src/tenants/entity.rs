//! The row of a business.

use kernel::{Id, Timestamp, id};
use sea_orm::entity::prelude::*;

/// One business.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    /// The business.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<id::Tenant>,
    /// Its name.
    pub name: String,
    /// Its address label.
    pub slug: String,
    /// What it tells its customers to find it by.
    pub invite_code: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166 alpha-2.
    pub country: String,
    /// A few words for the storefront.
    pub about: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// Where to find it.
    pub address: Option<String>,
    /// `#rrggbb`.
    pub brand_color: Option<String>,
    /// How long an appointment's thread stays open after it.
    pub after_care_days: i32,
    /// Where its logo is kept.
    pub logo_key: Option<String>,
    /// What kind of picture that is.
    pub logo_type: Option<String>,
    /// Counts the changes, for `ETag`.
    pub version: i64,
    /// When it signed up.
    pub created_at: Timestamp,
    /// When the operator closed it.
    pub suspended_at: Option<Timestamp>,
    /// Members must have a second factor.
    pub require_two_factor: bool,
    /// Origins whose pages may show the storefront in a frame, as a JSON list.
    pub embed_origins: Option<String>,
    /// Its own database; the shared one when absent.
    pub database_url: Option<String>,
}

/// None: the slices ask each other, they do not join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
