//! What a text becomes, whatever it and its data hold.

use std::sync::Arc;

use kernel::{Currency, Id, Timestamp};
use people::tenants::TenantView;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::*;
use crate::{
    catalogue::{EventType, builtin_types},
    model::EventFacts,
    templates::{
        language,
        locale::Locale,
        values::{Business, context},
    },
};

pub(in crate::templates) fn tenant() -> TenantView {
    TenantView {
        id: Id::from_uuid(Uuid::from_u128(1)),
        name: "Ann & <b>Sons</b>".into(),
        slug: "ann".into(),
        invite_code: "ABC".into(),
        timezone: "Africa/Nairobi".into(),
        currency: Currency::parse("KES").unwrap(),
        country: "KE".into(),
        about: None,
        phone: Some("+254700000000".into()),
        address: None,
        brand_color: None,
        after_care_days: 7,
        logo: None,
        version: 1,
        created_at: Timestamp::default(),
        suspended_at: None,
        require_two_factor: false,
        embed_origins: Vec::new(),
    }
}

pub(in crate::templates) fn kind(name: &str) -> Arc<EventType> {
    builtin_types().iter().find(|kind| kind.name == name).unwrap().clone()
}

pub(in crate::templates) fn write(
    source: &Source,
    kind: &EventType,
    data: &Json,
    tag: &str,
) -> Result<Rendered, Error> {
    let event = EventFacts {
        id: Id::from_uuid(Uuid::from_u128(2)),
        tenant: Id::from_uuid(Uuid::from_u128(1)),
        kind: kind.name.as_str().into(),
        data: Arc::new(data.clone()),
        at: Timestamp::parse("2026-05-12T06:41:00Z").unwrap(),
    };
    let tenant = tenant();
    let business = Business::new(&tenant, "https://desk.example.com/", Locale::new(tag, &tenant));
    let values = context(kind, &event, business, None);
    let page = Page { language: tag, is_right_to_left: language::is_right_to_left(tag), accent: "#2f5bea" };
    Compiled::new(source)?.render(&values, &page)
}

fn invoice(change: impl FnOnce(&mut Json)) -> Json {
    let mut data = kind("invoice.sent").example.clone();
    change(&mut data);
    data
}

fn text(text: &str, data: &Json) -> Result<String, Error> {
    let source = Source { subject: None, text: text.into(), html: None };
    write(&source, &kind("invoice.sent"), data, "en").map(|rendered| rendered.text)
}

#[test]
fn money_and_times_are_written_for_the_business() {
    let data = invoice(|data| data["total_amount"] = json!(1234567.5));
    assert_eq!(text("{{ total_amount|money }}", &data).unwrap(), "KES 1,234,567.50");
    assert_eq!(text("{{ total_amount }}", &data).unwrap(), "1234567.50");
    assert_eq!(text("{{ total_amount|money('USD') }}", &data).unwrap(), "USD 1,234,567.50");
    assert_eq!(text("{{ total_amount|money }}", &invoice(|d| d["currency"] = json!("jpy"))).unwrap(), "JPY 1,500");
    assert_eq!(text("{{ due_date|date }}", &data).unwrap(), "31 May 2026");
    assert_eq!(text("{{ event.at|datetime }}", &data).unwrap(), "Tuesday, 12 May 2026, 09:41");
    assert_eq!(text("{{ event.at|time }}", &data).unwrap(), "09:41");
    assert_eq!(text("{{ invoice_number|date }}", &data).unwrap(), "INV-001");
    let clocked = kind("user.clockedIn");
    let at = |written: Json| {
        let data = json!({"user_id": 1, "user_name": "Otieno", "clock_in_time": written});
        let source = Source { text: "{{ clock_in_time|datetime }}".into(), ..Source::default() };
        write(&source, &clocked, &data, "en").unwrap().text
    };
    assert_eq!(at(json!("2026-05-15T05:02:00Z")), "Friday, 15 May 2026, 08:02");
    assert_eq!(at(json!("2026-05-15 08:02:00")), "Friday, 15 May 2026, 08:02");
    assert_eq!(at(json!(1_778_821_320)), "Friday, 15 May 2026, 08:02");
    assert_eq!(at(json!("08:02")), "08:02");
    assert_eq!(at(json!("early")), "early");
}

#[test]
fn prices_in_minor_units_are_written_in_their_own_currency() {
    let booked = kind("appointment.created");
    let source = Source { text: "{{ appointment.price|money }} / {{ appointment.price }}".into(), ..Source::default() };
    assert_eq!(write(&source, &booked, &booked.example, "en").unwrap().text, "KES 1,500 / KES 1500.00");
}

#[test]
fn an_amount_reads_the_same_whether_it_came_as_a_decimal_or_in_minor_units() {
    let minor =
        |amount: i64, currency: &str| invoice(|d| d["total_amount"] = json!({"amount": amount, "currency": currency}));
    let both = "{{ total_amount|money }} / {{ total_amount }}";
    assert_eq!(text(both, &minor(150_000, "KES")).unwrap(), "KES 1,500 / 1500.00");
    assert_eq!(text(both, &minor(1_500, "JPY")).unwrap(), "JPY 1,500 / JPY 1500");
    assert_eq!(text("{% if total_amount %}yes{% endif %}", &minor(1, "USD")).unwrap(), "yes");
}

