//! Changing the master key: everything that is sealed opens before, while and after, and an interruption loses nothing.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use delivery::whatsapp::KeyStore;
use frontdesk::sealed;
use serde_json::{Value, json};

use crate::harness::{App, Business, text};

const OLD: &str = "a secret that only tests know, 32+";
const NEW: &str = "another secret that only tests know";

/// A business with a value in each sealed column.
async fn furnished(app: &App) -> Business {
    let salon = app.business("Salon").await;
    let smtp = json!({"useCustomerSmtp": true, "smtp": {"host": "mail.example.com", "port": 587, "from": "a@example.com",
        "user": "salon", "password": "hunter2"}});
    app.put("/api/settings/channels").bearer(&salon.token).json(smtp).send().await.data(200);
    let hook = json!({"url": app.hook("/in"), "events": ["*"]});
    app.post("/api/webhooks").bearer(&salon.token).json(hook).send().await.expect(201);
    let kept = json!({"name": "Cut", "duration": 30, "price": 500});
    app.post("/api/services").bearer(&salon.token).key("once").json(kept).send().await.data(201);
    app.post("/api/auth/2fa/setup").bearer(&salon.token).send().await.data(200);
    app.post("/api/auth/forgot-password").json(json!({"email": salon.email})).send().await.data(200);
    app.run_due_jobs().await;
    app.get("/api/push/key").bearer(&salon.token).send().await.data(200);
    let phone = KeyStore::new(app.house().platform.clone(), salon.tenant());
    phone.keep("noise", "key", b"what the phone knows").await.unwrap();
    let code = app.house().platform.crypto().sealer();
    let place = format!("tenant/{}/whatsapp/code", salon.tenant());
    let sealed = code.seal(b"2@scan-me", place.as_bytes()).unwrap();
    let now = app.world().now();
    let insert = "INSERT INTO whatsapp_sessions (tenant_id, status, wanted, paired, code, leased_until, updated_at) VALUES (?, 'qr_ready', ?, ?, ?, ?, ?)";
    app.execute(insert, vec![salon.tenant().into(), true.into(), false.into(), sealed.into(), now.into(), now.into()])
        .await;
    salon
}

/// Whether all of it still means what it did.
async fn is_whole(app: &App, salon: &Business) {
    let kept = json!({"name": "Cut", "duration": 30, "price": 500});
    let again = app.post("/api/services").bearer(&salon.token).key("once").json(kept).send().await;
    assert_eq!(again.header("idempotency-replayed"), "true", "the kept answer opens");
    let phone = KeyStore::new(app.house().platform.clone(), salon.tenant());
    assert_eq!(phone.find("noise", "key").await.unwrap().as_deref(), Some(&b"what the phone knows"[..]));
    let settings = app.get("/api/settings/channels").bearer(&salon.token).send().await.data(200);
    assert_eq!(settings["smtp"]["hasPassword"], true, "{settings:#}");
    for column in sealed::columns() {
        assert!(column.count_all(app.house().platform.db()).await.unwrap() > 0, "{} is tried", column.table);
    }
}

/// Values of each column that the node's own key did not seal.
async fn outdated(app: &App) -> u64 {
    sealed::count(&app.house().platform).await.unwrap().iter().map(|(_, of)| of.outdated).sum()
}

both_databases! {
    async fn everything_sealed_is_sealed_anew_while_servers_read_either_key(app: App) {
        let salon = furnished(&app).await;
        let reads_both = app.node(&[("MASTER_KEY", OLD), ("MASTER_KEY_OLD", NEW)]).await;
        let next = app.node(&[("MASTER_KEY", NEW), ("MASTER_KEY_OLD", OLD)]).await;
        is_whole(&next, &salon).await;
        let before = outdated(&next).await;
        assert!(before >= 5, "{before}");
        let outcomes = sealed::reseal(&next.house().platform).await.unwrap();
        assert!(outcomes.iter().all(|(_, of)| of.resealed == of.outdated && of.resealed > 0 && of.unreadable == 0), "{outcomes:?}");
        assert_eq!(outdated(&next).await, 0);
        is_whole(&next, &salon).await;
        is_whole(&reads_both, &salon).await;
        let only_new = app.node(&[("MASTER_KEY", NEW)]).await;
        is_whole(&only_new, &salon).await;
        assert_eq!(sealed::reseal(&next.house().platform).await.unwrap().iter().map(|(_, of)| of.resealed).sum::<u64>(), 0);
    }

    async fn an_interrupted_change_goes_on_where_it_ended(app: App) {
        let salon = furnished(&app).await;
        let phone = KeyStore::new(app.house().platform.clone(), salon.tenant());
        for n in 0..250 {
            phone.keep("sender", &format!("key-{n}"), format!("value {n}").as_bytes()).await.unwrap();
        }
        let next = app.node(&[("MASTER_KEY", NEW), ("MASTER_KEY_OLD", OLD)]).await;
        let platform = &next.house().platform;
        // As a crash leaves it: some columns done, one of them with a row put back as it was.
        let half = sealed::columns();
        half[0].reseal_all(platform.db(), platform.crypto()).await.unwrap();
        phone.keep("sender", "key-3", b"value 3").await.unwrap();
        is_whole(&next, &salon).await;
        let left = outdated(&next).await;
        assert!(left >= 250);
        let done: u64 = sealed::reseal(platform).await.unwrap().iter().map(|(_, of)| of.resealed).sum();
        assert_eq!(done, left);
        let only_new = app.node(&[("MASTER_KEY", NEW)]).await;
        is_whole(&only_new, &salon).await;
        let phone = KeyStore::new(only_new.house().platform.clone(), salon.tenant());
        assert_eq!(phone.find_all("sender", "key-").await.unwrap().len(), 250);
    }

    async fn what_opens_with_no_key_is_named_and_left(app: App) {
        let salon = furnished(&app).await;
        app.execute("UPDATE webhooks SET secrets = ?", vec![vec![1_u8; 60].into()]).await;
        let next = app.node(&[("MASTER_KEY", NEW), ("MASTER_KEY_OLD", OLD)]).await;
        for every in [false, true] {
            let seen = sealed::look_through(&next.house().platform, every).await.unwrap();
            let unreadable: Vec<(&str, u64)> =
                seen.iter().filter(|(_, of)| of.unreadable > 0).map(|(name, of)| (name.as_str(), of.unreadable)).collect();
            assert_eq!(unreadable, [("webhooks.secrets", 1)], "a dry run finds it too");
            assert!(seen.iter().all(|(_, of)| of.resealed == 0) && outdated(&next).await > 1, "and changes nothing");
        }
        let outcomes = sealed::reseal(&next.house().platform).await.unwrap();
        let hooks = outcomes.iter().find(|(name, _)| name == "webhooks.secrets").unwrap().1;
        assert_eq!((hooks.outdated, hooks.resealed, hooks.unreadable), (1, 0, 1));
        is_whole(&next, &salon).await;
    }
}

