/** The list of conversations: read in pages, then kept right by events through `model/conversations.ts`. */
import { useInfiniteQuery, useQueryClient, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { must, type Conversation, type Message, type PushedConversation, type SessionKind } from '~/api';
import { useLiveEvent, useLiveState } from '~/live';
import type { Chat, Viewer } from './engine/chat';
import { gather, keepLists, PAGE_CONVERSATIONS } from './engine/keptShown';
import { asListed, changeConversations, clearUnread, countMessage, countNotice, findListed, placeConversation, retellMessage, type ConversationPages, type ListedConversation } from './model/conversations';
import { TYPING_MS } from './model/thread';

const POLL_MS = 10_000;

export interface ConversationQuery {
  status?: Conversation['status'];
  q?: string;
}

/** A list belongs to who asked for it: the next person on the same device must not see it, nor keep it as theirs. */
export function conversationsKey(kind: SessionKind, query?: ConversationQuery, owner: string | null = null): QueryKey {
  return query ? ['conversations', kind, query, owner] : ['conversations', kind];
}

export function useConversations(chat: Chat, query: ConversationQuery) {
  const live = useLiveState(chat.live);
  return useInfiniteQuery({
    queryKey: conversationsKey(chat.kind, query, chat.findViewer()?.id),
    queryFn: async ({ pageParam, signal }) => {
      const answer = await must(chat.api.GET('/api/messages/conversations', { params: { query: { ...query, page: pageParam, limit: PAGE_CONVERSATIONS } }, signal }));
      const conversations = asListed(answer.conversations, answer.unreadTotal);
      chat.noteLastSeqs(conversations);
      for (const row of conversations) if (row.unreadCount > 0) chat.tellDelivered(row.id, row.lastSeq);
      return conversations;
    },
    initialPageParam: 1,
    getNextPageParam: (last, pages) => (last.length < PAGE_CONVERSATIONS ? undefined : pages.length + 1),
    // Without a socket the list is asked for now and then, so that a blocked connection does not mean a dead inbox.
    refetchInterval: live === 'live' ? false : POLL_MS,
  });
}

type CachedPages = InfiniteData<Conversation[]>;

interface StatusPayload {
  conversationId: string;
  status: string;
  by: string;
}

/** Keeps every cached list of conversations right while mounted. One per page is enough. */
export function useConversationEvents(chat: Chat): { markRead: (conversationId: string) => void } {
  const client = useQueryClient();
  const live = useLiveState(chat.live);

  const keepSoon = useMemo(
    () =>
      gather(() => {
        const viewer = chat.findViewer();
        if (viewer) keepLists(chat.session, client, viewer.id);
      }),
    [client, chat],
  );
  const changeAll = useCallback(
    (change: (data: ConversationPages, query: ConversationQuery) => ConversationPages) => {
      for (const [key, data] of client.getQueriesData<CachedPages>({ queryKey: conversationsKey(chat.kind) })) {
        if (!data?.pages) continue;
        const changed = change(data, (key[2] ?? {}) as ConversationQuery);
        client.setQueryData(key, changed);
        for (const page of changed.pages) chat.noteLastSeqs(page);
      }
      keepSoon();
    },
    [client, chat, keepSoon],
  );
  const readAgain = useCallback(() => void client.invalidateQueries({ queryKey: conversationsKey(chat.kind) }), [client, chat]);

  /** Shows a message in its row; false when no list has that row yet. */
  const showMessage = useCallback(
    (message: Message, side: Viewer['side'], isBeingRead: boolean) => {
      let isKnown = false;
      changeAll((data) => {
        isKnown ||= findListed(data, message.conversationId) !== undefined;
        return countMessage(data, message, side, isBeingRead);
      });
      return isKnown;
    },
    [changeAll],
  );

  useLiveEvent<{ conversation: PushedConversation; takenBackSeq?: number }>(chat.live, 'conversation_updated', ({ conversation, takenBackSeq }) => {
    if (!conversation?.id) return;
    let isKnown = false;
    let isWaiting = false;
    let isLeaving = false;
    changeAll((data, query) => {
      const listed = findListed(data, conversation.id);
      const isListed = listed !== undefined;
      isKnown ||= isListed;
      isWaiting ||= (listed?.unreadCount ?? 0) > 0;
      const belongs = (query.status ?? 'active') === conversation.status && (isListed || !query.q);
      isLeaving ||= !belongs && (listed?.unreadCount ?? 0) > 0;
      return placeConversation(data, conversation, belongs);
    });
    // A conversation not seen before may have unread messages, which no push counts. Of one that is waiting, nobody here
    // knows whether the message that was taken back is among those that were counted.
    // With one that leaves a list unread, the list's own count is no longer right.
    if (!isKnown || isLeaving || (isWaiting && takenBackSeq !== undefined)) readAgain();
  });

  const takeMessage = (message: Message) => {
    const viewer = chat.findViewer();
    if (!viewer) return;
    const isBeingRead = chat.isReading(message.conversationId);
    if (!showMessage(message, viewer.side, isBeingRead)) readAgain();
    if (message.senderId !== viewer.id && !isBeingRead) chat.tellDelivered(message.conversationId, message.seq);
  };
  useLiveEvent<Message>(chat.live, 'message_received', takeMessage);
  useLiveEvent<Message>(chat.live, 'message_sent', takeMessage);
  useLiveEvent<Message>(chat.live, 'message_updated', (message) => changeAll((data) => retellMessage(data, message)));

  useLiveEvent<{ conversationId: string; preview: string }>(chat.live, 'new_message_notification', ({ conversationId, preview }) => {
    let row: ListedConversation | undefined;
    changeAll((data) => {
      const counted = countNotice(data, conversationId, preview, new Date().toISOString());
      row ??= findListed(counted, conversationId);
      return counted;
    });
    if (row) chat.tellDelivered(conversationId, row.lastSeq);
    else readAgain();
  });

  // My mark from another device clears the count here too.
  useLiveEvent<StatusPayload>(chat.live, 'message_status_update', ({ conversationId, status, by }) => {
    if (status !== 'read' || by !== chat.findViewer()?.id) return;
    let isKnown = false;
    changeAll((data) => {
      isKnown ||= findListed(data, conversationId) !== undefined;
      return clearUnread(data, conversationId);
    });
    // One on a page that is not here was counted with all.
    if (!isKnown) readAgain();
  });

  useLiveEvent<{ customerId?: string; isOnline: boolean }>(chat.live, 'presence', ({ customerId, isOnline }) => {
    if (customerId) changeAll((data) => changeConversations(data, (row) => row.customerId === customerId, { isOnline }));
  });

  // My own message moves its row up with its ack, also by REST and when the event that follows is lost.
  useEffect(
    () =>
      chat.onSent((message: Message) => {
        const viewer = chat.findViewer();
        if (viewer && !showMessage(message, viewer.side, true)) readAgain();
      }),
    [chat, showMessage, readAgain],
  );

  // Whatever happened while the connection was down is read once when it is back.
  useEffect(() => {
    if (live === 'live') readAgain();
  }, [live, readAgain]);

  const markRead = useCallback((conversationId: string) => changeAll((data) => clearUnread(data, conversationId)), [changeAll]);
  return { markRead };
}

interface TypingSign {
  conversationId: string;
  userName: string;
}

/** Who types where, for the rows of a list whose rooms are joined. */
class TypingBoard {
  readonly #signs = new Map<string, { userName: string; timer: number }>();
  readonly #watchers = new Set<() => void>();

  constructor(chat: Chat) {
    chat.live.on('user_typing', (payload) => this.#take(payload as TypingSign));
    chat.live.on('user_stopped_typing', (payload) => this.#drop((payload as TypingSign).conversationId));
    chat.live.on('message_received', (payload) => this.#drop((payload as Message).conversationId));
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  find(conversationId: string): string | null {
    return this.#signs.get(conversationId)?.userName ?? null;
  }

  #take(sign: TypingSign): void {
    window.clearTimeout(this.#signs.get(sign.conversationId)?.timer);
    const timer = window.setTimeout(() => this.#drop(sign.conversationId), TYPING_MS);
    this.#signs.set(sign.conversationId, { userName: sign.userName, timer });
    this.#announce();
  }

  #drop(conversationId: string): void {
    if (this.#signs.delete(conversationId)) this.#announce();
  }

  #announce(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

const boards = new WeakMap<Chat, TypingBoard>();

function findBoard(chat: Chat): TypingBoard {
  const known = boards.get(chat);
  if (known) return known;
  const made = new TypingBoard(chat);
  boards.set(chat, made);
  return made;
}

/** The name of who is typing in a conversation, or null. */
export function useTypingIn(chat: Chat, conversationId: string): string | null {
  const board = findBoard(chat);
  return useSyncExternalStore(board.subscribe, () => board.find(conversationId));
}
