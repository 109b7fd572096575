//! Who can be booked and when, for this floor and for the public page.

use kernel::{Id, id};
use people::tenants::DayHours;
use platform::Result;
use sea_orm::ConnectionTrait;

use super::{
    hours::{OpenRange, WallTime},
    model::{Provider, color_of},
    store,
};

/// Every member of the team, as somebody who may be booked; by name.
pub async fn find_providers(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<Provider>> {
    let members = people::team::find_members(db, tenant).await?;
    let mut rows = store::find_all(db, tenant).await?;
    let mut hours = store::find_hours(db, tenant).await?;
    let provider = |(nth, member): (usize, people::team::Member)| {
        let row = rows.remove(&member.id);
        Provider {
            id: member.id,
            name: member.name,
            email: member.email,
            color: row.as_ref().map_or_else(|| color_of(nth).to_owned(), |row| row.color.clone()),
            bookable: row.as_ref().is_some_and(|row| row.bookable),
            weekly: hours.remove(&member.id).unwrap_or_default(),
            version: row.map_or(0, |row| row.version),
        }
    };
    Ok(members.into_iter().enumerate().map(provider).collect())
}

/// One of them.
pub async fn find_provider(
    db: &impl ConnectionTrait,
    tenant: Id<id::Tenant>,
    user: Id<id::User>,
) -> Result<Option<Provider>> {
    Ok(find_providers(db, tenant).await?.into_iter().find(|provider| provider.id == user))
}

/// When at least one bookable provider is there: the hours a storefront shows.
pub async fn find_opening_hours(db: &impl ConnectionTrait, tenant: Id<id::Tenant>) -> Result<Vec<DayHours>> {
    let providers = find_providers(db, tenant).await?;
    let bookable = providers.iter().filter(|provider| provider.bookable);
    Ok(join(bookable.flat_map(|provider| provider.weekly.ranges().iter().copied()).collect()))
}

fn join(mut ranges: Vec<OpenRange>) -> Vec<DayHours> {
    ranges.sort_unstable();
    let mut joined: Vec<OpenRange> = Vec::new();
    for next in ranges {
        match joined.last_mut() {
            Some(last) if last.day == next.day && next.start <= last.end => last.end = last.end.max(next.end),
            _ => joined.push(next),
        }
    }
    let text = |time: WallTime| time.to_string();
    joined.into_iter().map(|r| DayHours { day: r.day, start: text(r.start), end: text(r.end) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_is_open_while_anybody_is_there() {
        let range = |day, start, end| OpenRange {
            day,
            start: WallTime::parse(start).unwrap(),
            end: WallTime::parse(end).unwrap(),
        };
        let joined = join(vec![range(2, "09:00", "12:00"), range(1, "11:00", "15:00"), range(1, "09:00", "12:00")]);
        let shown: Vec<_> = joined.iter().map(|h| (h.day, h.start.as_str(), h.end.as_str())).collect();
        assert_eq!(shown, [(1, "09:00", "15:00"), (2, "09:00", "12:00")]);
    }
}
