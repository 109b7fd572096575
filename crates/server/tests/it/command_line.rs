//! The program's commands, as an operator calls them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

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
    let settings = [
        ("PORT", "http"),
        ("CLIENT_URL", "desk"),
        ("DATABASE_URL", "mysql://x"),
        ("JWT_SECRET", "short"),
        ("LOG_LEVEL", "loud"),
    ];
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
    let (output, _data) = frontdesk(&["serve"], &[("PORT", "http"), ("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud")]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("PORT") && said.contains("LOG_FORMAT") && said.contains("LOG_LEVEL"), "{said}");
}

/// What `serve` says when it cannot start with settings that look well.
fn why_not(settings: &[(&str, &str)]) -> String {
    let secrets =
        ["JWT_SECRET", "API_KEY_SECRET", "MASTER_KEY"].map(|name| (name, "a secret that only tests know, 32+"));
    let (output, _data) = frontdesk(&["serve"], &[&secrets[..], &[("PORT", "0")], settings].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_start_that_fails_says_where_why_and_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = why_not(&[("PORT", &port)]);
    assert!(said.contains(&format!("port {port}")) && said.contains("set PORT"), "{said}");

    let said = why_not(&[("HOST", "192.0.2.1")]);
    assert!(said.contains("192.0.2.1") && said.contains("HOST"), "{said}");

    let said = why_not(&[("DATABASE_URL", "postgres://desk:open-sesame@127.0.0.1:1/salon")]);
    for part in ["127.0.0.1", "port 1", "database salon", "DATABASE_URL"] {
        assert!(said.contains(part), "{part} is missing in: {said}");
    }
    assert!(!said.contains("open-sesame"), "{said}");

    let secrets =
        ["JWT_SECRET", "API_KEY_SECRET", "MASTER_KEY"].map(|name| (name, "a secret that only tests know, 32+"));
    let wrong = [("DATA_DIR", "/dev/null/desk"), ("PORT", "http")];
    let (output, data) = frontdesk(&["check-config"], &[&secrets[..], &wrong].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("PORT"), "{}", stdout(&output));
    drop(data);
    let (served, _data) = frontdesk(&["serve"], &[&secrets[..], &wrong].concat());
    assert_eq!(served.status.code(), Some(2));
    for said in [stdout(&output), std::str::from_utf8(&served.stderr).unwrap()] {
        assert!(said.contains("DATA_DIR") && said.contains("/dev/null/desk"), "{said}");
        assert!(said.contains("a file stands") && said.contains("name another"), "{said}");
    }
}

#[test]
fn nobody_else_on_the_machine_can_read_the_data() {
    let above = tempfile::tempdir().unwrap();
    let data = above.path().join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.args(["demo", "--json"]).env_clear().env("DATA_DIR", &data);
    for name in ["JWT_SECRET", "API_KEY_SECRET", "MASTER_KEY"] {
        command.env(name, "a secret that only tests know, 32+");
    }
    assert!(command.output().unwrap().status.success());
    let rights = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(rights(&data), 0o700);
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(rights(&path) & 0o077, 0, "{}", path.display());
    }
    assert_eq!(rights(&data.join("frontdesk.db")), 0o600);
}

#[test]
fn settings_that_can_be_used_are_said_to_be() {
    let (output, data) = frontdesk(&["check-config"], &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0, "looking leaves nothing behind");
    let nowhere = data.path().join("not/yet/there");
    let (output, _data) = frontdesk(&["check-config"], &[("DATA_DIR", nowhere.to_str().unwrap())]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!data.path().join("not").exists());
    for (name, value, why) in
        [("MESSAGE_BATCH_MAX", "257", "1 to 256"), ("STORAGE_URL", "file:///dev/null/x", "a file stands")]
    {
        let (output, _data) = frontdesk(&["check-config"], &[(name, value)]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(stdout(&output).contains(name) && stdout(&output).contains(why), "{}", stdout(&output));
    }
    let (output, _data) =
        frontdesk(&["check-config"], &[("STORAGE_URL", "ftp://x"), ("SMTP_HOST", "h"), ("SMTP_FROM", "nobody")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("STORAGE_URL") && stdout(&output).contains("SMTP_FROM"), "{}", stdout(&output));
}

#[test]
fn a_bucket_can_be_checked_before_anything_else_speaks_tls() {
    let (output, _data) = frontdesk(&["check-config"], &[("STORAGE_URL", "s3://bucket/folder")]);
    assert_ne!(output.status.code(), Some(101), "it panicked: {output:?}");
    assert!([Some(0), Some(2)].contains(&output.status.code()), "{output:?}");
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
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0, "no data was made");
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
