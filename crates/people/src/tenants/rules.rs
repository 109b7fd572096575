//! Pure decisions about businesses: their codes and labels, what a country brings along, and which settings are right.

use kernel::{Currency, Problem, Right, problem::Fields, text};

use super::model::TenantView;

/// Length of an invite code; 32^8 of them make guessing pointless.
pub const INVITE_CODE_CHARS: usize = 8;
/// Capital letters and digits without those that are mistaken for each other (I, O, 0, 1).
const INVITE_ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Longest text that is looked up as a code or label.
pub const CODE_OR_SLUG_CHARS_MAX: usize = text::SLUG_CHARS_MAX;
/// Longest `about`.
pub const ABOUT_CHARS_MAX: usize = 2000;
/// Longest `address`.
pub const ADDRESS_CHARS_MAX: usize = 300;
/// Longest time that a thread may stay open after its appointment.
pub const AFTER_CARE_DAYS_MAX: i32 = 365;
/// Other sites that may show one storefront.
pub const EMBED_ORIGINS_MAX: usize = 20;
/// Longest origin.
const ORIGIN_CHARS_MAX: usize = 300;
/// Labels that would shadow a page or read like one of ours.
const RESERVED_SLUGS: &[&str] =
    &["admin", "api", "app", "assets", "auth", "call", "client", "dashboard", "help", "www"];

/// An invite code from eight random bytes.
pub fn invite_code(random: [u8; INVITE_CODE_CHARS]) -> String {
    random.iter().map(|byte| char::from(INVITE_ALPHABET[usize::from(byte & 31)])).collect()
}

/// The `attempt`th label to try for a name: the plain one first, then with a part of the random word.
pub fn slug_candidate(name: &str, attempt: u32, random: [u8; INVITE_CODE_CHARS]) -> String {
    let base = text::slug_from(name).filter(|slug| !RESERVED_SLUGS.contains(&slug.as_str()));
    match base {
        Some(slug) if attempt == 0 => slug,
        Some(slug) => format!("{slug}-{}", invite_code(random)[..5].to_lowercase()),
        None => format!("business-{}", invite_code(random)[..7].to_lowercase()),
    }
}

/// The zone and currency that most businesses of a country use.
pub fn defaults_of(country: &str) -> (&'static str, &'static str) {
    match country {
        "KE" => ("Africa/Nairobi", "KES"),
        "UG" => ("Africa/Kampala", "UGX"),
        "TZ" => ("Africa/Dar_es_Salaam", "TZS"),
        "RW" => ("Africa/Kigali", "RWF"),
        "NG" => ("Africa/Lagos", "NGN"),
        "GH" => ("Africa/Accra", "GHS"),
        "ZA" => ("Africa/Johannesburg", "ZAR"),
        "IN" => ("Asia/Kolkata", "INR"),
        "PH" => ("Asia/Manila", "PHP"),
        "GB" => ("Europe/London", "GBP"),
        "FR" => ("Europe/Paris", "EUR"),
        "DE" => ("Europe/Berlin", "EUR"),
        "US" => ("America/New_York", "USD"),
        _ => ("UTC", "USD"),
    }
}

/// Where a business is when it does not say.
pub const COUNTRY_DEFAULT: &str = "KE";

/// Zone, currency and country of a new business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locale {
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217.
    pub currency: Currency,
    /// ISO 3166 alpha-2.
    pub country: String,
}

/// What was sent, with the country's customs for what was not.
pub fn parse_locale(
    fields: &mut Fields,
    timezone: Option<&str>,
    currency: Option<&str>,
    country: Option<&str>,
) -> Option<Locale> {
    let country = fields.take("country", "INVALID_COUNTRY", text::parse_country(country.unwrap_or(COUNTRY_DEFAULT)));
    let (zone, money) = defaults_of(country.as_deref().unwrap_or(COUNTRY_DEFAULT));
    let timezone = parse_timezone(fields, timezone.unwrap_or(zone));
    let currency =
        fields.take("currency", "INVALID_CURRENCY", Currency::parse_listed(currency.unwrap_or(money).trim()));
    Some(Locale { timezone: timezone?, currency: currency?, country: country? })
}

fn parse_timezone(fields: &mut Fields, zone: &str) -> Option<String> {
    let known = fields.take("timezone", "INVALID_TIMEZONE", text::parse_zone(zone))?;
    // Zones are found in any case; browsers want the name as it is written.
    Some(known.iana_name().unwrap_or(zone.trim()).to_owned())
}

