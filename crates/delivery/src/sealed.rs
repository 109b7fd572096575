//! The columns of this floor whose values are sealed, for whoever changes the master key.

use kernel::Id;
use platform::db::sealed::{KeyColumn, SealedColumn};

use crate::{settings, webhooks, whatsapp};

/// All of them.
pub const SEALED: [SealedColumn; 5] = [
    SealedColumn {
        table: "channel_settings",
        column: "secrets",
        keys: &[KeyColumn::Uuid("tenant_id")],
        place: |keys| settings::place(Id::from_uuid(keys[0].uuid())).into_bytes(),
        sealed_in: "crates/delivery/src/settings/store.rs",
    },
    SealedColumn {
        table: "webhooks",
        column: "secrets",
        keys: &[KeyColumn::Uuid("tenant_id"), KeyColumn::Uuid("id")],
        place: |keys| webhooks::place(Id::from_uuid(keys[0].uuid()), Id::from_uuid(keys[1].uuid())).into_bytes(),
        sealed_in: "crates/delivery/src/webhooks/secret.rs",
    },
    SealedColumn {
        table: "push_keys",
        column: "sealed",
        keys: &[KeyColumn::Text("name")],
        place: |keys| keys[0].text().as_bytes().to_vec(),
        sealed_in: "crates/delivery/src/push/vapid.rs",
    },
    SealedColumn {
        table: "whatsapp_sessions",
        column: "code",
        keys: &[KeyColumn::Uuid("tenant_id")],
        place: |keys| whatsapp::place_of_code(Id::from_uuid(keys[0].uuid())).into_bytes(),
        sealed_in: "crates/delivery/src/whatsapp/follow.rs",
    },
    SealedColumn {
        table: "whatsapp_keys",
        column: "value",
        keys: &[KeyColumn::Uuid("tenant_id"), KeyColumn::Text("kind"), KeyColumn::Text("name")],
        place: |keys| {
            whatsapp::place_of_key(Id::from_uuid(keys[0].uuid()), keys[1].text(), keys[2].text()).into_bytes()
        },
        sealed_in: "crates/delivery/src/whatsapp/keys.rs",
    },
];
