//! Every query on customers and their sign-in links. The tenant comes first, always.

use std::collections::HashMap;

use kernel::{Id, Timestamp, fold::fold, id};
use platform::{
    Fault, Result,
    db::{Db, Query, Row, Rows, unique_violation},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select, TryInsertResult, Value, sea_query::Expr,
};

use super::{
    entity::{self, sign_in_link},
    error,
    model::{Card, Customer, CustomerFilter},
};

pub(super) async fn find_row(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
) -> Result<Option<entity::Model>> {
    let found = entity::Entity::find_by_id(customer).filter(entity::Column::TenantId.eq(tenant));
    Ok(found.one(db).await?)
}

pub(super) async fn find_row_by_email(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    email: &str,
) -> Result<Option<entity::Model>> {
    let found =
        entity::Entity::find().filter(entity::Column::TenantId.eq(tenant)).filter(entity::Column::Email.eq(email));
    Ok(found.one(db).await?)
}

pub(super) async fn find_many(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customers: &[Id<id::Customer>],
) -> Result<Vec<Customer>> {
    if customers.is_empty() {
        return Ok(Vec::new());
    }
    let found = entity::Entity::find()
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::Id.is_in(customers.iter().copied()));
    Ok(found.all(db).await?.into_iter().map(Customer::from).collect())
}

/// How these customers are shown.
pub(super) async fn find_cards(
    db: &Db,
    tenant: Id<id::Tenant>,
    customers: &[Id<id::Customer>],
) -> Result<HashMap<Id<id::Customer>, Card>> {
    if customers.is_empty() {
        return Ok(HashMap::new());
    }
    let places = vec!["?"; customers.len()].join(", ");
    let sql = format!("SELECT id, name, email, phone FROM customers WHERE tenant_id = ? AND id IN ({places})");
    let mut values: Vec<Value> = vec![tenant.into()];
    values.extend(customers.iter().map(|id| Value::from(*id)));
    let card = |row: Row| Ok((row.get(0)?, Card { tenant, name: row.get(1)?, email: row.get(2)?, phone: row.get(3)? }));
    db.fetch(Query::new(sql, values)).await?.into_iter().map(card).collect()
}

/// A page of customers, newest first, and how many there are in all.
pub(super) async fn find_page(
    db: &Db,
    tenant: Id<id::Tenant>,
    filter: &CustomerFilter,
) -> Result<(Vec<Customer>, u64)> {
    let of_tenant = entity::Entity::find().filter(entity::Column::TenantId.eq(tenant));
    let Some(text) = wanted(filter) else {
        let total = of_tenant.clone().count(db.read()).await?;
        let page = of_tenant.limit(filter.limit).offset(filter.offset);
        return Ok((newest(page, db).await?, total));
    };
    let Some((fits, values)) = holds(db, &text) else { return Ok((Vec::new(), 0)) };
    let values = [vec![tenant.into()], values].concat();
    let count = format!("SELECT COUNT(*) FROM customers WHERE tenant_id = ? AND {fits}");
    let page = format!("SELECT id FROM customers WHERE tenant_id = ? AND {fits} {}", page_of(filter));
    let [counted, ids] = db.fetch_each([Query::new(count, values.clone()), Query::new(page, values)]).await?;
    let total: i64 = counted.into_iter().next().map(|row| row.get(0)).transpose()?.unwrap_or_default();
    let found = of_tenant.filter(entity::Column::Id.is_in(ids_of(ids)?));
    Ok((newest(found, db).await?, u64::try_from(total).unwrap_or_default()))
}

/// The same whatever the business, and not counted.
pub(super) async fn find_everywhere(db: &Db, filter: &CustomerFilter) -> Result<Vec<Customer>> {
    let Some(text) = wanted(filter) else {
        return newest(entity::Entity::find().limit(filter.limit).offset(filter.offset), db).await;
    };
    let Some((fits, values)) = holds(db, &text) else { return Ok(Vec::new()) };
    let ids =
        db.fetch(Query::new(format!("SELECT id FROM customers WHERE {fits} {}", page_of(filter)), values)).await?;
    newest(entity::Entity::find().filter(entity::Column::Id.is_in(ids_of(ids)?)), db).await
}

fn page_of(filter: &CustomerFilter) -> String {
    format!("ORDER BY created_at DESC, id DESC LIMIT {} OFFSET {}", filter.limit, filter.offset)
}

fn ids_of(rows: Rows) -> Result<Vec<Id<id::Customer>>> {
    rows.read(|row| row.get(0))
}

async fn newest(found: Select<entity::Entity>, db: &Db) -> Result<Vec<Customer>> {
    let found = found.order_by_desc(entity::Column::CreatedAt).order_by_desc(entity::Column::Id);
    Ok(found.all(db.read()).await?.into_iter().map(Customer::from).collect())
}

/// What to look for, when there is something.
fn wanted(filter: &CustomerFilter) -> Option<String> {
    filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(fold)
}

