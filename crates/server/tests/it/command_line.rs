//! The program's commands, as an operator calls them.

use std::process::{Command, Output};

use serde_json::Value;

fn frontdesk(arguments: &[&str], settings: &[(&str, &str)]) -> (Output, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.args(arguments).env_clear().env("DATA_DIR", data.path()).envs(settings.iter().copied());
    (command.output().unwrap(), data)
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

#[test]
fn every_fault_of_the_settings_is_named_at_once() {
    let settings = [("PORT", "http"), ("CLIENT_URL", "desk"), ("DATABASE_URL", "mysql://x"), ("JWT_SECRET", "short")];
    let (output, _data) = frontdesk(&["check-config"], &settings);
    assert_eq!(output.status.code(), Some(2));
    for (name, _) in settings {
        assert!(stdout(&output).contains(name), "{name} is missing in: {}", stdout(&output));
    }
    let (output, _data) = frontdesk(&["check-config", "--json"], &settings);
    assert_eq!(output.status.code(), Some(2));
    let report: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(report["ok"], false);
    assert!(report["faults"].as_array().unwrap().len() >= settings.len(), "{report:#}");
    assert!(!stdout(&output).contains("short"), "a refused secret is not shown");
}

#[test]
fn serve_does_not_start_with_settings_it_cannot_use() {
    let (output, _data) = frontdesk(&["serve"], &[("PORT", "http"), ("LOG_FORMAT", "xml")]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("PORT") && said.contains("LOG_FORMAT"), "{said}");
}

#[test]
fn settings_that_can_be_used_are_said_to_be() {
    let (output, data) = frontdesk(&["check-config"], &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(data.path().join("secrets").is_dir(), "secrets are made on first use");
    let (output, _data) =
        frontdesk(&["check-config"], &[("STORAGE_URL", "ftp://x"), ("SMTP_HOST", "h"), ("SMTP_FROM", "nobody")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("STORAGE_URL") && stdout(&output).contains("SMTP_FROM"), "{}", stdout(&output));
}

#[test]
fn migrate_brings_a_database_up_to_date_once() {
    let data = tempfile::tempdir().unwrap();
    let run = |json: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
        command.arg("migrate").env_clear().env("DATA_DIR", data.path());
        command.args(json.then_some("--json")).output().unwrap()
    };
    let first = run(true);
    assert!(first.status.success(), "{first:?}");
    let report: Value = serde_json::from_str(stdout(&first)).expect("nothing but the report is written");
    assert!(report["applied"].as_i64().unwrap() >= 5, "{report}");
    assert!(stdout(&run(false)).contains("up to date"));
}

#[test]
fn the_documents_are_written_without_a_trace() {
    let (output, data) = frontdesk(&["openapi"], &[("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")]);
    assert!(output.status.success(), "{output:?}");
    let document: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert!(document["paths"]["/api/auth/register"].is_object());
    let (output, _data) = frontdesk(&["openapi", "--sockets"], &[]);
    let document: Value = serde_json::from_str(stdout(&output)).unwrap();
    assert_eq!(document["asyncapi"], "3.0.0");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0, "no data was made");
}

#[test]
fn help_names_every_command_and_setting() {
    let (output, _data) = frontdesk(&["--help"], &[]);
    for word in ["serve", "migrate", "check-config", "openapi", "DATABASE_URL", "SIMULATORS", "Examples"] {
        assert!(stdout(&output).contains(word), "{word} is missing");
    }
    let (output, _data) = frontdesk(&["launch"], &[]);
    assert_eq!(output.status.code(), Some(2));
}
