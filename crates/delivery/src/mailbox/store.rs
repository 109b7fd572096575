//! Every query on the table of received mails. A business's queries name it first.

use kernel::{Id, id};
use platform::{Result, Tx};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Func, LikeExpr},
};

use super::entity::{self, Column};

/// Mails kept for one business, and as many for the operator.
pub const MAILS_OF_TENANT_MAX: u64 = 500;

/// Whose mails somebody may read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub tenant: Id<id::Tenant>,
    /// Account security too.
    pub operator: bool,
}

impl Reach {
    fn condition(self) -> Condition {
        let own = Condition::any().add(Column::TenantId.eq(self.tenant));
        if self.operator { own.add(Column::TenantId.is_null()) } else { own }
    }
}

pub(super) async fn insert(tx: &Tx, rows: Vec<entity::Model>) -> Result<()> {
    for row in rows {
        entity::Entity::insert(row.into_active_model()).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Removes what lies beyond the newest ones.
pub(super) async fn forget_oldest(tx: &Tx, owner: Option<Id<id::Tenant>>) -> Result<()> {
    let owned = match owner {
        Some(tenant) => Column::TenantId.eq(tenant),
        None => Column::TenantId.is_null(),
    };
    let newest = entity::Entity::find().filter(owned.clone()).select_only().column(Column::Id);
    let last: Option<Id<id::Mail>> =
        newest.order_by_desc(Column::Id).offset(MAILS_OF_TENANT_MAX).limit(1).into_tuple().one(tx.conn()).await?;
    if let Some(last) = last {
        entity::Entity::delete_many().filter(owned).filter(Column::Id.lte(last)).exec(tx.conn()).await?;
    }
    Ok(())
}

/// The newest first, before the cursor, with the words in subject or recipient.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    reach: Reach,
    before: Option<Id<id::Mail>>,
    words: Option<&str>,
    limit: usize,
) -> Result<Vec<entity::Model>> {
    let mut query = entity::Entity::find().filter(reach.condition()).order_by_desc(Column::Id).limit(limit as u64);
    if let Some(before) = before {
        query = query.filter(Column::Id.lt(before));
    }
    if let Some(words) = words {
        let escaped = words.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        let like = || LikeExpr::new(format!("%{escaped}%")).escape('!');
        let holds = |column: Column| Expr::expr(Func::lower(Expr::col(column))).like(like());
        query = query.filter(Condition::any().add(holds(Column::Subject)).add(holds(Column::Recipients)));
    }
    Ok(query.all(db).await?)
}

pub(super) async fn find(db: &impl ConnectionTrait, reach: Reach, mail: Id<id::Mail>) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find_by_id(mail).filter(reach.condition()).one(db).await?)
}
