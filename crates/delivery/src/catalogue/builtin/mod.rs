//! The types that come with the house, as data: those that other systems of a business state (`office`, `commerce`) and the
//! house's own facts (`house`). One row says everything about a type; schema, example and recipients follow from it.

mod commerce;
mod house;
mod office;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use kernel::Right;
use serde_json::Value as Json;

use super::{
    field::{FieldKind, FieldSpec},
    model::{EventType, Owner, PersonFields, RecipientFields, example_of},
};
use crate::model::ChannelKind;

pub(crate) use house::PERSONAL;

/// A row of the table.
struct Row {
    name: &'static str,
    title: &'static str,
    category: &'static str,
    description: &'static str,
    fields: &'static [Field],
    /// Fields with e-mail addresses and phone numbers of those the event is meant for.
    reaches: &'static [&'static str],
    /// Fields with ids of users who are told in the app.
    users: &'static [&'static str],
    /// Fields with ids of customers who are told in the app.
    customers: &'static [&'static str],
    /// Members with this right are told in the app.
    audience: Option<Right>,
}

/// A field of a row.
struct Field {
    name: &'static str,
    kind: FieldKind,
    required: bool,
    description: &'static str,
    /// A good value, as one would write it.
    example: &'static str,
}

const fn need(name: &'static str, kind: FieldKind, description: &'static str, example: &'static str) -> Field {
    Field { name, kind, required: true, description, example }
}

const fn may(name: &'static str, kind: FieldKind, description: &'static str, example: &'static str) -> Field {
    Field { name, kind, required: false, description, example }
}

static TYPES: LazyLock<Vec<Arc<EventType>>> = LazyLock::new(|| {
    let rows = [office::ROWS, commerce::ROWS, house::ROWS].into_iter().flatten();
    rows.map(|row| Arc::new(EventType::from(row))).collect()
});
static BY_NAME: LazyLock<HashMap<&'static str, Arc<EventType>>> =
    LazyLock::new(|| TYPES.iter().map(|kind| (kind.name.as_str(), kind.clone())).collect());

/// Every built-in type, in the order of the table.
pub(crate) fn all() -> &'static [Arc<EventType>] {
    &TYPES
}

/// The built-in type of this name.
pub(crate) fn find(dotted: &str) -> Option<Arc<EventType>> {
    BY_NAME.get(dotted).cloned()
}

impl From<&Row> for EventType {
    fn from(row: &Row) -> Self {
        let fields: Vec<FieldSpec> = row.fields.iter().map(FieldSpec::from).collect();
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let reached = |kind: FieldKind| {
            let of_kind = |name: &&str| fields.iter().any(|f| f.name == **name && f.kind == kind);
            row.reaches.iter().copied().filter(of_kind).map(str::to_owned).collect::<Vec<_>>()
        };
        let recipients = RecipientFields { email: reached(FieldKind::Email), phone: reached(FieldKind::Phone) };
        let people = PersonFields { users: names(row.users), customers: names(row.customers) };
        let mut channels = channels_of(&recipients, &people, row.audience);
        if is_personal(row.name) {
            // What is somebody's own matter is told to nobody else, so to no other system either.
            channels.retain(|channel| *channel != ChannelKind::Webhook);
        }
        let example = example_of(&fields);
        Self {
            name: row.name.to_owned(),
            title: row.title.to_owned(),
            category: row.category.to_owned(),
            description: row.description.to_owned(),
            fields,
            recipients,
            people,
            channels,
            audience: row.audience,
            example,
            owner: Owner::Builtin,
            postable: !house::STATED_BY_HOUSE.contains(&row.name),
            version: 0,
        }
    }
}

/// Whether events of this type are somebody's own matter, and not their business's: the business's log does not show them.
pub(crate) fn is_personal(dotted: &str) -> bool {
    PERSONAL.contains(&dotted)
}

/// Whether no business may call a type of its own so: the house has such names for itself, those of today and those to come.
pub(super) fn is_reserved(dotted: &str) -> bool {
    let first = dotted.split('.').next().unwrap_or_default();
    house::NAMESPACES.iter().any(|own| first.eq_ignore_ascii_case(own))
        || house::UNTOLD.iter().any(|own| dotted.eq_ignore_ascii_case(own))
}

/// Every way by which somebody can be reached.
pub(super) fn channels_of(
    recipients: &RecipientFields,
    people: &PersonFields,
    audience: Option<Right>,
) -> Vec<ChannelKind> {
    let by_mail = !recipients.email.is_empty();
    let by_phone = !recipients.phone.is_empty();
    let in_app = audience.is_some() || !people.users.is_empty() || !people.customers.is_empty();
    let ways = [
        (ChannelKind::Email, by_mail),
        (ChannelKind::Whatsapp, by_phone),
        (ChannelKind::Sms, by_phone),
        (ChannelKind::Webhook, true),
        (ChannelKind::Inapp, in_app),
    ];
    ways.into_iter().filter(|(_, is_open)| *is_open).map(|(channel, _)| channel).collect()
}

