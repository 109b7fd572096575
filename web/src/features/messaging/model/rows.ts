/**
 * A transcript as rows for the list: day dividers, the "new" mark, messages in groups, what is still being sent, and the
 * cards that a screen puts between them.
 */
import type { ReactNode } from 'react';
import type { Message } from '~/api';
import { dayKey } from '~/ui/time';
import type { OutboxEntry } from './outbox';

/** Messages of one person within this time share one avatar and one line of time. */
const GROUP_MS = 3 * 60_000;

export interface InlineCard {
  key: string;
  /** Where it stands in time. */
  at: string;
  node: ReactNode;
}

/**
 * Dividers belong to the row below them and are no rows of their own: the list holds its place by the topmost row, and a
 * day's divider would be the topmost again after an older page came in above.
 */
interface RowTop {
  key: string;
  /** The moment whose day begins with this row. */
  dayAt: string | null;
  /** The first message that was unread when the thread was opened. */
  isFirstUnread: boolean;
  /** How many messages are known to stand right above this row and are not there. */
  missingBefore: number;
}

export type ThreadRow = RowTop &
  (
    | { kind: 'message'; message: Message; startsGroup: boolean; endsGroup: boolean }
    | { kind: 'pending'; entry: OutboxEntry }
    | { kind: 'card'; card: InlineCard }
  );

export interface RowParts {
  messages: readonly Message[];
  pending: readonly OutboxEntry[];
  cards: readonly InlineCard[];
  /** The "new" mark stands before this message. */
  firstUnreadSeq: number | null;
  zone?: string | undefined;
}

export function buildRows({ messages, pending, cards, firstUnreadSeq, zone }: RowParts): ThreadRow[] {
  const rows: ThreadRow[] = [];
  const waiting = [...cards].sort((a, b) => a.at.localeCompare(b.at));
  const first = messages[0];
  const last = messages.at(-1);
  const shown = new Set<string>();
  let day = '';
  const enterDay = (at: string): string | null => {
    const next = dayKey(at, zone);
    if (next === day) return null;
    day = next;
    return at;
  };
  const placeCardsBefore = (at: string | null) => {
    while (waiting[0] && (at === null || waiting[0].at <= at)) {
      const card = waiting.shift()!;
      // A card older than the loaded window still stands at its top, without a day of its own out of order.
      const dayAt = !first || card.at >= first.timestamp ? enterDay(card.at) : null;
      rows.push({ kind: 'card', key: `card-${card.key}`, dayAt, isFirstUnread: false, missingBefore: 0, card });
    }
  };
  messages.forEach((message, index) => {
    placeCardsBefore(message.timestamp);
    rows.push({
      kind: 'message',
      key: takeKey(shown, message),
      dayAt: enterDay(message.timestamp),
      isFirstUnread: message.seq === firstUnreadSeq,
      missingBefore: index === 0 ? 0 : Math.max(message.seq - messages[index - 1]!.seq - 1, 0),
      message,
      startsGroup: !sameGroup(messages[index - 1], message, zone),
      endsGroup: !sameGroup(message, messages[index + 1], zone),
    });
  });
  placeCardsBefore(null);
  for (const entry of pending) {
    // The server has it, and its acknowledgement is still on the way.
    if (shown.has(entry.clientMessageId)) continue;
    // A clock that runs behind the server's must not put what is being written before what was said.
    const at = last && entry.createdAt < last.timestamp ? last.timestamp : entry.createdAt;
    rows.push({ kind: 'pending', key: entry.clientMessageId, dayAt: enterDay(at), isFirstUnread: false, missingBefore: 0, entry });
  }
  return rows;
}

/** How many messages are known to have come after the last one that is there. */
export function countMissingAtEnd(messages: readonly Message[], lastSeq: number): number {
  return Math.max(lastSeq - (messages.at(-1)?.seq ?? 0), 0);
}

/** The key under which it was pending, so that its row stays the same one; another client may have used that key twice. */
function takeKey(shown: Set<string>, message: Message): string {
  const { clientMessageId, id } = message;
  const key = clientMessageId && !shown.has(clientMessageId) ? clientMessageId : id;
  shown.add(key);
  return key;
}

function sameGroup(one: Message | undefined, other: Message | undefined, zone?: string): boolean {
  if (!one || !other || one.senderId !== other.senderId) return false;
  const apart = Date.parse(other.timestamp) - Date.parse(one.timestamp);
  return apart < GROUP_MS && dayKey(one.timestamp, zone) === dayKey(other.timestamp, zone);
}
