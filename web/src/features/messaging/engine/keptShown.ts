/**
 * Keeps what the page shows of messages for reading without a network: what came and went by socket after the last
 * answer is part of it. Where it is kept and whose it is, `api/keptReads.ts` decides.
 */
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { findShownPlace, keepShown, type AnySession, type Conversation } from '~/api';
import { countUnread, flattenConversations } from '../model/conversations';
import type { ThreadView } from './threadEngine';

/** As many messages as are asked for at a time. */
export const PAGE_MESSAGES = 50;
export const PAGE_CONVERSATIONS = 100;
/** The newest of a thread that are kept; what is older is asked for when the connection is back. */
export const KEPT_MESSAGES_MAX = 200;
/** What changes within this time is written once. */
export const GATHER_MS = 250;

/** Runs a task once for many calls: a moment after the first of them, or as soon as the page is put away. */
export function gather(task: () => void): () => void {
  let timer: number | null = null;
  const run = () => {
    if (timer === null) return;
    window.clearTimeout(timer);
    timer = null;
    document.removeEventListener('visibilitychange', run);
    task();
  };
  return () => {
    if (timer !== null) return;
    timer = window.setTimeout(run, GATHER_MS);
    document.addEventListener('visibilitychange', run);
  };
}

interface Shown {
  conversationId: string;
  getView: () => ThreadView;
  subscribe: (watcher: () => void) => () => void;
}

/** Keeps a thread as it is shown, from now on, for the person who is signed in now and for nobody else. */
export function keepThread(session: AnySession, thread: Shown): void {
  const read = { path: `/api/messages/conversations/${thread.conversationId}`, query: { limit: PAGE_MESSAGES } };
  const place = findShownPlace(session, read);
  if (!place) return;
  const write = gather(() => {
    const { messages, conversation, hasOlder } = thread.getView();
    if (findShownPlace(session, read)?.key !== place.key) return;
    const newest = messages.slice(-KEPT_MESSAGES_MAX);
    void keepShown(place, { success: true, conversation, messages: newest, hasMore: hasOlder || newest.length < messages.length });
  });
  let known = thread.getView();
  thread.subscribe(() => {
    const view = thread.getView();
    const isSame = view.messages === known.messages && view.conversation === known.conversation;
    known = view;
    if (!isSame && view.loaded && view.conversation) write();
  });
}

/** Keeps every list of conversations of one person as it is shown, cut into the pages in which it will be asked for. */
export function keepLists(session: AnySession, client: QueryClient, owner: string): void {
  for (const [key, data] of client.getQueriesData<InfiniteData<Conversation[]>>({ queryKey: ['conversations', session.kind] })) {
    if (!data?.pages || key[3] !== owner) continue;
    const rows = flattenConversations(data);
    const unread = countUnread(data);
    for (let page = 1; page === 1 || (page - 1) * PAGE_CONVERSATIONS < rows.length; page += 1) {
      const place = findShownPlace(session, { path: '/api/messages/conversations', query: { ...(key[2] as object), page, limit: PAGE_CONVERSATIONS } });
      const conversations = rows.slice((page - 1) * PAGE_CONVERSATIONS, page * PAGE_CONVERSATIONS);
      if (place) void keepShown(place, { success: true, conversations, ...(page === 1 && unread.isExact ? { unreadTotal: unread.count } : {}) });
    }
  }
}
