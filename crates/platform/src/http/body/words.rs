//! What reading a value stumbled over, in words for whoever sent it: serde speaks of Rust's types.

/// The same for people.
pub(super) fn plain(text: &str) -> String {
    let text = text.split(" at line ").next().unwrap_or(text);
    if let Some((_, known)) = text.strip_prefix("unknown variant ").and_then(|rest| rest.split_once(", expected ")) {
        let words: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        return match words.as_slice() {
            [] => "is not known here".to_owned(),
            [only] => format!("must be {only}"),
            several => format!("must be one of {}", several.join(", ")),
        };
    }
    if ["invalid type: ", "invalid value: ", "invalid length "].iter().any(|prefix| text.starts_with(prefix))
        && let Some((_, expected)) = text.rsplit_once("expected ")
    {
        return format!("must be {}", kind(expected));
    }
    // From a query, whose values are texts that numbers and switches are read from.
    if text.contains("digit found in string")
        || text.starts_with("cannot parse integer")
        || text.starts_with("number too")
    {
        return "must be a whole number in its range".to_owned();
    }
    if text.starts_with("invalid float") {
        return "must be a number".to_owned();
    }
    if text.starts_with("provided string was not `true` or `false`") {
        return "must be true or false".to_owned();
    }
    text.to_owned()
}

fn kind(expected: &str) -> &str {
    match expected {
        "i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize" | "integer" => {
            "a whole number in its range"
        }
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" | "string" | "a borrowed string" | "str" | "a character" => "a text",
        "a sequence" | "sequence" => "a list",
        "a map" | "map" | "unit" => "an object",
        other if other.starts_with("struct ") => "an object",
        other if other.starts_with("a tuple") || other.starts_with("an array") || other.starts_with("tuple ") => {
            "a list"
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nobody_reads_of_rusts_types() {
        for (said, plainly) in [
            ("invalid type: string \"sunday\", expected u8 at line 1 column 9", "must be a whole number in its range"),
            ("invalid value: integer `-1`, expected u32", "must be a whole number in its range"),
            ("invalid type: integer `5`, expected a string", "must be a text"),
            ("invalid type: null, expected struct Settings", "must be an object"),
            ("invalid length 0, expected an object", "must be an object"),
            ("invalid type: map, expected a sequence", "must be a list"),
            ("unknown variant `mega`, expected one of `low`, `high`", "must be one of low, high"),
            ("unknown variant `two`, expected `one`", "must be one"),
            ("unknown variant `x`, expected `a` or `b`", "must be one of a, b"),
            ("invalid digit found in string", "must be a whole number in its range"),
            ("must look like 2026-05-15", "must look like 2026-05-15"),
        ] {
            assert_eq!(plain(said), plainly, "{said}");
        }
    }
}
