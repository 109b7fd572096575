//! Where values may stand in HTML, and where not.

use proptest::prelude::*;

use super::*;
use crate::templates::engine::tests::kind;

fn found(html: &str) -> Vec<String> {
    let places = unsafe_places(html, &kind("invoice.sent"));
    places.iter().map(|found| found.tell().1).collect()
}

#[test]
fn text_and_quoted_attributes_take_values() {
    for good in [
        "",
        "<p>Hello {{ client_name }}, 1 < 2 & {{ invoice_number }}</p>",
        "<p title=\"{{ client_name }}\" class='{{ client_name }} b' dir=auto>x</p>",
        "<a href=\"{{ invoice_url }}\">See</a><a href='{{ invoice_url }}?by={{ client_name }}'>See</a>",
        "<a href=\" HTTPS://shop.example.com/{{ invoice_number }}\">x</a><a href=\"mailto:{{ client_email }}\">x</a>",
        "<a href=\"{{ business.url }}/{{ invoice_number }}\">x</a>",
        "<a href=\"{{ invoice_url if invoice_url else business.url }}\">x</a>",
        "<a href=\"{% if invoice_url %}{{ invoice_url }}{% else %}https://example.com/{% endif %}\">x</a>",
        "<td {% if client_name %}class=\"a\" {% endif %}title=\"{{ client_name }}\">x</td>",
        "{% if client_name %}<b>{{ client_name }}{% else %}<b>you{% endif %}</b>",
        "{% for part in [client_name] %}<li title=\"{{ part }}\">{{ part }}</li>{% endfor %}",
        "<!-- a remark --><p>{{ client_name }}</p><!-- -- > --->{{ client_name }}",
        "<!doctype html><html><head><title>{{ client_name }}</title><style>a > b { color: red }</style></head>{{ client_name }}",
        "<script>if (1 < 2) '</scripts>'</script>{{ client_name }}",
        "<p style=\"margin:0\" onclick=\"go()\">{{ client_name }}</p><br/>{{ client_name }}<img src=\"http://a/b\"/>",
        "{# <script> #}{{ client_name }}{% raw %}{{ x }}{% endraw %}",
    ] {
        assert_eq!(found(good), [""; 0], "{good}");
    }
}

#[test]
fn a_value_stands_nowhere_where_escaping_does_not_help() {
    for (bad, place) in [
        ("<a href={{ client_name }}>x</a>", "without quotes; write href="),
        ("<a title=a{{ client_name }}>x</a>", "without quotes; write title="),
        ("<a title = {{ client_name }}>x</a>", "without quotes"),
        ("<{{ client_name }}>", "in a tag"),
        ("</{{ client_name }}>", "in a tag"),
        ("<h{{ client_name }}>", "in a tag"),
        ("<a {{ client_name }}>", "in a tag"),
        ("<a data-{{ client_name }}=\"1\">", "in a tag"),
        ("<a title=\"x\"{{ client_name }}>", "in a tag"),
        ("<script>var a = \"{{ client_name }}\"</script>", "inside of <script>"),
        ("<SCRIPT type='x'>{{ client_name }}", "inside of <script>"),
        ("<script></scripts>{{ client_name }}</script>", "inside of <script>"),
        ("<style>p { color: {{ client_name }} }</style>", "inside of <style>"),
        ("<!-- {{ client_name }} -->", "in a comment"),
        ("<!-- <p> -- > {{ client_name }} -->", "in a comment"),
        ("<!doctype {{ client_name }}>", "in a comment"),
        ("<p onclick=\"f('{{ client_name }}')\">", "the attribute onclick of <p>"),
        ("<p ONCLICK='{{ client_name }}'>", "the attribute onclick of <p>"),
        ("<p style=\"color:{{ client_name }}\">", "the attribute style of <p>"),
        ("<iframe srcdoc=\"{{ client_name }}\">", "the attribute srcdoc"),
        ("<meta http-equiv=refresh content=\"0;{{ client_name }}\">", "the attribute content of <meta>"),
        ("<a href=\"{{ client_name }}\">", "at the beginning of href"),
        ("<a href=\"java{{ client_name }}\">", "at the beginning of href"),
        ("<a href=\"javascript:f('{{ client_name }}')\">", "at the beginning of href"),
        ("<img src='{{ client_name }}'>", "at the beginning of src"),
        ("<a href=\"{{ invoice_url }}{{ client_name }}\">", "at the beginning of href"),
        ("<a href=\"{{ invoice_url }}script:{{ client_name }}\">", "at the beginning of href"),
        ("<a href=\"{% if due_date %}{{ invoice_url }}{% endif %}{{ client_name }}\">", "at the beginning of href"),
        ("<a href=\"{% if due_date %}http{% endif %}://{{ client_name }}\">", "at the beginning of href"),
        ("<a href=\"{{ invoice_url|default(client_name) }}\">", "at the beginning of href"),
        ("<a {% if due_date %}on{% endif %}click=\"{{ client_name }}\">", "the attribute ?click"),
        ("{% if due_date %}<!--{% endif %}{{ client_name }}", "leaves a tag or a comment open"),
        ("{% for part in [due_date] %}<a title=\"{% endfor %}{{ client_name }}", "leaves a tag or a comment open"),
    ] {
        let told = found(bad);
        assert!(told.len() == 1 && told[0].contains(place), "{bad}: {told:?}");
    }
}

#[test]
fn each_place_is_told_with_its_line() {
    let told = found("<p>\n<a href={{ client_name }}>\n<script>{{ client_name }}</script>");
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("line 2: ") && told[1].starts_with("line 3: "), "{told:?}");
}

proptest! {
    #[test]
    fn no_text_makes_the_walk_panic(text in "[<>a!/=\"' {}%\\-sé]{0,60}") {
        found(&text);
    }
}
