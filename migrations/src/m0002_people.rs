//! Tables of the people floor: businesses, the users who run them, their customers, and who is signed in.
//! Ids are UUIDs, times milliseconds since 1970, roles and kinds words; e-mail addresses are stored in lower case.
//! Customers and sessions name their tenant without a foreign key: a tenant may be placed in a database of its own.

use sea_orm_migration::{prelude::*, schema::*};

/// Tenants, users, memberships, customers, sessions, refresh tokens, sign-in links.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [tenants(), users(), memberships(), customers(), sessions(), refresh_tokens(), sign_in_links()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).take()
}

fn tenants() -> TableCreateStatement {
    table("tenants")
        .col(pk_uuid("id"))
        .col(text("name"))
        .col(text("slug").unique_key())
        .col(text("invite_code").unique_key())
        .col(text("timezone"))
        .col(text("currency"))
        .col(text("country"))
        .col(text_null("about"))
        .col(text_null("phone"))
        .col(text_null("address"))
        .col(text_null("brand_color"))
        .col(integer("after_care_days").default(7))
        .col(big_integer("version").default(1))
        .col(big_integer("created_at"))
        .col(big_integer_null("suspended_at"))
        .col(text_null("database_url"))
        .take()
}

fn users() -> TableCreateStatement {
    table("users")
        .col(pk_uuid("id"))
        .col(text("email").unique_key())
        .col(text("name"))
        .col(text_null("first_name"))
        .col(text_null("last_name"))
        .col(text_null("phone"))
        .col(text("password_hash"))
        .col(big_integer_null("email_verified_at"))
        .col(boolean("operator").default(false))
        .col(big_integer_null("suspended_at"))
        .col(big_integer("created_at"))
        .take()
}

fn memberships() -> TableCreateStatement {
    table("memberships")
        .col(uuid("tenant_id"))
        .col(uuid("user_id"))
        .col(text("role"))
        .col(big_integer("created_at"))
        .col(big_integer("last_used_at"))
        .primary_key(Index::create().col("tenant_id").col("user_id"))
        .foreign_key(ForeignKey::create().from("memberships", "tenant_id").to("tenants", "id"))
        .foreign_key(ForeignKey::create().from("memberships", "user_id").to("users", "id"))
        .take()
}

fn customers() -> TableCreateStatement {
    table("customers")
        .col(pk_uuid("id"))
        .col(uuid("tenant_id"))
        .col(text_null("email"))
        .col(text_null("phone"))
        .col(text("name"))
        .col(text_null("password_hash"))
        .col(big_integer_null("last_login_at"))
        .col(big_integer("created_at"))
        .take()
}

fn sessions() -> TableCreateStatement {
    table("sessions")
        .col(pk_uuid("id"))
        .col(text("kind"))
        .col(uuid("person_id"))
        .col(uuid("tenant_id"))
        .col(big_integer("created_at"))
        .col(big_integer("last_seen_at"))
        .col(big_integer("expires_at"))
        .col(text_null("ip"))
        .col(text_null("user_agent"))
        .col(big_integer_null("revoked_at"))
        .col(text_null("revoked_reason"))
        .take()
}

fn refresh_tokens() -> TableCreateStatement {
    table("refresh_tokens")
        .col(blob("digest").primary_key())
        .col(uuid("session_id"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("replaced_at"))
        .col(blob_null("replaced_by"))
        .foreign_key(
            ForeignKey::create()
                .from("refresh_tokens", "session_id")
                .to("sessions", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

fn sign_in_links() -> TableCreateStatement {
    table("sign_in_links")
        .col(blob("digest").primary_key())
        .col(uuid("tenant_id"))
        .col(uuid("customer_id"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("used_at"))
        .take()
}

fn index(name: &'static str, on: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(on).take();
    for column in columns {
        index.col(*column);
    }
    index
}

fn indexes() -> [IndexCreateStatement; 7] {
    [
        index("memberships_by_user", "memberships", &["user_id"]),
        // Both databases let any number of customers without an address stand beside each other under this key.
        index("customers_by_email", "customers", &["tenant_id", "email"]).unique().take(),
        index("customers_by_age", "customers", &["tenant_id", "created_at"]),
        index("sessions_by_person", "sessions", &["person_id", "kind", "created_at"]),
        index("sessions_by_expiry", "sessions", &["expires_at"]),
        index("refresh_tokens_by_session", "refresh_tokens", &["session_id"]),
        index("sign_in_links_by_customer", "sign_in_links", &["tenant_id", "customer_id", "created_at"]),
    ]
}
