//! What data is taken, and how what is not is named.

use kernel::Problem;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::catalogue::builtin;

fn refused(kind: &str, data: &Json) -> Vec<String> {
    let problem = builtin::find(kind).unwrap().check(data).err().unwrap_or_else(Problem::internal);
    assert_eq!((problem.status, problem.code), (422, "VALIDATION_ERROR"), "{problem:?}");
    problem.errors.iter().map(|e| format!("{}/{}", e.field, e.code)).collect()
}

fn invoice(change: impl FnOnce(&mut Json)) -> Json {
    let mut data =
        json!({"invoice_id": 123, "client_email": "c@example.com", "invoice_number": "INV-1", "total_amount": 1500.00});
    change(&mut data);
    data
}

#[test]
fn every_missing_field_is_named_at_once() {
    let all = [
        "event_data.invoice_id/REQUIRED",
        "event_data.client_email/REQUIRED",
        "event_data.invoice_number/REQUIRED",
        "event_data.total_amount/REQUIRED",
    ];
    assert_eq!(refused("invoice.sent", &json!({})), all);
    let empty = json!({"invoice_id": null, "client_email": "", "invoice_number": "  ", "total_amount": null});
    assert_eq!(refused("invoice.sent", &empty), all);
    assert_eq!(refused("appointment.created", &json!({"appointment": 7})).len(), 5);
}

#[test]
fn each_wrong_value_is_named_with_its_code() {
    for (field, value, code) in [
        ("invoice_id", json!({"a": 1}), "INVALID_VALUE"),
        ("invoice_id", json!(1.5), "INVALID_VALUE"),
        ("client_email", json!("nobody"), "INVALID_EMAIL"),
        ("client_email", json!([]), "REQUIRED"),
        ("client_email", json!("a@example.com\r\nbcc: b@example.com"), "INVALID_EMAIL"),
        ("client_email", json!(vec!["a@example.com"; RECIPIENTS_MAX + 1]), "TOO_MANY"),
        ("total_amount", json!("a lot"), "INVALID_VALUE"),
        ("total_amount", json!(1e21), "OUT_OF_RANGE"),
        ("total_amount", json!(true), "INVALID_VALUE"),
        ("total_amount", json!(-1500.00), "OUT_OF_RANGE"),
        ("total_amount", json!("-0.01"), "OUT_OF_RANGE"),
        ("total_amount", json!({"amount": -1, "currency": "KES"}), "OUT_OF_RANGE"),
        ("language", json!(7), "INVALID_VALUE"),
        ("language", json!(["sw"]), "INVALID_VALUE"),
        ("total_amount", json!({"amount": 1500.5, "currency": "KES"}), "INVALID_VALUE"),
        ("total_amount", json!({"amount": 150_000}), "INVALID_VALUE"),
        ("total_amount", json!({"amount": i64::MAX, "currency": "KES"}), "OUT_OF_RANGE"),
        ("client_phone", json!("call me"), "INVALID_PHONE"),
        ("client_phone", json!(254), "INVALID_VALUE"),
        ("client_name", json!("x".repeat(TEXT_CHARS_MAX + 1)), "TOO_LONG"),
        ("client_name", json!("a\u{0}b"), "INVALID_TEXT"),
        ("due_date", json!("soon"), "INVALID_VALUE"),
        ("invoice_url", json!("javascript:alert(1)"), "INVALID_VALUE"),
    ] {
        let data = invoice(|data| data[field] = value);
        assert_eq!(refused("invoice.sent", &data), [format!("event_data.{field}/{code}")]);
    }
}

#[test]
fn whoever_of_a_list_is_wrong_is_named_by_their_place() {
    let data = invoice(|data| {
        data["client_email"] = json!(["a@example.com", "nobody", 7, "b@example.com", ""]);
        data["client_phone"] = json!(["+254712345678", "call me"]);
    });
    assert_eq!(
        refused("invoice.sent", &data),
        [
            "event_data.client_email[1]/INVALID_EMAIL",
            "event_data.client_email[2]/INVALID_VALUE",
            "event_data.client_email[4]/INVALID_EMAIL",
            "event_data.client_phone[1]/INVALID_PHONE",
        ]
    );
    let many = invoice(|data| data["client_email"] = json!(vec!["nobody"; RECIPIENTS_MAX]));
    assert_eq!(refused("invoice.sent", &many).len(), NAMED_OF_LIST_MAX);
}

#[test]
fn an_own_type_may_count_what_is_owed() {
    let owed = json!({"balance": -12.5, "language": "sw"});
    let body = json!({"fields": [{"name": "balance", "type": "money"}]});
    let own: crate::catalogue::rules::Definition = serde_json::from_value(body).unwrap();
    own.check("account_x.balance", 1).unwrap().check(&owed).unwrap();
}

#[test]
fn unknown_fields_and_amounts_in_any_writing_are_taken() {
    let kind = builtin::find("invoice.sent").unwrap();
    for amount in [
        json!(1500.00),
        json!(1500),
        json!("1500.00"),
        json!(0.1 + 0.2),
        json!("-0.00"),
        json!({"amount": 150_000, "currency": "KES"}),
    ] {
        let data = invoice(|data| {
            data["total_amount"] = amount;
            data["anything"] = json!({"else": ["{{ x }}", "$1"]});
        });
        kind.check(&data).unwrap();
    }
    kind.check(&invoice(|data| data["client_email"] = json!(vec!["a@example.com"; RECIPIENTS_MAX]))).unwrap();
}

#[test]
fn data_that_is_no_object_or_too_large_is_refused_as_a_whole() {
    for data in [json!(null), json!([]), json!("x"), json!(7)] {
        assert_eq!(refused("invoice.sent", &data), ["event_data/INVALID_VALUE"]);
    }
    let large = invoice(|data| data["anything"] = json!("x".repeat(DATA_BYTES_MAX)));
    assert_eq!(refused("invoice.sent", &large), ["event_data/TOO_LONG"]);
}

proptest! {
    #[test]
    fn nothing_that_is_sent_breaks_a_check(text in "\\PC*", number: f64, count: i64) {
        for kind in builtin::all() {
            for field in &kind.fields {
                for value in [json!(text), json!(number), json!(count), json!([text]), json!({"amount": text})] {
                    let mut data = serde_json::Map::new();
                    crate::catalogue::field::put_path(&mut data, &field.name, value);
                    let answer = kind.check(&Json::Object(data));
                    prop_assert!(answer.is_ok() || answer.is_err_and(|problem| problem.status == 422));
                }
            }
        }
    }
}
