/**
 * Conversations, for both sides. `ChatThread` is the whole thing; the pieces are exported for screens that need less.
 */
import '~/ui/mantine-more.css';
import { addCatalog } from '~/i18n';
import { chatEn } from '~/i18n/en/chat';

addCatalog('chat', chatEn);

export { userChat, customerChat, type Chat, type Viewer } from './engine/chat';
export { ThreadEngine, type ThreadView } from './engine/threadEngine';
export { useThread, useOutbox, useViewer, useUploads } from './hooks';
export { useConversations, useConversationEvents, conversationsKey, useTypingIn, type ConversationQuery } from './conversations';
export { ChatThread } from './parts/ChatThread';
export { NewThread } from './parts/NewThread';
export { MessageList } from './parts/MessageList';
export { Bubble } from './parts/Bubble';
export { Composer, MESSAGE_CHARACTERS_MAX, type ComposerDraft } from './parts/Composer';
export { ThreadSkeleton } from './parts/ThreadSkeleton';
export { LastWords } from './parts/LastWords';
export { LiveLine, useLiveWords } from './parts/LiveLine';
export { Ticks, type TickState } from './parts/Ticks';
export { TypingLine } from './parts/TypingLine';
export { type InlineCard } from './model/rows';
export { asRead, countUnread, flattenConversations, placeConversation } from './model/conversations';
export { reduceThread, EMPTY_THREAD, type ThreadState, type ThreadAction } from './model/thread';
export { Outbox, type OutboxEntry, type OutboxDraft } from './model/outbox';
