//! Invitations into a team, the logo of a business, why one was closed, and sessions in which an operator looks at a business
//! as its owner would see it.

use sea_orm_migration::prelude::*;

use crate::run_all;

/// One table and a few columns.
#[derive(Debug)]
pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0015_people_team"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(
            manager,
            &[
                // The digest comes with the first mail: until then nobody can know the secret.
                "CREATE TABLE invitations (
                    id {uuid} NOT NULL PRIMARY KEY,
                    tenant_id {uuid} NOT NULL REFERENCES tenants (id),
                    email TEXT NOT NULL,
                    name TEXT,
                    role TEXT NOT NULL,
                    digest {bytes},
                    invited_by {uuid} NOT NULL,
                    created_at BIGINT NOT NULL,
                    expires_at BIGINT NOT NULL)",
                "CREATE UNIQUE INDEX invitations_by_email ON invitations (tenant_id, email)",
                "CREATE UNIQUE INDEX invitations_by_digest ON invitations (digest)",
                "ALTER TABLE tenants ADD COLUMN suspended_reason TEXT",
                "ALTER TABLE tenants ADD COLUMN logo_key TEXT",
                "ALTER TABLE tenants ADD COLUMN logo_type TEXT",
                "ALTER TABLE sessions ADD COLUMN impersonation_reason TEXT",
            ],
        )
        .await
    }
}
