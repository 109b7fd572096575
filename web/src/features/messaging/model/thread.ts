/**
 * One conversation's state as a pure reducer: pages read by REST and events pushed by the socket come in, in any order
 * and more than once, and the transcript that comes out is the one the server has.
 *
 * Not here: sending (`outbox.ts`), and when to ask the server for what (`engine/threadEngine.ts`).
 */
import type { Conversation, Message, MessageStatus } from '~/api';
import { laterStatus, mergeMessages } from './merge';

/** The server lets a typing mark live this long after its last sign of life. */
export const TYPING_MS = 3_000;

export interface TypingPerson {
  userId: string;
  userName: string;
  until: number;
}

export interface ThreadState {
  /** True once a page has been read; before that events are left to the catch-up that follows the page. */
  loaded: boolean;
  /** Ascending by `seq`, each once. */
  messages: readonly Message[];
  hasOlder: boolean;
  conversation: Conversation | null;
  typing: readonly TypingPerson[];
}

export const EMPTY_THREAD: ThreadState = { loaded: false, messages: [], hasOlder: false, conversation: null, typing: [] };

export type ThreadAction =
  | { type: 'newest_page'; messages: readonly Message[]; hasOlder: boolean; conversation: Conversation }
  | { type: 'older_page'; messages: readonly Message[]; hasOlder: boolean }
  | { type: 'caught_up'; messages: readonly Message[] }
  | { type: 'message'; message: Message }
  | { type: 'message_updated'; message: Message }
  | { type: 'status'; upToSeq: number; status: MessageStatus; by: string; at: string }
  | { type: 'conversation'; conversation: Conversation }
  | { type: 'presence'; personId: string; isOnline: boolean }
  | { type: 'typing'; userId: string; userName: string; now: number }
  | { type: 'stopped_typing'; userId: string }
  | { type: 'typing_expired'; now: number };

export function reduceThread(state: ThreadState, action: ThreadAction): ThreadState {
  switch (action.type) {
    case 'newest_page':
      return takeNewestPage(state, action);
    case 'older_page':
      return { ...state, messages: mergeMessages(state.messages, action.messages), hasOlder: action.hasOlder };
    case 'caught_up':
      return { ...state, messages: mergeMessages(state.messages, action.messages) };
    case 'message':
      return takeMessage(state, action.message);
    case 'message_updated':
      return takeUpdate(state, action.message);
    case 'status':
      return takeStatus(state, action);
    case 'conversation':
      return { ...state, conversation: action.conversation };
    case 'presence':
      return takePresence(state, action.personId, action.isOnline);
    case 'typing':
      return takeTyping(state, action);
    case 'stopped_typing':
      return dropTyping(state, (person) => person.userId === action.userId);
    case 'typing_expired':
      return dropTyping(state, (person) => person.until <= action.now);
  }
}

/** The messages that an action brings, as the server has them. */
export function messagesOf(action: ThreadAction): readonly Message[] {
  if ('messages' in action) return action.messages;
  return 'message' in action ? [action.message] : [];
}

function takeNewestPage(state: ThreadState, page: Extract<ThreadAction, { type: 'newest_page' }>): ThreadState {
  const first = state.messages[0];
  const pageFirst = page.messages[0];
  // A page that reaches at least as far back as ours also knows whether there is anything before it.
  const hasOlder = !first || (pageFirst && pageFirst.seq <= first.seq) ? page.hasOlder : state.hasOlder;
  return { ...state, loaded: true, messages: mergeMessages(state.messages, page.messages), hasOlder, conversation: page.conversation };
}

function takeMessage(state: ThreadState, message: Message): ThreadState {
  if (!state.loaded) return state;
  const first = state.messages[0];
  // Older than the window: it will come with its page, and a lone island would look like a gap.
  if (first && message.seq < first.seq && state.hasOlder) return state;
  const typing = state.typing.filter((person) => person.userId !== message.senderId);
  return { ...state, messages: mergeMessages(state.messages, [message]), typing };
}

function takeUpdate(state: ThreadState, message: Message): ThreadState {
  const known = state.messages.some((entry) => entry.seq === message.seq);
  return known ? { ...state, messages: mergeMessages(state.messages, [message]) } : state;
}

/** A mark covers everything before it: reading the fifth message reads the first four. */
function takeStatus(state: ThreadState, mark: Extract<ThreadAction, { type: 'status' }>): ThreadState {
  const customerId = state.conversation?.customerId;
  const markedByCustomer = mark.by === customerId;
  let changed = false;
  const messages = state.messages.map((message) => {
    if (message.seq > mark.upToSeq || message.senderId === mark.by) return message;
    // Ticks speak of the other side: a colleague who reads my message does not make it read.
    const fromOtherSide = (message.senderType === 'customer') !== markedByCustomer;
    const status = fromOtherSide ? laterStatus(message.status, mark.status) : message.status;
    const isNewReader = mark.status === 'read' && !message.readBy.some((reader) => reader.userId === mark.by);
    if (status === message.status && !isNewReader) return message;
    changed = true;
    return { ...message, status, readBy: isNewReader ? [...message.readBy, { userId: mark.by, readAt: mark.at }] : message.readBy };
  });
  return changed ? { ...state, messages } : state;
}

function takePresence(state: ThreadState, personId: string, isOnline: boolean): ThreadState {
  const { conversation } = state;
  if (!conversation || conversation.customerId !== personId || conversation.isOnline === isOnline) return state;
  return { ...state, conversation: { ...conversation, isOnline } };
}

function takeTyping(state: ThreadState, sign: Extract<ThreadAction, { type: 'typing' }>): ThreadState {
  const others = state.typing.filter((person) => person.userId !== sign.userId);
  return { ...state, typing: [...others, { userId: sign.userId, userName: sign.userName, until: sign.now + TYPING_MS }] };
}

function dropTyping(state: ThreadState, isOver: (person: TypingPerson) => boolean): ThreadState {
  const typing = state.typing.filter((person) => !isOver(person));
  return typing.length === state.typing.length ? state : { ...state, typing };
}

/** The last `seq` up to which nothing is missing from the first loaded message on; 0 for an empty thread. */
export function findContiguousSeq(messages: readonly Message[]): number {
  let last = messages[0]?.seq ?? 0;
  for (const message of messages.slice(1)) {
    if (message.seq !== last + 1) break;
    last = message.seq;
  }
  return last;
}

/** True when a message came whose predecessor did not: the engine then reads what is missing. */
export function hasGap(messages: readonly Message[]): boolean {
  return findContiguousSeq(messages) !== (messages.at(-1)?.seq ?? 0);
}
