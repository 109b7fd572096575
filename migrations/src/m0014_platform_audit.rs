//! The audit log is read by business, newest first, narrowed to an actor, an act or an object; and forgotten by age.

use sea_orm_migration::prelude::*;

use crate::run_all;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_all(
            manager,
            &[
                "DROP INDEX audit_log_tenant",
                "CREATE INDEX audit_log_tenant ON audit_log (tenant_id, id)",
                "CREATE INDEX audit_log_action ON audit_log (tenant_id, action, id)",
                "CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor, id)",
                "CREATE INDEX audit_log_object ON audit_log (tenant_id, object, id)",
                "CREATE INDEX audit_log_age ON audit_log (at)",
            ],
        )
        .await
    }
}
