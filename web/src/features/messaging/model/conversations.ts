/**
 * The list of conversations under live events: pure functions over the pages that react-query keeps.
 *
 * Pushes about a conversation go to many people at once and so carry no unread count; each reader counts what arrives
 * from the other side, starting from the last answer that had the count.
 */
import type { Conversation, Message, PushedConversation } from '~/api';

/** A row, the last message its unread count has taken in, and what was unread when the server counted. */
export interface ListedConversation extends Conversation {
  countedSeq?: number;
  wasUnread?: boolean;
  /** In how many conversations of all pages something was unread; rows of a first page have it. */
  unreadTotal?: number;
}

/** An answer to one reader has the count; the type that it shares with pushes does not say so. */
export function asRead(conversation: PushedConversation): Conversation {
  return { ...conversation, unreadCount: conversation.unreadCount ?? 0 };
}

/** A page as the server counted it. */
export function asListed(conversations: readonly PushedConversation[], unreadTotal: number | undefined): ListedConversation[] {
  return conversations.map((conversation) => {
    const row: ListedConversation = { ...asRead(conversation), wasUnread: (conversation.unreadCount ?? 0) > 0 };
    delete row.unreadTotal;
    return unreadTotal === undefined ? row : { ...row, unreadTotal };
  });
}

export interface ConversationPages {
  pages: ListedConversation[][];
  pageParams: unknown[];
}

type Side = 'customer' | 'provider';

function newestFirst(one: Conversation, other: Conversation): number {
  return (other.lastMessageTime ?? '').localeCompare(one.lastMessageTime ?? '') || other.id.localeCompare(one.id);
}

export function findListed(data: ConversationPages, conversationId: string): ListedConversation | undefined {
  for (const page of data.pages) for (const row of page) if (row.id === conversationId) return row;
  return undefined;
}

/** All rows of all pages, each once, newest first. */
export function flattenConversations(data: ConversationPages | undefined): ListedConversation[] {
  const byId = new Map<string, ListedConversation>();
  for (const page of data?.pages ?? []) for (const row of page) if (!byId.has(row.id)) byId.set(row.id, row);
  return [...byId.values()].sort(newestFirst);
}

/** In how many conversations something is unread: those of pages not read yet as the server counted, the rest as they are now. */
export function countUnread(data: ConversationPages | undefined): { count: number; isExact: boolean } {
  const rows = flattenConversations(data);
  const counted = rows.find((row) => row.unreadTotal !== undefined)?.unreadTotal;
  const count = (isUnread: (row: ListedConversation) => boolean) => rows.filter(isUnread).length;
  const now = count((row) => row.unreadCount > 0);
  if (counted === undefined) return { count: now, isExact: false };
  return { count: Math.max(now, counted + now - count((row) => row.wasUnread === true)), isExact: true };
}

/** Puts a changed conversation where it belongs, or takes it out when the list no longer wants it. */
export function placeConversation(data: ConversationPages, changed: PushedConversation, belongs: boolean): ConversationPages {
  const known = findListed(data, changed.id);
  const pages = data.pages.map((page) => page.filter((row) => row.id !== changed.id));
  if (!belongs) return { ...data, pages };
  const { wasUnread, unreadTotal } = known ?? {};
  const counted = { ...(wasUnread !== undefined ? { wasUnread } : {}), ...(unreadTotal !== undefined ? { unreadTotal } : {}) };
  const row: ListedConversation =
    changed.unreadCount === undefined
      ? { ...changed, ...counted, unreadCount: known?.unreadCount ?? 0, countedSeq: known ? countedSeqOf(known) : changed.lastSeq }
      : { ...changed, ...counted, unreadCount: changed.unreadCount, countedSeq: changed.lastSeq };
  const [first = [], ...rest] = pages;
  return { ...data, pages: [[row, ...first].sort(newestFirst), ...rest] };
}

function countedSeqOf(row: ListedConversation): number {
  return row.countedSeq ?? row.lastSeq;
}

/** What a row says of a message: its words, else its first file. */
export function describeMessage(message: Message): string {
  return message.content !== '' ? message.content : (message.attachments[0]?.name ?? '');
}

/** True when the last message was deleted: every other has words, or at least the name or number of its files. */
export function isLastDeleted({ lastMessage }: Pick<Conversation, 'lastMessage'>): boolean {
  return lastMessage === '';
}

/**
 * Takes a message into its row: once into the count when it came from the other side and is not being read right now, and
 * into the row's last words when it is the newest.
 */
export function countMessage(data: ConversationPages, message: Message, viewer: Side, isBeingRead: boolean): ConversationPages {
  return changeRow(data, message.conversationId, (row) => {
    const isNew = message.seq > countedSeqOf(row);
    const isNewest = message.seq >= row.lastSeq;
    if (!isNew && !isNewest) return row;
    const isTheirs = (message.senderType === 'customer') !== (viewer === 'customer');
    return {
      ...row,
      ...(isNewest ? { lastSeq: message.seq, lastMessage: describeMessage(message), lastMessageTime: message.timestamp } : {}),
      ...(isNew ? { countedSeq: message.seq, unreadCount: row.unreadCount + (isTheirs && !isBeingRead ? 1 : 0) } : {}),
    };
  });
}

/** An edit or a deletion of the message a row shows. */
export function retellMessage(data: ConversationPages, message: Message): ConversationPages {
  return changeRow(data, message.conversationId, (row) => (message.seq === row.lastSeq ? { ...row, lastMessage: describeMessage(message) } : row));
}

/** A notice of a message in a room we are not in: it is always the other side's, and the next after what was counted. */
export function countNotice(data: ConversationPages, conversationId: string, preview: string, at: string): ConversationPages {
  return changeRow(data, conversationId, (row) => {
    const seq = Math.max(countedSeqOf(row), row.lastSeq) + 1;
    return { ...row, countedSeq: seq, lastSeq: seq, unreadCount: row.unreadCount + 1, lastMessage: preview, lastMessageTime: at };
  });
}

/** The viewer read up to here, on this device or another. What came after stays unread and is for the next answer to count. */
export function clearUnread(data: ConversationPages, conversationId: string): ConversationPages {
  return changeRow(data, conversationId, (row) => (row.unreadCount === 0 ? row : { ...row, unreadCount: 0 }));
}

function changeRow(data: ConversationPages, conversationId: string, change: (row: ListedConversation) => ListedConversation): ConversationPages {
  const known = findListed(data, conversationId);
  if (!known) return data;
  const next = change(known);
  return next === known ? data : { ...data, pages: data.pages.map((page) => page.map((row) => (row === known ? next : row))) };
}

/** Changes rows in place, without moving them. */
export function changeConversations(data: ConversationPages, matches: (row: Conversation) => boolean, change: Partial<Conversation>): ConversationPages {
  return { ...data, pages: data.pages.map((page) => page.map((row) => (matches(row) ? { ...row, ...change } : row))) };
}
