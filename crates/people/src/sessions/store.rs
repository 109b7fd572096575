//! Every query on sessions and refresh tokens.

use std::collections::HashMap;

use kernel::{Id, Timestamp, id};
use platform::{
    Result, Tx,
    db::{Db, Query, Row},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entity::{self, refresh_token},
    model::PersonKind,
    rules::SESSIONS_PER_PERSON_MAX,
};

/// A session with what decides whether it counts.
#[derive(Debug, Clone)]
pub(super) struct LiveRow {
    pub kind: String,
    pub person_id: Uuid,
    pub tenant_id: Id<id::Tenant>,
    pub expires_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
    pub tenant_suspended_at: Option<Timestamp>,
    pub user_name: Option<String>,
    pub operator: Option<bool>,
    pub user_suspended_at: Option<Timestamp>,
    pub role: Option<String>,
    pub customer_name: Option<String>,
    pub require_two_factor: bool,
    pub two_factor_enabled_at: Option<Timestamp>,
    /// Whether two factors opened the session, whatever is asked for at a sign-in by password.
    pub two_factors: bool,
    /// There in an operator's look into a business.
    pub impersonation_reason: Option<String>,
}

impl LiveRow {
    fn read(row: Row) -> Result<Self> {
        Ok(Self {
            kind: row.get(0)?,
            person_id: row.get(1)?,
            tenant_id: row.get(2)?,
            expires_at: row.get(3)?,
            revoked_at: row.get(4)?,
            tenant_suspended_at: row.get(5)?,
            user_name: row.get(6)?,
            operator: row.get(7)?,
            user_suspended_at: row.get(8)?,
            role: row.get(9)?,
            customer_name: row.get(10)?,
            require_two_factor: row.get(11)?,
            two_factor_enabled_at: row.get(12)?,
            impersonation_reason: row.get(13)?,
            two_factors: row.get(14)?,
        })
    }
}

/// One query, because every new socket and every request after a pause waits for it.
const LIVE_ROW: &str = "\
    SELECT s.kind, s.person_id, s.tenant_id, s.expires_at, s.revoked_at, t.suspended_at, u.name, u.operator, \
        u.suspended_at, m.role, c.name, t.require_two_factor, u.two_factor_enabled_at, s.impersonation_reason, s.two_factors \
    FROM sessions s \
    JOIN tenants t ON t.id = s.tenant_id \
    LEFT JOIN users u ON s.kind = 'user' AND u.id = s.person_id \
    LEFT JOIN memberships m ON m.tenant_id = s.tenant_id AND m.user_id = u.id \
    LEFT JOIN customers c ON s.kind = 'customer' AND c.id = s.person_id AND c.tenant_id = s.tenant_id \
    WHERE s.id = ?";

pub(super) async fn find_live_row(db: &Db, session: Id<id::Session>) -> Result<Option<LiveRow>> {
    let rows = db.fetch(Query::new(LIVE_ROW, vec![session.into()])).await?;
    rows.into_iter().next().map(LiveRow::read).transpose()
}

pub(crate) async fn find(db: &impl ConnectionTrait, session: Id<id::Session>) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find_by_id(session).one(db).await?)
}

/// The same, locked until the transaction ends.
pub(super) async fn find_locked(tx: &Tx, session: Id<id::Session>) -> Result<Option<entity::Model>> {
    Ok(entity::Entity::find_by_id(session).lock_exclusive().one(tx.conn()).await?)
}

/// The live sessions of a person, newest first.
pub(super) async fn find_alive(
    db: &impl ConnectionTrait,
    kind: PersonKind,
    person: Uuid,
    now: Timestamp,
) -> Result<Vec<entity::Model>> {
    let found = entity::Entity::find()
        .filter(entity::Column::PersonId.eq(person))
        .filter(entity::Column::Kind.eq(kind.as_str()))
        .filter(entity::Column::RevokedAt.is_null())
        .filter(entity::Column::ExpiresAt.gt(now))
        .order_by_desc(entity::Column::CreatedAt)
        .order_by_desc(entity::Column::Id)
        // One more than may live, so that the next sign-in can end it.
        .limit(SESSIONS_PER_PERSON_MAX as u64 + 1);
    Ok(found.all(db).await?)
}

/// The live sessions of a person in one business, or in all.
pub(super) async fn find_alive_ids(
    db: &impl ConnectionTrait,
    kind: PersonKind,
    person: Uuid,
    tenant: Option<Id<id::Tenant>>,
    now: Timestamp,
) -> Result<Vec<Id<id::Session>>> {
    let mut found = entity::Entity::find()
        .select_only()
        .column(entity::Column::Id)
        .filter(entity::Column::PersonId.eq(person))
        .filter(entity::Column::Kind.eq(kind.as_str()))
        .filter(entity::Column::RevokedAt.is_null())
        .filter(entity::Column::ExpiresAt.gt(now));
    if let Some(tenant) = tenant {
        found = found.filter(entity::Column::TenantId.eq(tenant));
    }
    Ok(found.into_tuple::<Id<id::Session>>().all(db).await?)
}