impl From<&Field> for FieldSpec {
    fn from(field: &Field) -> Self {
        Self {
            name: field.name.to_owned(),
            kind: field.kind,
            required: field.required,
            description: field.description.to_owned(),
            example: good_value(field.kind, field.example),
        }
    }
}

/// The JSON value that is written so: what reads as a number, a list or the like where the kind allows one, else a text.
fn good_value(kind: FieldKind, written: &str) -> Json {
    let is_text = matches!(
        kind,
        FieldKind::Text
            | FieldKind::Email
            | FieldKind::Phone
            | FieldKind::Date
            | FieldKind::Datetime
            | FieldKind::Moment
            | FieldKind::Url
    );
    let read = if is_text { None } else { serde_json::from_str(written).ok() };
    read.unwrap_or_else(|| Json::from(written))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_types_of_the_documents_are_all_there_with_their_required_data() {
        let office = [
            ("invoice.sent", "invoice_id client_email invoice_number total_amount"),
            ("invoice.paid", "invoice_id client_email payment_amount"),
            ("user.clockedIn", "user_id user_name clock_in_time"),
            ("user.clockedOut", "user_id user_name clock_out_time"),
            ("payslip.generated", "employee_id employee_email payslip_number net_pay"),
            ("document.sent", "document_id recipient_email document_type"),
            ("payment.received", "payment_id client_email payment_amount"),
            ("refund.created", "refund_id client_email refund_amount"),
            ("timesheet.submitted", "timesheet_id employee_name manager_email"),
            ("timesheet.approved", "timesheet_id employee_email period"),
            ("timesheet.rejected", "timesheet_id employee_email period reason"),
        ];
        for (name, required) in office {
            let kind = find(name).unwrap_or_else(|| panic!("{name}"));
            let found: Vec<&str> = kind.fields.iter().filter(|f| f.required).map(|f| f.name.as_str()).collect();
            assert_eq!(found.join(" "), required, "{name}");
        }
        let commerce = "call.started call.completed call.transferred order.created order.updated order.completed \
             order.cancelled payment.initiated payment.completed payment.failed payment.refunded campaign.started \
             campaign.completed customer.created customer.updated";
        assert_eq!(commerce.split_whitespace().count(), 15);
        for name in commerce.split_whitespace() {
            assert!(find(name).is_some(), "{name}");
        }
        for fact in ["created", "updated", "confirmed", "rejected", "completed", "cancelled"] {
            assert!(find(&format!("appointment.{fact}")).is_some());
        }
    }

    #[test]
    fn every_row_is_whole_and_its_example_is_taken() {
        let mut names = HashSet::new();
        for kind in all() {
            assert!(names.insert(&kind.name), "{} twice", kind.name);
            assert!(super::super::name::is_name(&kind.name), "{}", kind.name);
            assert!(!kind.description.is_empty() && !kind.title.is_empty() && !kind.category.is_empty());
            kind.check(&kind.example).unwrap_or_else(|problem| panic!("{}: {problem:?}", kind.name));
            for field in &kind.fields {
                assert!(!field.description.is_empty(), "{} {}", kind.name, field.name);
                let example = field.find_in(&kind.example).unwrap_or_else(|| panic!("{} {}", kind.name, field.name));
                assert_eq!(example, &field.example);
            }
        }
    }

    #[test]
    fn what_only_this_house_knows_nobody_else_states() {
        let own: Vec<&str> = all().iter().filter(|kind| !kind.postable).map(|kind| kind.name.as_str()).collect();
        assert_eq!(own.len(), house::STATED_BY_HOUSE.len(), "{own:?}");
        let documented = [office::ROWS, commerce::ROWS].into_iter().flatten();
        assert!(documented.into_iter().all(|row| find(row.name).is_some_and(|kind| kind.postable)));
        for row in house::ROWS {
            let kind = EventType::from(row);
            assert_eq!(kind.postable, row.name.starts_with("appointment."), "{}", row.name);
            assert_eq!(kind.goes_by(ChannelKind::Webhook), !is_personal(row.name), "{}", row.name);
        }
    }

    #[test]
    fn no_business_takes_a_name_of_the_house() {
        for name in ["account.locked", "Team.lunch", "tenant.closed", "member.left", "Owner.Verified", "webhook.x.y"] {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["stock.low", "teams.lunch", "member.joined", "invoice.sent", "accounts.due"] {
            assert!(!is_reserved(name), "{name}");
        }
    }

    #[test]
    fn who_is_reached_stands_among_the_fields() {
        for row in [office::ROWS, commerce::ROWS, house::ROWS].into_iter().flatten() {
            let kind = EventType::from(row);
            let reached = kind.recipients.email.len() + kind.recipients.phone.len();
            assert_eq!(reached, row.reaches.len(), "{}", row.name);
            for name in row.users.iter().chain(row.customers) {
                assert!(kind.field(name).is_some_and(|f| f.kind == FieldKind::Reference), "{} {name}", row.name);
            }
        }
    }
}
