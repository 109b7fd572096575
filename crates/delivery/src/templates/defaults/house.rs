//! What the house's own facts say: appointments and messages.

use super::Wording;

pub(super) const WORDINGS: &[Wording] = &[
    Wording {
        kind: "appointment.created",
        subject: "{% if appointment.status == \"confirmed\" %}Your appointment on {{ appointment.start|date }}{% else %}We have your booking for {{ appointment.start|date }}{% endif %}",
        lead: "{% if appointment.status == \"confirmed\" %}Your appointment is confirmed. We look forward to seeing you.{% else %}Thank you for your booking. We will confirm it soon.{% endif %}",
        details: &[
            ("Service", "appointment.service"),
            ("When", "appointment.start"),
            ("With", "appointment.staffName"),
            ("Price", "appointment.price"),
            ("Your note", "appointment.notes"),
        ],
        button: None,
        closing: "If you cannot come, please tell us early.",
        short: "{{ business.name }}: {% if appointment.status == \"confirmed\" %}your appointment is confirmed{% else %}we have your booking and will confirm it soon{% endif %}: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.staffName %} with {{ appointment.staffName }}{% endif %}.",
        notice: (
            "Appointment booked",
            "{{ appointment.customer.name }}: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.staffName %} with {{ appointment.staffName }}{% endif %}",
        ),
    },
    Wording {
        kind: "appointment.updated",
        subject: "Your appointment has changed",
        lead: "Something about your appointment has changed. This is how it stands now:",
        details: &[
            ("Service", "appointment.service"),
            ("When", "appointment.start"),
            ("With", "appointment.staffName"),
            ("Price", "appointment.price"),
        ],
        button: None,
        closing: "If this does not suit you, please tell us.",
        short: "{{ business.name }}: your appointment has changed: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.staffName %} with {{ appointment.staffName }}{% endif %}.",
        notice: (
            "Appointment changed",
            "{{ appointment.customer.name }}: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.staffName %} with {{ appointment.staffName }}{% endif %}",
        ),
    },
    Wording {
        kind: "appointment.confirmed",
        subject: "Confirmed: {{ appointment.service }} on {{ appointment.start|date }}",
        lead: "Your appointment is confirmed. We look forward to seeing you.",
        details: &[
            ("Service", "appointment.service"),
            ("When", "appointment.start"),
            ("With", "appointment.staffName"),
            ("Price", "appointment.price"),
        ],
        button: None,
        closing: "If you cannot come, please tell us early.",
        short: "{{ business.name }}: confirmed: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.staffName %} with {{ appointment.staffName }}{% endif %}.",
        notice: (
            "Appointment confirmed",
            "{{ appointment.customer.name }}: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.staffName %} with {{ appointment.staffName }}{% endif %}",
        ),
    },
    Wording {
        kind: "appointment.rejected",
        subject: "We cannot take your booking for {{ appointment.start|date }}",
        lead: "We are sorry: we cannot take your booking. Please choose another time.",
        details: &[("Service", "appointment.service"), ("When", "appointment.start"), ("Reason", "appointment.reason")],
        button: None,
        closing: "You can find free times at {{ business.url }}.",
        short: "{{ business.name }}: we cannot take your booking for {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.reason %}: {{ appointment.reason }}{% endif %}. Other times: {{ business.url }}",
        notice: (
            "Appointment declined",
            "{{ appointment.customer.name }}: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.reason %} – {{ appointment.reason }}{% endif %}",
        ),
    },
    Wording {
        kind: "appointment.completed",
        subject: "Thank you for coming to {{ business.name }}",
        lead: "Thank you for your visit. We hope to see you again soon.",
        details: &[
            ("Service", "appointment.service"),
            ("When", "appointment.start"),
            ("With", "appointment.staffName"),
        ],
        button: None,
        closing: "Book your next visit at {{ business.url }}.",
        short: "{{ business.name }}: thank you for your visit! Your next one: {{ business.url }}",
        notice: (
            "Appointment completed",
            "{{ appointment.customer.name }}: {{ appointment.service }}{% if appointment.staffName %} with {{ appointment.staffName }}{% endif %}",
        ),
    },
    Wording {
        kind: "appointment.cancelled",
        subject: "Cancelled: {{ appointment.service }} on {{ appointment.start|date }}",
        lead: "Your appointment was cancelled.",
        details: &[("Service", "appointment.service"), ("When", "appointment.start"), ("Reason", "appointment.reason")],
        button: None,
        closing: "You can find other times at {{ business.url }}.",
        short: "{{ business.name }}: your appointment was cancelled: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.reason %}: {{ appointment.reason }}{% endif %}.",
        notice: (
            "Appointment cancelled",
            "{{ appointment.customer.name }}: {{ appointment.service }}, {{ appointment.start|datetime }}{% if appointment.reason %} – {{ appointment.reason }}{% endif %}",
        ),
    },
    Wording {
        kind: "message.created",
        subject: "{{ senderName }} wrote to you",
        lead: "{{ senderName }} wrote to you at {{ business.name }}{% if preview %}:{% else %}.{% endif %}",
        details: &[("Message", "preview")],
        button: None,
        closing: "Sign in to read it and to answer.",
        short: "{{ business.name }}: {{ senderName }} wrote to you{% if preview %}: {{ preview }}{% endif %}",
        notice: ("{{ senderName }}", "{% if preview %}{{ preview }}{% else %}A new message{% endif %}"),
    },
    Wording {
        kind: "tenant.created",
        subject: "Welcome to Frontdesk",
        lead: "{{ business.name }} is open. Add what you offer and when, and share your page with your customers.",
        details: &[],
        button: None,
        closing: "Your page: {{ business.url }}",
        short: "{{ business.name }} is open: {{ business.url }}",
        notice: (
            "Welcome",
            "{{ business.name }} is open. Add what you offer and when, then share your page: {{ business.url }}",
        ),
    },
];