/// Changes of the settings page; what is absent stays. An empty text clears what may be empty.
#[derive(Debug, Clone, Default)]
pub struct SettingsPatch {
    /// New name.
    pub name: Option<String>,
    /// New label.
    pub slug: Option<String>,
    /// New zone.
    pub timezone: Option<String>,
    /// New currency.
    pub currency: Option<String>,
    /// New country.
    pub country: Option<String>,
    /// New words.
    pub about: Option<String>,
    /// New phone number.
    pub phone: Option<String>,
    /// New address.
    pub address: Option<String>,
    /// New colour.
    pub brand_color: Option<String>,
    /// New after-care time.
    pub after_care_days: Option<i32>,
    /// Whether every member must have a second factor.
    pub require_two_factor: Option<bool>,
    /// Other sites that may show the storefront.
    pub embed_origins: Option<Vec<String>>,
}

impl SettingsPatch {
    /// The right that this change needs beside that to the settings, if it needs one.
    pub const fn needs(&self) -> Option<Right> {
        let is_of_safety = self.require_two_factor.is_some() || self.slug.is_some() || self.embed_origins.is_some();
        if is_of_safety { Some(Right::SafetyEdit) } else { None }
    }
}

/// The business as it would be after the change, or every field that is not right.
pub fn decide_settings(tenant: &TenantView, patch: SettingsPatch) -> Result<TenantView, Problem> {
    let mut fields = Fields::new();
    let mut next = tenant.clone();
    let f = &mut fields;
    if let Some(name) = patch.name {
        let name = f.take("name", "INVALID_NAME", text::parse_line(&name, text::NAME_CHARS_MAX));
        next.name = name.unwrap_or_default();
    }
    if let Some(slug) = patch.slug {
        next.slug = parse_new_slug(f, &slug, &tenant.slug).unwrap_or_default();
    }
    if let Some(zone) = patch.timezone {
        next.timezone = parse_timezone(f, &zone).unwrap_or_default();
    }
    if let Some(currency) = patch.currency {
        next.currency =
            f.take("currency", "INVALID_CURRENCY", Currency::parse_listed(currency.trim())).unwrap_or(tenant.currency);
    }
    if let Some(country) = patch.country {
        next.country = f.take("country", "INVALID_COUNTRY", text::parse_country(&country)).unwrap_or_default();
    }
    if let Some(about) = patch.about {
        next.about = optional(f, "about", text::parse_prose(&about, ABOUT_CHARS_MAX));
    }
    if let Some(phone) = patch.phone {
        next.phone = parse_optional_phone(f, &phone, &next.country);
    }
    if let Some(address) = patch.address {
        next.address = optional(f, "address", text::parse_prose(&address, ADDRESS_CHARS_MAX));
    }
    if let Some(color) = patch.brand_color {
        next.brand_color = parse_color(f, &color);
    }
    if let Some(days) = patch.after_care_days {
        if !(0..=AFTER_CARE_DAYS_MAX).contains(&days) {
            f.refuse("afterCareDays", "OUT_OF_RANGE", format!("must be 0 to {AFTER_CARE_DAYS_MAX}"));
        }
        next.after_care_days = days;
    }
    if let Some(origins) = patch.embed_origins {
        next.embed_origins = parse_origins(f, &origins);
    }
    next.require_two_factor = patch.require_two_factor.unwrap_or(tenant.require_two_factor);
    fields.check()?;
    next.version += 1;
    Ok(next)
}

/// Each as browsers write it, once. What is more than an origin, or could be read as something else in a header, is refused.
fn parse_origins(fields: &mut Fields, sent: &[String]) -> Vec<String> {
    const FIELD: &str = "embedOrigins";
    if sent.len() > EMBED_ORIGINS_MAX {
        fields.refuse(FIELD, "TOO_MANY", format!("must be at most {EMBED_ORIGINS_MAX}"));
        return Vec::new();
    }
    let mut origins = Vec::with_capacity(sent.len());
    for text in sent {
        match parse_origin(text.trim()) {
            Some(origin) if origins.contains(&origin) => {}
            Some(origin) => origins.push(origin),
            None => {
                fields.refuse(FIELD, "INVALID_VALUE", "must be origins such as https://www.example.com");
                return Vec::new();
            }
        }
    }
    origins
}

fn parse_origin(text: &str) -> Option<String> {
    if text.len() > ORIGIN_CHARS_MAX {
        return None;
    }
    let url = url::Url::parse(text).ok()?;
    let is_secure = url.scheme() == "https" || (url.scheme() == "http" && url.domain() == Some("localhost"));
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let origin = url.origin().ascii_serialization();
    let is_plain = origin.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-[]".contains(&b));
    (is_secure && is_bare && is_plain).then_some(origin)
}

fn optional(fields: &mut Fields, name: &str, value: Result<String, text::TextError>) -> Option<String> {
    fields.take(name, "INVALID_TEXT", value).filter(|text| !text.is_empty())
}

