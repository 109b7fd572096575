/**
 * The list of conversations under live events: pure functions over the pages that react-query keeps.
 */
import type { Conversation } from '~/api';

export interface ConversationPages {
  pages: Conversation[][];
  pageParams: unknown[];
}

function newestFirst(one: Conversation, other: Conversation): number {
  return (other.lastMessageTime ?? '').localeCompare(one.lastMessageTime ?? '') || other.id.localeCompare(one.id);
}

/** All rows of all pages, each once, newest first. */
export function flattenConversations(data: ConversationPages | undefined): Conversation[] {
  const byId = new Map<string, Conversation>();
  for (const page of data?.pages ?? []) for (const row of page) if (!byId.has(row.id)) byId.set(row.id, row);
  return [...byId.values()].sort(newestFirst);
}

/** Puts a changed conversation where it belongs, or takes it out when the list no longer wants it. */
export function placeConversation(data: ConversationPages, changed: Conversation, belongs: boolean): ConversationPages {
  const pages = data.pages.map((page) => page.filter((row) => row.id !== changed.id));
  if (!belongs) return { ...data, pages };
  const [first = [], ...rest] = pages;
  return { ...data, pages: [[changed, ...first].sort(newestFirst), ...rest] };
}

/** Changes rows in place, without moving them. */
export function changeConversations(data: ConversationPages, matches: (row: Conversation) => boolean, change: Partial<Conversation>): ConversationPages {
  return { ...data, pages: data.pages.map((page) => page.map((row) => (matches(row) ? { ...row, ...change } : row))) };
}
