//! Every query on the table of attachments. Rows without `stored_at` do not exist for readers.

use kernel::{Caller, Id, Principal, Timestamp, id};
use platform::Result;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{CaseStatement, Expr},
};

use super::{
    Attachment,
    entity::{self, Column, Entity},
};

/// How the uploader is named in a row.
pub(super) const fn uploader_kind(principal: &Principal) -> &'static str {
    match principal {
        Principal::User { .. } => "user",
        Principal::Customer { .. } => "customer",
    }
}

/// Stores the row of an upload whose bytes are still to be written.
pub(super) async fn insert(db: &impl ConnectionTrait, row: entity::Model) -> Result<()> {
    Entity::insert(entity::ActiveModel::from(row)).exec_without_returning(db).await?;
    Ok(())
}

/// Lets the file be read and sent: its bytes are durable.
pub(super) async fn mark_stored(db: &impl ConnectionTrait, id: Id<id::Attachment>, now: Timestamp) -> Result<bool> {
    let change = entity::ActiveModel { stored_at: Set(Some(now)), ..Default::default() };
    let done = Entity::update_many().set(change).filter(Column::Id.eq(id)).exec(db).await?;
    Ok(done.rows_affected == 1)
}

/// A file of the tenant that can be read.
pub(super) async fn find(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    id: Id<id::Attachment>,
) -> Result<Option<Attachment>> {
    let query = Entity::find_by_id(id)
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::StoredAt.is_not_null())
        .filter(Column::WithdrawnAt.is_null());
    query.one(db).await?.map(Attachment::try_from).transpose()
}

/// Whether the file was sent; `None` when there is no such row.
pub(super) async fn find_is_sent(db: &impl ConnectionTrait, id: Id<id::Attachment>) -> Result<Option<bool>> {
    Ok(Entity::find_by_id(id).one(db).await?.map(|row| row.message_id.is_some()))
}

/// The files of these messages, in the order they were sent in.
pub(super) async fn find_of_messages(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    messages: &[Id<id::Message>],
) -> Result<Vec<Attachment>> {
    let query = Entity::find()
        .filter(Column::TenantId.eq(tenant))
        .filter(Column::MessageId.is_in(messages.iter().copied()))
        .filter(Column::WithdrawnAt.is_null())
        .order_by_asc(Column::MessageId)
        .order_by_asc(Column::Position);
    query.all(db).await?.into_iter().map(Attachment::try_from).collect()
}

/// How many uploads of the caller wait for their message.
pub(super) async fn count_unsent(db: &impl ConnectionTrait, caller: &Caller) -> Result<u64> {
    let query = Entity::find()
        .filter(Column::TenantId.eq(caller.tenant))
        .filter(Column::UploaderId.eq(caller.person()))
        .filter(Column::MessageId.is_null());
    Ok(query.count(db).await?)
}

/// Gives those of the files to the message that the caller may send in this conversation; returns how many.
pub(super) async fn claim(
    db: &impl ConnectionTrait,
    caller: &Caller,
    conversation: Id<id::Conversation>,
    ids: &[Id<id::Attachment>],
    message: Id<id::Message>,
) -> Result<u64> {
    let mut place = CaseStatement::new();
    for (position, id) in (0_i32..).zip(ids) {
        place = place.case(Column::Id.eq(*id), position);
    }
    let done = Entity::update_many()
        .col_expr(Column::MessageId, Expr::value(message))
        .col_expr(Column::Position, place.finally(0).into())
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::TenantId.eq(caller.tenant))
        .filter(Column::ConversationId.eq(conversation))
        .filter(Column::UploaderKind.eq(uploader_kind(&caller.principal)))
        .filter(Column::UploaderId.eq(caller.person()))
        .filter(Column::MessageId.is_null())
        .filter(Column::StoredAt.is_not_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}

/// Hides the files of a deleted message.
pub(super) async fn withdraw(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    message: Id<id::Message>,
    now: Timestamp,
) -> Result<()> {
    let change = entity::ActiveModel { withdrawn_at: Set(Some(now)), ..Default::default() };
    let of_message = Column::TenantId.eq(tenant).and(Column::MessageId.eq(message));
    Entity::update_many().set(change).filter(of_message).exec(db).await?;
    Ok(())
}

/// Removes the row unless the file was sent.
pub(super) async fn delete_unsent(db: &impl ConnectionTrait, id: Id<id::Attachment>) -> Result<()> {
    Entity::delete_many().filter(Column::Id.eq(id)).filter(Column::MessageId.is_null()).exec(db).await?;
    Ok(())
}
