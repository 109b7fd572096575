//! Every query on changes of addresses.

use kernel::Timestamp;
use platform::{Fault, Result, Tx, crypto::Digest, db::statement, db::unique_violation};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    entity::{ActiveModel, Column, Entity, Model},
    error,
};
use crate::signin::{Person, Realm};

fn of(person: &Person) -> Select<Entity> {
    Entity::find().filter(Column::Kind.eq(person.kind().as_str())).filter(Column::PersonId.eq(person.id))
}

pub(super) async fn count_since(db: &impl ConnectionTrait, person: &Person, since: Timestamp) -> Result<u64> {
    Ok(of(person).filter(Column::CreatedAt.gt(since)).count(db).await?)
}

/// The one that waits for its link to be followed.
pub(super) async fn find_pending(db: &impl ConnectionTrait, person: &Person, now: Timestamp) -> Result<Option<Model>> {
    let waiting = of(person).filter(Column::ConfirmedAt.is_null()).filter(Column::ExpiresAt.gt(now));
    Ok(waiting.order_by_desc(Column::CreatedAt).one(db).await?)
}

pub(super) async fn find(db: &impl ConnectionTrait, change: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(change).one(db).await?)
}

/// The one that this secret confirms, if it still can.
pub(super) async fn find_by_digest(tx: &Tx, digest: &Digest) -> Result<Option<Model>> {
    let found = Entity::find()
        .filter(Column::Digest.eq(digest.to_vec()))
        .filter(Column::ConfirmedAt.is_null())
        .filter(Column::ExpiresAt.gt(tx.now()));
    Ok(found.one(tx.conn()).await?)
}

/// The one that this secret takes back, if it still can.
pub(super) async fn find_by_undo(tx: &Tx, digest: &Digest) -> Result<Option<Model>> {
    let found = Entity::find().filter(Column::UndoDigest.eq(digest.to_vec())).filter(Column::ExpiresAt.gt(tx.now()));
    Ok(found.one(tx.conn()).await?)
}

pub(super) async fn insert(tx: &Tx, change: Model) -> Result<()> {
    let row = ActiveModel {
        id: Set(change.id),
        kind: Set(change.kind),
        person_id: Set(change.person_id),
        tenant_id: Set(change.tenant_id),
        old_email: Set(change.old_email),
        new_email: Set(change.new_email),
        digest: Set(change.digest),
        created_at: Set(change.created_at),
        confirmed_at: Set(change.confirmed_at),
        undo_digest: Set(change.undo_digest),
        device: Set(change.device),
        ip: Set(change.ip),
        expires_at: Set(change.expires_at),
    };
    Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Whatever waits for its link is over; the rows stay for the limit on asking.
pub(super) async fn end_pending(tx: &Tx, person: &Person) -> Result<u64> {
    let ended = Entity::update_many()
        .col_expr(Column::Digest, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::ExpiresAt, Expr::value(tx.now()))
        .filter(Column::Kind.eq(person.kind().as_str()))
        .filter(Column::PersonId.eq(person.id))
        .filter(Column::ConfirmedAt.is_null())
        .filter(Column::ExpiresAt.gt(tx.now()));
    Ok(ended.exec(tx.conn()).await?.rows_affected)
}

/// The secret of a mail that is about to leave; `false` when the change is over meanwhile.
pub(super) async fn set_digest(tx: &Tx, change: Uuid, digest: Option<&Digest>) -> Result<bool> {
    let set = Entity::update_many()
        .col_expr(Column::Digest, Expr::value(digest.map(|digest| digest.to_vec())))
        .filter(Column::Id.eq(change))
        .filter(Column::ConfirmedAt.is_null())
        .filter(Column::ExpiresAt.gt(tx.now()));
    Ok(set.exec(tx.conn()).await?.rows_affected == 1)
}

/// The same for the mail to the old address.
pub(super) async fn set_undo(tx: &Tx, change: Uuid, digest: Option<&Digest>) -> Result<bool> {
    let set = Entity::update_many()
        .col_expr(Column::UndoDigest, Expr::value(digest.map(|digest| digest.to_vec())))
        .filter(Column::Id.eq(change))
        .filter(Column::ExpiresAt.gt(tx.now()));
    Ok(set.exec(tx.conn()).await?.rows_affected == 1)
}

/// Notes that the link was followed; of several at once, one wins.
pub(super) async fn confirm(tx: &Tx, change: Uuid, undo_until: Timestamp) -> Result<bool> {
    let confirmed = Entity::update_many()
        .col_expr(Column::ConfirmedAt, Expr::value(tx.now()))
        .col_expr(Column::Digest, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::ExpiresAt, Expr::value(undo_until))
        .filter(Column::Id.eq(change))
        .filter(Column::ConfirmedAt.is_null());
    Ok(confirmed.exec(tx.conn()).await?.rows_affected == 1)
}

/// This change is taken back, and with it every later one: their links were made by whoever had the account then.
pub(super) async fn end_from(tx: &Tx, person: &Person, change: &Model) -> Result<bool> {
    let own = Entity::update_many()
        .col_expr(Column::UndoDigest, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::ExpiresAt, Expr::value(tx.now()))
        .filter(Column::Id.eq(change.id))
        .filter(Column::UndoDigest.eq(change.undo_digest.clone()));
    if own.exec(tx.conn()).await?.rows_affected != 1 {
        return Ok(false);
    }
    Entity::update_many()
        .col_expr(Column::Digest, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::UndoDigest, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::ExpiresAt, Expr::value(tx.now()))
        .filter(Column::Kind.eq(person.kind().as_str()))
        .filter(Column::PersonId.eq(person.id))
        .filter(Column::CreatedAt.gte(change.created_at))
        .filter(Column::ExpiresAt.gt(tx.now()))
        .exec(tx.conn())
        .await?;
    Ok(true)
}

/// Whether another user may still take this address back, so that nobody signs up with it meanwhile. A customer's is not
/// kept: an address that nobody proved gives way there ([`give_way`]).
pub(crate) async fn is_kept_for_another(
    db: &impl ConnectionTrait,
    email: &str,
    except: Option<Uuid>,
    now: Timestamp,
) -> Result<bool> {
    let mut kept = Entity::find()
        .filter(Column::OldEmail.eq(email))
        .filter(Column::Kind.eq(Realm::Users.kind().as_str()))
        .filter(Column::UndoDigest.is_not_null())
        .filter(Column::ExpiresAt.gt(now));
    if let Some(person) = except {
        kept = kept.filter(Column::PersonId.ne(person));
    }
    Ok(kept.limit(1).count(db).await? > 0)
}

/// A customer who typed an address that somebody else has just proven to read is not reached by it any more.
pub(super) async fn give_way(tx: &Tx, other: &Person) -> Result<()> {
    tx.execute("UPDATE customers SET email = NULL WHERE id = ?", vec![other.id.into()]).await?;
    Ok(())
}

/// Writes somebody's new address, which is not proven by that.
pub(super) async fn set_email(tx: &Tx, person: &Person, email: &str) -> Result<()> {
    let sql = format!("UPDATE {} SET email = ?, email_verified_at = NULL WHERE id = ?", person.table());
    let values = vec![email.into(), person.id.into()];
    match tx.conn().execute_raw(statement(tx.dialect(), &sql, values)).await {
        Ok(_) => Ok(()),
        Err(err) if unique_violation(&err) => Err(error::address_taken().into()),
        Err(err) => Err(Fault::from(err)),
    }
}
