//! What may be saved, and how what may not is told.

use proptest::prelude::*;

use super::*;
use crate::templates::engine::tests::kind;

fn found(text: &str) -> Vec<Found> {
    inspect(text, &kind("invoice.sent"))
}

fn unknown(name: &str) -> Vec<Found> {
    vec![Found::UnknownVariable(name.into())]
}

#[test]
fn what_the_type_and_every_text_have_may_be_named() {
    for good in [
        "",
        "no places at all, $1, 🎉, مرحبا, 100 % {",
        "{{ invoice_number }} {{ total_amount|money }} {{ due_date | date }} {{ client_name|default('you')|upper }}",
        "{{ business.name }} {{ business.url }} {{ event.id }} {{ customer.name }}",
        "{% if client_name %}Hello {{ client_name }}{% elif due_date is defined %}x{% else %}y{% endif %}",
        "{% if invoice_number == 'A' and not client_name or total_amount in ['1', '2'] %}x{% endif %}",
        "{{ 'a' if client_name else 'b' }}",
        "{# a remark #}{% raw %}{{ anything }}{% endraw %}",
        "{% for part in [invoice_number, client_name] %}{{ loop.index }} {{ part }}{% endfor %}",
    ] {
        assert_eq!(found(good), [], "{good}");
    }
    let booked = kind("appointment.created");
    let good = "{{ appointment.customer.name }} {{ appointment.start|datetime }} {{ appointment.price.currency }}";
    assert_eq!(inspect(good, &booked), []);
}

#[test]
fn an_unknown_name_is_told_wherever_it_hides() {
    assert_eq!(found("{{ customer_nom }}"), unknown("customer_nom"));
    assert_eq!(found("{{ business.nom }}"), unknown("business.nom"));
    assert_eq!(found("{{ business }}"), unknown("business"));
    assert_eq!(found("{{ business['name'] }}"), unknown("business.[]"));
    assert_eq!(found("{{ client_name.first }}"), unknown("client_name.first"));
    assert_eq!(found("{% if false %}{{ hidden }}{% endif %}"), unknown("hidden"));
    assert_eq!(found("{{ total_amount|default(hidden) }}"), unknown("hidden"));
    assert_eq!(found("{% for a in hidden %}{% endfor %}"), unknown("hidden"));
    assert_eq!(found("{% for a in [1] %}{% endfor %}{{ a }}"), unknown("a"));
    assert_eq!(found("{{ loop.index }}"), unknown("loop.index"));
    assert_eq!(found("{{ x }}{{ x }}{{ y }}").len(), 2);
    let booked = kind("appointment.created");
    assert_eq!(inspect("{{ appointment }}", &booked), unknown("appointment"));
    assert_eq!(inspect("{{ appointment.customer.age }}", &booked), unknown("appointment.customer.age"));
}

#[test]
fn nothing_unescaped_unbounded_or_from_elsewhere_may_be_written() {
    assert_eq!(found("{{ client_name|safe }}"), [Found::UnknownFilter("safe".into())]);
    assert_eq!(found("{% if false %}{{ client_name|escape }}{% endif %}"), [Found::UnknownFilter("escape".into())]);
    for bad in [
        "{% autoescape false %}{{ client_name }}{% endautoescape %}",
        "{% set a = client_name %}",
        "{% set a %}x{% endset %}",
        "{% with a = client_name %}{% endwith %}",
        "{% macro m() %}x{% endmacro %}",
        "{% include 'layout.html' %}",
        "{% extends 'layout.html' %}",
        "{% filter upper %}x{% endfilter %}",
        "{% do client_name() %}",
        "{{ client_name ~ client_name }}",
        "{{ 'x' * 1000000000 }}",
        "{{ client_name + client_name }}",
        "{{ 9 ** 9999 }}",
        "{{ client_name.upper() }}",
        "{{ range(1000000) }}",
        "{{ client_name[0:2] }}",
        "{{ {'a': 1} }}",
        "{% for a in [1] recursive %}{{ a }}{% endfor %}",
        "{% for business in [1] %}{{ business }}{% endfor %}",
        "{% for client_name in [1] %}{% endfor %}",
        "{% if client_name is safe %}{% endif %}",
    ] {
        let refused = found(bad);
        assert!(matches!(refused.first(), Some(Found::NotAllowed(_))), "{bad}: {refused:?}");
    }
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    for bad in ["{{ client_name", "{% if client_name %}", "a\n{{ 1 + }}", "{% nonsense %}", "{{ }}"] {
        let refused = found(bad);
        assert!(matches!(refused.as_slice(), [Found::Syntax(_)]), "{bad}: {refused:?}");
    }
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert!(matches!(found(&deep).as_slice(), [Found::Syntax(_)]));
}

proptest! {
    #[test]
    fn no_text_breaks_the_inspection(text in "[{}%# a-z_.|'\"()\\[\\]0-9\n🎉]{0,60}") {
        let kind = kind("invoice.sent");
        if inspect(&text, &kind).is_empty() {
            // What may be saved can be read, and at worst says why it cannot be written.
            let source = crate::templates::model::Source { text, ..Default::default() };
            let written = crate::templates::engine::tests::write(&source, &kind, &kind.example, "en");
            prop_assert!(written.is_ok() || written.is_err_and(|error| !error.to_string().is_empty()));
        }
    }
}
