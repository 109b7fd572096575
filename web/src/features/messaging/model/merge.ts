/**
 * Two views of one message, made one.
 *
 * Answers and events overtake each other: a page fetched a moment ago may arrive after the event that outdates it. So
 * marks only ever advance, and of two texts the later edit counts.
 */
import type { Message, MessageStatus } from '~/api';

const RANK: Record<MessageStatus, number> = { sent: 1, delivered: 2, read: 3 };

export function laterStatus(one: MessageStatus, other: MessageStatus): MessageStatus {
  return RANK[other] > RANK[one] ? other : one;
}

function mergeReaders(one: Message['readBy'], other: Message['readBy']): Message['readBy'] {
  const missing = other.filter((mark) => !one.some((known) => known.userId === mark.userId));
  return missing.length === 0 ? one : [...one, ...missing];
}

function editOrder(message: Message): number {
  if (message.isDeleted) return Number.POSITIVE_INFINITY;
  return message.editedAt ? Date.parse(message.editedAt) : 0;
}

/** `known` is what the page shows; `news` is what just came. */
export function mergeMessage(known: Message, news: Message): Message {
  const text = editOrder(news) >= editOrder(known) ? news : known;
  return { ...text, status: laterStatus(known.status, news.status), readBy: mergeReaders(known.readBy, news.readBy) };
}

/** Puts messages into their places by `seq`, each once. Both lists may be in any order. */
export function mergeMessages(known: readonly Message[], news: readonly Message[]): Message[] {
  const bySeq = new Map(known.map((message) => [message.seq, message]));
  for (const message of news) {
    const before = bySeq.get(message.seq);
    bySeq.set(message.seq, before ? mergeMessage(before, message) : message);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
