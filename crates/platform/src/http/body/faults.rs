//! Everything that is wrong with a body, not only what reading stumbled over first. Nothing of this runs for a body that
//! can be read: a refused one is read again field by field, so each present field tells its own fault, and the type's own
//! description says which are missing.

use kernel::{Problem, problem::FieldError};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::{Flaw, read};

/// Faults named in one refusal.
const FAULTS_MAX: usize = 50;
/// Fields that are looked at one by one.
const FIELDS_MAX: usize = 200;
/// Faults looked for within one field.
const FAULTS_WITHIN_MAX: usize = 10;

/// The refusal that names every fault of `bytes`. `required` are the fields that the type cannot do without.
pub(super) fn name_all<T: DeserializeOwned>(bytes: &[u8], first: Problem, required: &[String]) -> Problem {
    let Ok(Value::Object(body)) = serde_json::from_slice::<Value>(bytes) else { return first };
    let mut errors = first.errors;
    let mut sound = body.clone();
    for (name, value) in body.iter().take(FIELDS_MAX) {
        let found = faults_of::<T>(name, value);
        if !found.is_empty() {
            sound.remove(name);
        }
        found.into_iter().for_each(|fault| add(&mut errors, fault));
    }
    let absent = |fault: &FieldError| fault.code == "REQUIRED" && !fault.field.contains(['.', '[']);
    if let Err(flaw) = read::<T>(Value::Object(sound).to_string().as_bytes())
        && let [fault] = flaw.problem.errors.as_slice()
        && absent(fault)
    {
        let others = required.iter().map(|name| missing(name));
        let missing = std::iter::once(fault.clone()).chain(others);
        missing.filter(|fault| !body.contains_key(&fault.field)).for_each(|fault| add(&mut errors, fault));
    }
    Problem::validation(errors)
}

/// What is left of a body without the fields that `errors` name; an empty text stands for each that must be there. Nothing,
/// when it cannot be read like that either.
pub(super) fn read_rest<T: DeserializeOwned>(bytes: &[u8], errors: &[FieldError]) -> Option<T> {
    let Ok(Value::Object(mut rest)) = serde_json::from_slice::<Value>(bytes) else { return None };
    rest.retain(|name, _| !errors.iter().any(|fault| is_within(&fault.field, name)));
    for fault in errors.iter().filter(|fault| !fault.field.contains(['.', '['])) {
        if let Ok(read) = read::<T>(Value::Object(rest.clone()).to_string().as_bytes()) {
            return Some(read);
        }
        let mut filled = rest.clone();
        filled.insert(fault.field.clone(), Value::String(String::new()));
        // What is not known here, or may be left out and is no text, stays out.
        let is_better = |flaw: &Flaw| flaw.problem.errors.iter().all(|still| !is_within(&still.field, &fault.field));
        if read::<T>(Value::Object(filled.clone()).to_string().as_bytes())
            .map_or_else(|flaw| is_better(&flaw), |_| true)
        {
            rest = filled;
        }
    }
    read::<T>(Value::Object(rest).to_string().as_bytes()).ok()
}

fn missing(name: &str) -> FieldError {
    FieldError { field: name.to_owned(), code: "REQUIRED".into(), message: "is required".to_owned() }
}

fn add(errors: &mut Vec<FieldError>, fault: FieldError) {
    if errors.len() < FAULTS_MAX && errors.iter().all(|known| known.field != fault.field) {
        errors.push(fault);
    }
}

/// What is wrong with one field, as if it were sent alone; what is wrong within it is taken out to see what comes behind.
fn faults_of<T: DeserializeOwned>(name: &str, value: &Value) -> Vec<FieldError> {
    let mut alone = Value::Object(Map::from_iter([(name.to_owned(), value.clone())]));
    let mut found: Vec<FieldError> = Vec::new();
    while found.len() < FAULTS_WITHIN_MAX {
        let Err(flaw) = read::<T>(alone.to_string().as_bytes()) else { break };
        let Flaw { problem, path } = *flaw;
        let Some(fault) = problem.errors.into_iter().find(|fault| is_within(&fault.field, name)) else { break };
        if found.iter().any(|known| known.field == fault.field) {
            break;
        }
        found.push(fault);
        if path.len() < 2 || !take_out(&mut alone, &path) {
            break;
        }
    }
    found
}

fn is_within(field: &str, name: &str) -> bool {
    field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Removes the member at the path; elements of lists stay, so that the others keep their places.
fn take_out(value: &mut Value, path: &[Segment]) -> bool {
    let Some((Segment::Map { key: last }, way)) = path.split_last() else { return false };
    let mut at = value;
    for step in way {
        let next = match step {
            Segment::Map { key } => at.get_mut(key),
            Segment::Seq { index } => at.get_mut(index),
            _ => None,
        };
        let Some(next) = next else { return false };
        at = next;
    }
    at.as_object_mut().is_some_and(|object| object.remove(last).is_some())
}