fn rotate(data: &Path, arguments: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_frontdesk"));
    command.arg("rotate-key").arg("--json").args(arguments).env_clear().env("DATA_DIR", data);
    let output = command.envs(settings.iter().copied()).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}

#[test]
fn a_key_that_the_program_made_is_changed_and_the_one_before_removed() {
    let data = tempfile::tempdir().unwrap();
    let (status, report) = rotate(data.path(), &["--dry-run"], &[]);
    assert_eq!((status, &report["dryRun"]), (Some(0), &json!(true)), "{report:#}");
    let secret = |name: &str| fs::read_to_string(data.path().join("secrets").join(name));
    let first = secret("master_key").unwrap();
    let (status, report) = rotate(data.path(), &[], &[]);
    assert_eq!(status, Some(0), "{report:#}");
    let second = secret("master_key").unwrap();
    assert_ne!(first, second);
    assert!(secret("master_key_old").is_err(), "nothing needs it any more");

    // A crash after the new key was made and before the rest was done: the new one stays.
    fs::write(data.path().join("secrets/master_key_old"), &first).unwrap();
    assert_eq!(rotate(data.path(), &[], &[]).0, Some(0));
    assert_eq!(secret("master_key").unwrap(), second);
    assert!(secret("master_key_old").is_err());
}

#[test]
fn a_key_of_the_operators_own_needs_the_one_before() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(rotate(data.path(), &[], &[("MASTER_KEY", NEW)]).0, Some(1));
    assert_eq!(rotate(data.path(), &[], &[("MASTER_KEY", NEW), ("MASTER_KEY_OLD", "short")]).0, Some(2));
    let (status, report) = rotate(data.path(), &[], &[("MASTER_KEY", NEW), ("MASTER_KEY_OLD", OLD)]);
    assert_eq!(status, Some(0), "{report:#}");
    assert!(report["columns"].as_array().unwrap().iter().any(|of| text(&of["column"]) == "webhooks.secrets"));
}

#[test]
fn a_dry_run_refuses_what_the_real_run_refuses_and_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let both = [("MASTER_KEY", NEW), ("MASTER_KEY_OLD", OLD)];
    for settings in [&[("MASTER_KEY", NEW)][..], &[("MASTER_KEY", NEW), ("MASTER_KEY_OLD", NEW)], &both] {
        let (dry, real) = (rotate(data.path(), &["--dry-run"], settings).0, rotate(data.path(), &[], settings).0);
        assert_eq!(dry, real, "{settings:?}");
    }
    assert_eq!(rotate(data.path(), &["--dry-run"], &[("MASTER_KEY", NEW)]).0, Some(1));
    assert_eq!(rotate(data.path(), &["--dry-run"], &both).0, Some(0));
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// A new sealed column must be listed, or a change of the key would lose it.
#[test]
fn every_source_that_seals_is_among_the_columns() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut all = Vec::new();
    for floor in fs::read_dir(root.join("crates")).unwrap() {
        files(&floor.unwrap().path().join("src"), &mut all);
    }
    let seals = |text: &str| {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let dense: String = code.split_whitespace().collect();
        dense.contains("sealer().seal(") || dense.contains("sealer.seal(")
    };
    let place = |path: &std::path::PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
    // A challenge lives for five minutes: whoever is asked while the key changes asks again.
    let own =
        ["crates/platform/src/db/sealed.rs", "crates/server/src/sealed.rs", "crates/people/src/passkeys/challenges.rs"];
    let found: BTreeSet<String> = all
        .iter()
        .filter(|path| seals(&fs::read_to_string(path).unwrap()))
        .map(place)
        .filter(|path| !own.contains(&path.as_str()) && !path.contains("/tests/"))
        .collect();
    let listed: BTreeSet<String> = sealed::columns().iter().map(|column| column.sealed_in.to_owned()).collect();
    assert_eq!(found, listed, "left: sources that seal; right: the columns of crates/server/src/sealed.rs");
}
