//! What waits in one lane, by tenant. Tenants take turns, however many each has waiting; when the lane is full, whoever has
//! most makes room, and a tenant who has none there always finds a place. Pure.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use uuid::Uuid;

use super::work::Work;

/// How long those that did not fit stay away, for each of the same tenant that was turned away before them.
const TURNED_AWAY_FOR: Duration = Duration::from_millis(2);
/// How long at least.
pub const TURNED_AWAY_FOR_MIN: Duration = Duration::from_millis(500);
/// How long at most.
pub const TURNED_AWAY_FOR_MAX: Duration = Duration::from_secs(300);

/// What waits in a lane, by tenant.
#[derive(Debug, Default)]
pub(super) struct Shares {
    of_tenant: HashMap<Uuid, Line>,
    turns: VecDeque<Uuid>,
    count: usize,
}

/// What one tenant has waiting; there only while that is something.
#[derive(Debug, Default)]
struct Line {
    works: VecDeque<Work>,
    turned_away: u32,
}

impl Line {
    fn turn_away(&mut self) -> Duration {
        self.turned_away = self.turned_away.saturating_add(1);
        TURNED_AWAY_FOR.saturating_mul(self.turned_away).clamp(TURNED_AWAY_FOR_MIN, TURNED_AWAY_FOR_MAX)
    }
}

/// A delivery that finds no place, or loses it.
#[derive(Debug)]
pub(super) struct Share {
    pub work: Work,
    pub stays_away: Duration,
}

impl Shares {
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Lets a delivery stand in its tenant's line, where `most` may wait; gives who has to go, if anybody.
    pub fn push(&mut self, work: Work, most: usize) -> Option<Share> {
        let tenant = work.tenant().uuid();
        if self.count < most {
            self.put(tenant, work);
            return None;
        }
        let own = self.of_tenant.get(&tenant).map_or(0, |line| line.works.len());
        let longest = self.of_tenant.values_mut().max_by_key(|line| line.works.len());
        // Whoever has one more than this one makes room; else two would take the same place from each other for ever.
        if let Some(line) = longest.filter(|line| line.works.len() > own + 1)
            && let Some(last) = line.works.pop_back()
        {
            let stays_away = line.turn_away();
            self.count -= 1;
            self.put(tenant, work);
            return Some(Share { work: last, stays_away });
        }
        match self.of_tenant.get_mut(&tenant) {
            Some(line) => Some(Share { work, stays_away: line.turn_away() }),
            None => {
                self.put(tenant, work);
                None
            }
        }
    }

    fn put(&mut self, tenant: Uuid, work: Work) {
        let line = self.of_tenant.entry(tenant).or_default();
        if line.works.is_empty() {
            self.turns.push_back(tenant);
        }
        line.works.push_back(work);
        self.count += 1;
    }

    /// The next of the tenant whose turn it is, of those who `may`. Once less than half of `most` waits, nobody is kept away
    /// for long any more.
    pub fn pop(&mut self, most: usize, may: impl Fn(Uuid) -> bool) -> Option<Work> {
        let at = self.turns.iter().position(|tenant| may(*tenant))?;
        let tenant = self.turns.remove(at)?;
        let line = self.of_tenant.get_mut(&tenant)?;
        let work = line.works.pop_front();
        self.count -= usize::from(work.is_some());
        if self.count * 2 < most {
            line.turned_away = 0;
        }
        if line.works.is_empty() {
            self.of_tenant.remove(&tenant);
        } else {
            self.turns.push_back(tenant);
        }
        work
    }

    pub fn take_all(&mut self) -> Vec<Work> {
        std::iter::from_fn(|| self.pop(0, |_| true)).collect()
    }
}