/// That name, address or number holds the text, whatever case and marks; nothing when none can.
fn holds(db: &Db, text: &str) -> Option<(String, Vec<Value>)> {
    // No stored text holds it, and PostgreSQL does not even take it in a question.
    if text.contains('\0') {
        return None;
    }
    let pattern: String = text.chars().flat_map(|c| escape(c).into_iter().flatten()).collect();
    let columns = ["name", "email", "phone"];
    let like = |column| format!("{} LIKE ? ESCAPE '!'", db.dialect().folded(column));
    let values = columns.map(|_| Value::from(format!("%{pattern}%")));
    Some((format!("({})", columns.map(like).join(" OR ")), values.to_vec()))
}

/// What a pattern would take for a sign of its own is marked as plain.
fn escape(c: char) -> [Option<char>; 2] {
    if matches!(c, '%' | '_' | '!') { [Some('!'), Some(c)] } else { [Some(c), None] }
}

/// Stores a new customer, or tells that the address is known here.
pub(super) async fn insert(db: &impl ConnectionTrait, customer: entity::Model) -> Result<()> {
    match entity::Entity::insert(active(customer)).exec_without_returning(db).await {
        Ok(_) => Ok(()),
        Err(err) if unique_violation(&err) => Err(error::email_exists().into()),
        Err(err) => Err(Fault::from(err)),
    }
}

/// Stores a new customer unless the address is known here; `false` when it is.
pub(super) async fn try_insert(db: &impl ConnectionTrait, customer: entity::Model) -> Result<bool> {
    let known = [entity::Column::TenantId, entity::Column::Email];
    let insert = entity::Entity::insert(active(customer)).on_conflict_do_nothing_on(known);
    match insert.exec_without_returning(db).await? {
        TryInsertResult::Inserted(rows) => Ok(rows > 0),
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(false),
    }
}

fn active(customer: entity::Model) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(customer.id),
        tenant_id: Set(customer.tenant_id),
        email: Set(customer.email),
        phone: Set(customer.phone),
        name: Set(customer.name),
        password_hash: Set(customer.password_hash),
        email_verified_at: Set(customer.email_verified_at),
        two_factor_enabled_at: Set(customer.two_factor_enabled_at),
        last_login_at: Set(customer.last_login_at),
        created_at: Set(customer.created_at),
    }
}

pub(super) async fn mark_signed_in(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
    now: Timestamp,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::LastLoginAt, Expr::value(now))
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::Id.eq(customer))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn update_profile(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
    name: &str,
    phone: Option<&str>,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Name, Expr::value(name))
        .col_expr(entity::Column::Phone, Expr::value(phone.map(str::to_owned)))
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::Id.eq(customer))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) async fn find_link(db: &impl ConnectionTrait, digest: &[u8]) -> Result<Option<sign_in_link::Model>> {
    Ok(sign_in_link::Entity::find_by_id(digest.to_vec()).one(db).await?)
}

pub(super) async fn count_links_since(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
    since: Timestamp,
) -> Result<u64> {
    let found = sign_in_link::Entity::find()
        .filter(sign_in_link::Column::TenantId.eq(tenant))
        .filter(sign_in_link::Column::CustomerId.eq(customer))
        .filter(sign_in_link::Column::CreatedAt.gt(since));
    Ok(found.count(db).await?)
}

/// Stores a link and removes those of the same customer that stopped working.
pub(super) async fn insert_link(db: &impl ConnectionTrait, link: sign_in_link::Model, now: Timestamp) -> Result<()> {
    sign_in_link::Entity::delete_many()
        .filter(sign_in_link::Column::TenantId.eq(link.tenant_id))
        .filter(sign_in_link::Column::CustomerId.eq(link.customer_id))
        .filter(sign_in_link::Column::ExpiresAt.lt(now))
        .exec(db)
        .await?;
    let row = sign_in_link::ActiveModel {
        digest: Set(link.digest),
        tenant_id: Set(link.tenant_id),
        customer_id: Set(link.customer_id),
        created_at: Set(link.created_at),
        expires_at: Set(link.expires_at),
        used_at: Set(link.used_at),
    };
    sign_in_link::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

pub(super) async fn delete_link(db: &impl ConnectionTrait, digest: &[u8]) -> Result<()> {
    sign_in_link::Entity::delete_by_id(digest.to_vec()).exec(db).await?;
    Ok(())
}

/// Notes that the address was proven: somebody who reads its mail followed a link.
pub(super) async fn mark_email_verified(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    customer: Id<id::Customer>,
    now: Timestamp,
) -> Result<()> {
    entity::Entity::update_many()
        .col_expr(entity::Column::EmailVerifiedAt, Expr::value(now))
        .filter(entity::Column::TenantId.eq(tenant))
        .filter(entity::Column::Id.eq(customer))
        .filter(entity::Column::EmailVerifiedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Uses a link up; `false` when somebody was faster or it is too old.
pub(super) async fn use_link(db: &impl ConnectionTrait, digest: &[u8], now: Timestamp) -> Result<bool> {
    let used = sign_in_link::Entity::update_many()
        .col_expr(sign_in_link::Column::UsedAt, Expr::value(now))
        .filter(sign_in_link::Column::Digest.eq(digest.to_vec()))
        .filter(sign_in_link::Column::UsedAt.is_null())
        .filter(sign_in_link::Column::ExpiresAt.gt(now))
        .exec(db)
        .await?;
    Ok(used.rows_affected == 1)
}
