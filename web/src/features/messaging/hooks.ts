/** The engine as React sees it. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useUploads } from './useUploads';
import type { Chat, Viewer } from './engine/chat';
import type { ThreadEngine, ThreadView } from './engine/threadEngine';
import type { OutboxDraft, OutboxEntry } from './model/outbox';

const NO_ENTRIES: readonly OutboxEntry[] = [];
const NO_SUBSCRIPTION = () => () => undefined;

/** Everything of a conversation that is written and not yet acknowledged. */
export function useOutbox(chat: Chat, target: { conversationId?: string | null; appointmentId?: string | null }): {
  entries: readonly OutboxEntry[];
  send: (draft: Pick<OutboxDraft, 'content' | 'attachments' | 'replyTo'>) => boolean;
  retry: (clientMessageId: string) => void;
  discard: (clientMessageId: string) => void;
} {
  const outbox = chat.findOutbox();
  const all = useSyncExternalStore(outbox?.subscribe ?? NO_SUBSCRIPTION, outbox?.getEntries ?? (() => NO_ENTRIES));
  const { conversationId = null, appointmentId = null } = target;
  const entries = useMemo(
    () => all.filter((entry) => (conversationId ? entry.conversationId === conversationId : entry.appointmentId === appointmentId && !entry.conversationId)),
    [all, conversationId, appointmentId],
  );
  return {
    entries,
    send: (draft) => outbox?.add({ ...draft, conversationId, appointmentId: conversationId ? null : appointmentId }) ?? false,
    retry: (id) => outbox?.retry(id),
    discard: (id) => outbox?.discard(id),
  };
}

/** Follows a conversation for as long as the component is on the page. */
export function useThread(chat: Chat, conversationId: string): { engine: ThreadEngine; view: ThreadView } {
  const engine = useMemo(() => chat.openThread(conversationId), [chat, conversationId]);
  useEffect(() => engine.open(), [engine]);
  const view = useSyncExternalStore(engine.subscribe, engine.getView);
  return { engine, view };
}

export function useViewer(chat: Chat): Viewer | null {
  const profile = useSyncExternalStore<object | null>(chat.session.subscribe, () => chat.session.getProfile());
  return useMemo(() => (profile ? chat.findViewer() : null), [chat, profile]);
}

export { useUploads };