/// When each of these users was last seen in a business.
pub(crate) async fn find_last_seen(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    users: &[Id<id::User>],
) -> Result<HashMap<Uuid, Timestamp>> {
    if users.is_empty() {
        return Ok(HashMap::new());
    }
    let found = entity::Entity::find()
        .select_only()
        .column(entity::Column::PersonId)
        .column_as(entity::Column::LastSeenAt.max(), "seen_at")
        .filter(entity::Column::PersonId.is_in(users.iter().map(|user| user.uuid())))
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::Kind.eq(PersonKind::User.as_str()))
        .group_by(entity::Column::PersonId);
    Ok(found.into_tuple::<(Uuid, Timestamp)>().all(db).await?.into_iter().collect())
}

pub(super) async fn insert(db: &impl ConnectionTrait, session: entity::Model) -> Result<()> {
    let row = entity::ActiveModel {
        id: Set(session.id),
        kind: Set(session.kind),
        person_id: Set(session.person_id),
        tenant_id: Set(session.tenant_id),
        created_at: Set(session.created_at),
        last_seen_at: Set(session.last_seen_at),
        expires_at: Set(session.expires_at),
        ip: Set(session.ip),
        user_agent: Set(session.user_agent),
        revoked_at: Set(session.revoked_at),
        revoked_reason: Set(session.revoked_reason),
        two_factors: Set(session.two_factors),
        proven_at: Set(session.proven_at),
    };
    entity::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Removes the sessions of a person that ended before `before`; their refresh tokens go with them.
pub(super) async fn delete_ended(db: &impl ConnectionTrait, person: Uuid, before: Timestamp) -> Result<()> {
    entity::Entity::delete_many()
        .filter(entity::Column::PersonId.eq(person))
        .filter(entity::Column::ExpiresAt.lt(before))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn renew(
    db: &impl ConnectionTrait,
    session: Id<id::Session>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::LastSeenAt, Expr::value(now))
        .col_expr(entity::Column::ExpiresAt, Expr::value(expires_at))
        .filter(entity::Column::Id.eq(session))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that whoever holds this session has shown two factors.
pub(crate) async fn mark_two_factors(db: &impl ConnectionTrait, session: Id<id::Session>) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::TwoFactors, Expr::value(true))
        .filter(entity::Column::Id.eq(session))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes that whoever holds this session has just proven again who they are.
pub(crate) async fn mark_proven(db: &impl ConnectionTrait, session: Id<id::Session>, now: Timestamp) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::ProvenAt, Expr::value(now))
        .filter(entity::Column::Id.eq(session))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends sessions that still live.
pub(super) async fn revoke(
    db: &impl ConnectionTrait,
    sessions: &[Id<id::Session>],
    now: Timestamp,
    reason: &str,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::RevokedAt, Expr::value(now))
        .col_expr(entity::Column::RevokedReason, Expr::value(reason))
        .filter(entity::Column::Id.is_in(sessions.iter().copied()))
        .filter(entity::Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn find_refresh_token(
    db: &impl ConnectionTrait,
    digest: &[u8],
) -> Result<Option<refresh_token::Model>> {
    Ok(refresh_token::Entity::find_by_id(digest.to_vec()).one(db).await?)
}

pub(super) async fn insert_refresh_token(db: &impl ConnectionTrait, token: refresh_token::Model) -> Result<()> {
    let row = refresh_token::ActiveModel {
        digest: Set(token.digest),
        session_id: Set(token.session_id),
        created_at: Set(token.created_at),
        expires_at: Set(token.expires_at),
        replaced_at: Set(token.replaced_at),
        replaced_by: Set(token.replaced_by),
    };
    refresh_token::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Notes the successor of a token that has none yet; `false` when somebody was faster.
pub(super) async fn replace_refresh_token(
    db: &impl ConnectionTrait,
    digest: &[u8],
    successor: &[u8],
    now: Timestamp,
) -> Result<bool> {
    let result = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::ReplacedAt, Expr::value(now))
        .col_expr(refresh_token::Column::ReplacedBy, Expr::value(successor.to_vec()))
        .filter(refresh_token::Column::Digest.eq(digest.to_vec()))
        .filter(refresh_token::Column::ReplacedAt.is_null())
        .exec(db)
        .await?;
    Ok(result.rows_affected == 1)
}

/// Removes tokens of a session that would be refused by their age alone.
pub(super) async fn delete_old_refresh_tokens(
    db: &impl ConnectionTrait,
    session: Id<id::Session>,
    now: Timestamp,
) -> Result<()> {
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.eq(session))
        .filter(refresh_token::Column::ExpiresAt.lt(now))
        .exec(db)
        .await?;
    Ok(())
}
