/** The list of conversations: read in pages, then kept right by events through `model/conversations.ts`. */
import { useInfiniteQuery, useQueryClient, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { must, type Conversation, type Message, type SessionKind } from '~/api';
import { useLiveEvent, useLiveState } from '~/live';
import type { Chat } from './engine/chat';
import { changeConversations, clearUnread, countMessage, countNotice, findListed, placeConversation, type ConversationPages, type PushedConversation } from './model/conversations';
import { TYPING_MS } from './model/thread';

const PAGE_CONVERSATIONS = 100;
const POLL_MS = 10_000;

export interface ConversationQuery {
  status?: Conversation['status'];
  q?: string;
}

export function conversationsKey(kind: SessionKind, query?: ConversationQuery): QueryKey {
  return query ? ['conversations', kind, query] : ['conversations', kind];
}

export function useConversations(chat: Chat, query: ConversationQuery) {
  const live = useLiveState(chat.live);
  return useInfiniteQuery({
    queryKey: conversationsKey(chat.kind, query),
    queryFn: async ({ pageParam, signal }) => {
      const { conversations } = await must(chat.api.GET('/api/messages/conversations', { params: { query: { ...query, page: pageParam, limit: PAGE_CONVERSATIONS } }, signal }));
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
  const noticed = useRef(new Set<string>());

  const changeAll = useCallback(
    (change: (data: ConversationPages, query: ConversationQuery) => ConversationPages) => {
      for (const [key, data] of client.getQueriesData<CachedPages>({ queryKey: conversationsKey(chat.kind) })) {
        if (data?.pages) client.setQueryData(key, change(data, (key[2] ?? {}) as ConversationQuery));
      }
    },
    [client, chat],
  );
  const readAgain = useCallback(() => void client.invalidateQueries({ queryKey: conversationsKey(chat.kind) }), [client, chat]);

  useLiveEvent<{ conversation: PushedConversation }>(chat.live, 'conversation_updated', ({ conversation }) => {
    if (!conversation?.id) return;
    let isKnown = false;
    changeAll((data, query) => {
      const isListed = findListed(data, conversation.id) !== undefined;
      isKnown ||= isListed;
      const belongs = (query.status ?? 'active') === conversation.status && (isListed || !query.q);
      return placeConversation(data, conversation, belongs);
    });
    // A conversation not seen before has unread messages that no push counts.
    if (!isKnown) readAgain();
    if (noticed.current.delete(conversation.id)) chat.tellDelivered(conversation.id, conversation.lastSeq);
  });

  useLiveEvent<Message>(chat.live, 'message_received', (message) => {
    const viewer = chat.findViewer();
    if (!viewer) return;
    const isBeingRead = chat.isReading(message.conversationId);
    changeAll((data) => countMessage(data, message, viewer.side, isBeingRead));
    if (!isBeingRead) chat.tellDelivered(message.conversationId, message.seq);
  });

  useLiveEvent<{ conversationId: string }>(chat.live, 'new_message_notification', ({ conversationId }) => {
    // The notice has no number; the update of its conversation, before or after it, has.
    noticed.current.add(conversationId);
    changeAll((data) => countNotice(data, conversationId));
  });

  // My mark from another device clears the count here too.
  useLiveEvent<StatusPayload>(chat.live, 'message_status_update', ({ conversationId, status, by }) => {
    if (status === 'read' && by === chat.findViewer()?.id) changeAll((data) => clearUnread(data, conversationId));
  });

  useLiveEvent<{ customerId?: string; isOnline: boolean }>(chat.live, 'presence', ({ customerId, isOnline }) => {
    if (customerId) changeAll((data) => changeConversations(data, (row) => row.customerId === customerId, { isOnline }));
  });

  // My own message moves its row up at once, also when the update that follows is lost.
  useEffect(
    () =>
      chat.onSent((message: Message) => {
        changeAll((data) => changeConversations(data, (row) => row.id === message.conversationId, { lastMessage: message.content || (message.attachments[0]?.name ?? ''), lastMessageTime: message.timestamp }));
      }),
    [chat, changeAll],
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