#[test]
fn what_data_holds_is_never_read_as_a_template_nor_as_markup() {
    let hostile = "$1 \\1 {{ business.name }} {% if %} <script>alert(1)</script> \" ' &amp; 🎉 مرحبا";
    let data = invoice(|data| data["client_name"] = json!(hostile));
    let source = Source {
        subject: Some("For {{ client_name }}".into()),
        text: "$1 $& ${x} {{ client_name }}".into(),
        html: Some("<p title=\"{{ client_name }}\">{{ client_name }}</p>".into()),
    };
    let written = write(&source, &kind("invoice.sent"), &data, "en").unwrap();
    assert_eq!(written.text, format!("$1 $& ${{x}} {hostile}"));
    assert_eq!(written.subject.unwrap(), format!("For {hostile}"));
    let html = written.html.unwrap();
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"), "{html}");
    assert!(html.contains("{{ business.name }}") && html.contains("🎉 مرحبا"));
    assert!(html.contains("title=\"$1"), "{html}");
    assert!(!html.contains("\" ' &amp; 🎉"), "quotes are escaped too: {html}");
}

#[test]
fn the_layout_carries_the_business_and_a_whole_page_stands_alone() {
    let html = |html: &str, tag: &str| {
        let source = Source { subject: Some("S".into()), text: "t".into(), html: Some(html.into()) };
        write(&source, &kind("invoice.sent"), &invoice(|_| ()), tag).unwrap().html.unwrap()
    };
    let page = html("<p>Hello</p>", "en");
    assert!(page.starts_with("<!doctype html>") && page.contains("<p>Hello</p>"));
    assert!(page.contains("Ann &amp; &lt;b&gt;Sons") && !page.contains("<b>Sons"));
    assert!(page.contains("https:&#x2f;&#x2f;desk.example.com") || page.contains("https://desk.example.com/s/ann"));
    assert!(page.contains("dir=\"ltr\"") && page.contains("#2f5bea"));
    assert!(html("<p>مرحبا</p>", "ar").contains("lang=\"ar\" dir=\"rtl\""));
    let own = "<!DOCTYPE html><html><body>{{ business.name }}</body></html>";
    assert_eq!(html(own, "en"), "<!DOCTYPE html><html><body>Ann &amp; &lt;b&gt;Sons&lt;&#x2f;b&gt;</body></html>");
}

#[test]
fn a_subject_is_one_line_of_bounded_length() {
    let subject = |name: &str| {
        let data = invoice(|data| data["client_name"] = json!(name));
        let source = Source { subject: Some("Hi {{ client_name }}".into()), text: "t".into(), html: None };
        write(&source, &kind("invoice.sent"), &data, "en").unwrap().subject.unwrap()
    };
    assert_eq!(subject("Eve\r\nBcc: all@example.com\u{2028}x\u{85}y"), "Hi Eve Bcc: all@example.com x y");
    assert_eq!(subject(&"abcd".repeat(500)).chars().count(), SUBJECT_CHARS_MAX);
}

#[test]
fn what_is_absent_is_empty_and_what_is_unknown_is_an_error() {
    let data = invoice(|data| data["client_name"] = json!(null));
    assert_eq!(text("[{{ client_name }}]{% if not client_name %} none{% endif %}", &data).unwrap(), "[] none");
    assert!(text("{{ customer_nom }}", &data).is_err());
    assert!(text("{{ business.nom }}", &data).is_err());
    let several = invoice(|data| data["client_email"] = json!(["a@example.com", "b@example.com"]));
    assert_eq!(text("[{{ client_email }}]", &several).unwrap(), "[]");
}

#[test]
fn a_text_of_100_kilobytes_is_written_and_one_that_grows_without_bound_is_not() {
    let data = invoice(|_| ());
    let long = "مرحبا {{ client_name }} 🎉 ".repeat(3500);
    assert!(long.len() > 100_000);
    assert_eq!(text(&long, &data).unwrap().matches("Wanjiru Kamau").count(), 3500);
    let own = serde_json::json!({"rows": vec![1; 2000], "client_name": "x".repeat(9000)});
    let mut listing = (*kind("invoice.sent")).clone();
    listing.fields.push(crate::catalogue::FieldSpec {
        name: "rows".into(),
        kind: crate::catalogue::FieldKind::List,
        required: false,
        description: String::new(),
        example: json!([]),
    });
    let write = |text: &str| write(&Source { text: text.into(), ..Source::default() }, &listing, &own, "en");
    assert!(write("{% for a in rows %}{{ client_name }}{% endfor %}").is_err(), "too many bytes");
    let nested = "{% for a in rows %}{% for b in rows %}{% if a == 2 %}x{% endif %}{% endfor %}{% endfor %}";
    assert!(write(nested).is_err(), "too many steps");
    assert!(write("{{ rows|join(client_name) }}").is_err(), "too long a list");
}
