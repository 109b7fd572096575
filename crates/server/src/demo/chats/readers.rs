//! Who had read how far, and when.

use kernel::Timestamp;

use super::{
    Chat, Seen, Voice,
    telling::{Ending, Teller},
};
use crate::demo::{
    dice::Dice,
    stage::{MINUTE, SECOND},
};

impl Teller<'_> {
    /// Notes the readers during the last `count` lines and after them.
    pub(super) fn note_readers(&self, chat: &mut Chat, count: usize, me: usize, ending: Ending, dice: &mut Dice) {
        let now = self.frame.now.millis();
        let until = |at: i64| Timestamp::from_millis(at.min(now));
        let (total, mut seen) = (chat.lines.len(), Vec::new());
        for place in (total - count).max(1)..total {
            let (before, line) = (&chat.lines[place - 1], &chat.lines[place]);
            if before.by != line.by {
                let at = (line.at.millis() - dice.between(4, 15) * SECOND).max(before.at.millis());
                seen.push(Seen { by: line.by, lines: place, at: until(at), read: true });
            }
        }
        let Some(last) = chat.lines.last() else { return };
        let later = |dice: &mut Dice| until(last.at.millis() + dice.between(MINUTE, 25 * MINUTE));
        let trailing = chat.lines.iter().rev().take_while(|line| line.by == Voice::Customer).count();
        let by_desk = if ending == Ending::WaitsForAnswer { total - trailing } else { total };
        let mut desk = vec![0, 1, me];
        desk.sort_unstable();
        desk.dedup();
        for who in desk.into_iter().filter(|_| by_desk > 0) {
            let at = chat.lines[by_desk - 1].at.millis() + dice.between(MINUTE, 25 * MINUTE);
            seen.push(Seen { by: Voice::Team(who), lines: by_desk, at: until(at), read: true });
        }
        match ending {
            Ending::NotSeenByCustomer if dice.percent(60) => {
                seen.push(Seen { by: Voice::Customer, lines: total, at: later(dice), read: false });
            }
            Ending::NotSeenByCustomer | Ending::WaitsForAnswer => {}
            Ending::Read => seen.push(Seen { by: Voice::Customer, lines: total, at: later(dice), read: true }),
        }
        chat.seen.extend(seen);
    }
}
