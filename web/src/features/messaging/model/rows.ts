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

export type ThreadRow =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; message: Message; startsGroup: boolean; endsGroup: boolean }
  | { kind: 'pending'; key: string; entry: OutboxEntry }
  | { kind: 'card'; key: string; card: InlineCard };

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
  let day = '';
  const enterDay = (at: string) => {
    const next = dayKey(at, zone);
    if (next !== day) rows.push({ kind: 'day', key: `day-${next}`, at });
    day = next;
  };
  const placeCardsBefore = (at: string | null) => {
    while (waiting[0] && (at === null || waiting[0].at <= at)) {
      const card = waiting.shift()!;
      // A card older than the loaded window still stands at its top, without a day of its own out of order.
      if (!first || card.at >= first.timestamp) enterDay(card.at);
      rows.push({ kind: 'card', key: `card-${card.key}`, card });
    }
  };
  messages.forEach((message, index) => {
    placeCardsBefore(message.timestamp);
    enterDay(message.timestamp);
    if (message.seq === firstUnreadSeq) rows.push({ kind: 'unread', key: 'unread' });
    rows.push({
      kind: 'message',
      key: message.clientMessageId ?? message.id,
      message,
      startsGroup: !sameGroup(messages[index - 1], message, zone),
      endsGroup: !sameGroup(message, messages[index + 1], zone),
    });
  });
  placeCardsBefore(null);
  for (const entry of pending) {
    enterDay(entry.createdAt > (messages.at(-1)?.timestamp ?? '') ? entry.createdAt : messages.at(-1)!.timestamp);
    rows.push({ kind: 'pending', key: entry.clientMessageId, entry });
  }
  return rows;
}

function sameGroup(one: Message | undefined, other: Message | undefined, zone?: string): boolean {
  if (!one || !other || one.senderId !== other.senderId) return false;
  const apart = Date.parse(other.timestamp) - Date.parse(one.timestamp);
  return apart < GROUP_MS && dayKey(one.timestamp, zone) === dayKey(other.timestamp, zone);
}