/// A phone number that may be left empty.
pub fn parse_optional_phone(fields: &mut Fields, phone: &str, country: &str) -> Option<String> {
    if phone.trim().is_empty() {
        return None;
    }
    fields.take("phone", "INVALID_PHONE", text::parse_phone(phone, country))
}

fn parse_new_slug(fields: &mut Fields, slug: &str, present: &str) -> Option<String> {
    let slug = fields.take("slug", "INVALID_SLUG", text::parse_slug(slug))?;
    if slug != present && RESERVED_SLUGS.contains(&slug.as_str()) {
        fields.refuse("slug", "RESERVED", "is used by Frontdesk itself");
        return None;
    }
    Some(slug)
}

fn parse_color(fields: &mut Fields, color: &str) -> Option<String> {
    let color = color.trim().to_lowercase();
    if color.is_empty() {
        return None;
    }
    let digits = color.strip_prefix('#').unwrap_or("");
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        fields.refuse("brandColor", "INVALID_COLOR", "must look like #1f6feb");
        return None;
    }
    Some(color)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Id, Timestamp};
    use proptest::prelude::*;

    fn tenant() -> TenantView {
        TenantView {
            id: Id::from_uuid(uuid::Uuid::nil()),
            name: "Salon".into(),
            slug: "salon".into(),
            invite_code: "ABCDEFGH".into(),
            timezone: "Africa/Nairobi".into(),
            currency: Currency::parse("KES").unwrap(),
            country: "KE".into(),
            about: Some("old".into()),
            phone: None,
            address: None,
            brand_color: None,
            after_care_days: 7,
            logo: None,
            version: 3,
            created_at: Timestamp::from_millis(0),
            suspended_at: None,
            require_two_factor: false,
            embed_origins: Vec::new(),
        }
    }

    #[test]
    fn a_country_brings_its_zone_and_currency() {
        let mut fields = Fields::new();
        let locale = parse_locale(&mut fields, None, None, Some("in")).unwrap();
        assert_eq!((locale.timezone.as_str(), locale.currency.as_str()), ("Asia/Kolkata", "INR"));
        let own = parse_locale(&mut fields, Some("Europe/Vienna"), Some("eur"), Some("KE")).unwrap();
        assert_eq!((own.timezone.as_str(), own.currency.as_str()), ("Europe/Vienna", "EUR"));
        assert!(fields.check().is_ok());
    }

    #[test]
    fn every_default_zone_exists() {
        for country in ["KE", "UG", "TZ", "RW", "NG", "GH", "ZA", "IN", "PH", "GB", "FR", "DE", "US", "BR"] {
            let (zone, currency) = defaults_of(country);
            assert!(text::parse_zone(zone).is_ok() && Currency::parse_listed(currency).is_ok(), "{country}");
        }
    }

    #[test]
    fn every_wrong_setting_is_named_at_once() {
        let patch = SettingsPatch {
            name: Some(" ".into()),
            slug: Some("api".into()),
            timezone: Some("Mars/Base".into()),
            phone: Some("12".into()),
            brand_color: Some("blue".into()),
            after_care_days: Some(-1),
            ..SettingsPatch::default()
        };
        let problem = decide_settings(&tenant(), patch).unwrap_err();
        let named: Vec<&str> = problem.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(named, ["name", "slug", "timezone", "phone", "brandColor", "afterCareDays"]);
    }

    #[test]
    fn what_is_absent_stays_and_an_empty_text_clears() {
        let patch =
            SettingsPatch { about: Some(String::new()), phone: Some("0712 345678".into()), ..SettingsPatch::default() };
        let next = decide_settings(&tenant(), patch).unwrap();
        assert_eq!((next.about, next.phone.as_deref(), next.version), (None, Some("+254712345678"), 4));
        assert_eq!(next.name, "Salon");
    }

    proptest! {
        #[test]
        fn codes_and_labels_are_always_usable(name in ".{0,80}", attempt in 0_u32..3, random: [u8; 8]) {
            let code = invite_code(random);
            prop_assert!(code.len() == 8 && !code.contains(['I', 'O', '0', '1']));
            prop_assert!(text::parse_slug(&slug_candidate(&name, attempt, random)).is_ok());
        }
    }

    #[test]
    fn an_origin_is_no_more_than_an_origin() {
        for (sent, read) in [
            ("https://www.Salon.example", Some("https://www.salon.example")),
            ("https://salon.example:8443/", Some("https://salon.example:8443")),
            ("http://localhost:5173", Some("http://localhost:5173")),
            ("http://salon.example", None),
            ("https://salon.example/page", None),
            ("https://user@salon.example", None),
            ("https://*.example", None),
            ("https://a.example https://b.example", None),
            ("https://a.example; script-src *", None),
            ("data:text/html,x", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(parse_origin(sent).as_deref(), read, "{sent}");
        }
    }
}
