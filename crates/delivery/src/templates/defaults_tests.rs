//! Every built-in text reads well with all its data and with only what is required.

use super::*;
use crate::templates::{
    engine::tests::{kind, write},
    inspect::inspect,
    model::Rendered,
};
use serde_json::json;

fn written(kind: &EventType, channel: ChannelKind, data: &serde_json::Value) -> Rendered {
    let source = source(kind, channel);
    write(&source, kind, data, "en").unwrap_or_else(|error| panic!("{} {channel:?}: {error:?}", kind.name))
}

/// Something a customer would stumble over.
fn check_reads_well(what: &str, text: &str) {
    for slip in ["{{", "{%", "}}", "None", "undefined", "none", "  ", " ,", " .", "..", "()", ":  ", "\n\n\n", " \n"] {
        assert!(!text.contains(slip), "{what} has {slip:?}:\n{text}");
    }
    assert!(!text.trim().is_empty(), "{what} is empty");
}

#[test]
fn every_type_says_something_of_its_own_on_every_channel() {
    for kind in catalogue::builtin_types() {
        assert!(WORDINGS.contains_key(kind.name.as_str()), "{} has no wording", kind.name);
        for channel in CHANNELS {
            assert!(compiled(&kind.name, channel).is_some());
            for data in [&kind.example, &kind.least_example()] {
                let Rendered { subject, text, html } = written(kind, channel, data);
                let what = format!("{} {channel:?} with {data}", kind.name);
                check_reads_well(&what, &text);
                subject.iter().for_each(|subject| check_reads_well(&what, subject));
                assert_eq!(subject.is_some(), matches!(channel, ChannelKind::Email | ChannelKind::Inapp), "{what}");
                assert_eq!(html.is_some(), channel == ChannelKind::Email, "{what}");
                if channel == ChannelKind::Sms {
                    assert!(text.chars().count() <= 320, "{what} takes more than two messages: {text}");
                }
            }
        }
    }
}

#[test]
fn a_fact_for_several_people_reads_well_too() {
    for kind in catalogue::builtin_types() {
        for channel in CHANNELS {
            for data in [&kind.example, &kind.least_example()] {
                let mut data = data.clone();
                for field in kind.fields.iter().filter(|f| matches!(f.kind, FieldKind::Email | FieldKind::Phone)) {
                    if let Some(one) = data.pointer_mut(&format!("/{}", field.name.replace('.', "/"))) {
                        *one = json!([one.clone(), one.clone()]);
                    }
                }
                let Rendered { subject, text, .. } = written(kind, channel, &data);
                for part in subject.iter().chain([&text]) {
                    let what = format!("{} {channel:?} with {data}", kind.name);
                    check_reads_well(&what, part);
                    assert!(!part.starts_with([':', ',', '.', '–', '·']), "{what}: {part}");
                }
            }
        }
    }
    let kind = kind("invoice.sent");
    let mut data = kind.least_example();
    data["client_email"] = json!(["a@example.com", "b@example.com"]);
    assert_eq!(written(&kind, ChannelKind::Inapp, &data).text, "Several people: KES 1,500");
}

#[test]
fn every_wording_belongs_to_a_type_and_could_be_saved_by_a_business() {
    for wording in WORDINGS.values() {
        let kind = kind(wording.kind);
        let named = wording.details.iter().chain(&wording.button).map(|(_, field)| field);
        for field in named {
            assert!(kind.field(field).is_some(), "{} {field}", wording.kind);
        }
        for channel in CHANNELS {
            let source = source(&kind, channel);
            for part in [source.subject.as_deref(), Some(&source.text), source.html.as_deref()].into_iter().flatten() {
                assert_eq!(inspect(part, &kind), [], "{} {channel:?}: {part}", wording.kind);
            }
            crate::templates::rules::check_source(source, &kind, channel).unwrap();
        }
    }
}

#[test]
fn an_invoice_reads_like_one() {
    let kind = kind("invoice.sent");
    let mail = written(&kind, ChannelKind::Email, &kind.example);
    assert_eq!(mail.subject.as_deref(), Some("Invoice INV-001 from Ann & <b>Sons</b>"));
    let expected = "Hello Wanjiru Kamau,\n\nHere is your invoice INV-001 for KES 1,500, due on 31 May 2026.\n\n\
        Invoice: INV-001\nTo pay: KES 1,500\nDue: 31 May 2026\n\n\
        See the invoice: https://shop.example.com/invoices/123\n\nThank you for your business.\n\nAnn & <b>Sons</b>";
    assert_eq!(mail.text, expected);
    let least = written(&kind, ChannelKind::Email, &kind.least_example());
    let expected = "Hello,\n\nHere is your invoice INV-001 for KES 1,500.\n\nInvoice: INV-001\nTo pay: KES 1,500\n\n\
        Thank you for your business.\n\nAnn & <b>Sons</b>";
    assert_eq!(least.text, expected);
}

#[test]
fn nobody_is_greeted_by_a_name_of_somebody_else() {
    let kind = kind("timesheet.submitted");
    assert!(written(&kind, ChannelKind::Email, &kind.example).text.starts_with("Hello Achieng Were,"));
    assert!(written(&kind, ChannelKind::Email, &kind.least_example()).text.starts_with("Hello,"));
    // Who called is not who reads of it.
    let missed = self::kind("call.missed");
    assert!(written(&missed, ChannelKind::Email, &missed.example).text.starts_with("Hello,"));
}

#[test]
fn a_type_without_a_text_lists_its_data() {
    let mut own = (*kind("invoice.paid")).clone();
    own.name = "stock.low".into();
    own.title = "Stock low".into();
    let example = own.example.clone();
    let mail = written(&own, ChannelKind::Email, &example);
    assert_eq!(mail.subject.as_deref(), Some("Stock low – Ann & <b>Sons</b>"));
    assert!(mail.text.contains("\nPayment amount: KES 1,500\n"), "{}", mail.text);
    assert!(!mail.text.contains("wanjiru@example.com"));
    for channel in CHANNELS {
        for part in [Some(source(&own, channel).text), source(&own, channel).html].into_iter().flatten() {
            assert_eq!(inspect(&part, &own), []);
        }
        check_reads_well("plain", &written(&own, channel, &example).text);
    }
    own.fields.clear();
    assert_eq!(written(&own, ChannelKind::Sms, &json!({})).text, "Ann & <b>Sons</b>: Stock low");
}
