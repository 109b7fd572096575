/**
 * Notices on their way out: gone from the screen at once, and from the server when nobody took it back in time. What waits
 * is not counted and not shown, whatever is read meanwhile.
 */
import { useSyncExternalStore } from 'react';

export const UNDO_MS = 6_000;

interface Waiting {
  timer: number;
  isUnread: boolean;
  carryOut: () => Promise<unknown>;
}

let waiting: ReadonlyMap<string, Waiting> = new Map();
const watchers = new Set<() => void>();

function keep(next: ReadonlyMap<string, Waiting>): void {
  waiting = next;
  for (const watcher of [...watchers]) watcher();
}

function without(id: string): ReadonlyMap<string, Waiting> {
  const next = new Map(waiting);
  next.delete(id);
  return next;
}

/** Carries it out; the line stays away until the server has answered. */
function finish(id: string): void {
  const entry = waiting.get(id);
  if (!entry) return;
  window.clearTimeout(entry.timer);
  void entry.carryOut().finally(() => keep(without(id)));
}

export function removeLater(id: string, isUnread: boolean, carryOut: () => Promise<unknown>): void {
  if (waiting.has(id)) return;
  const timer = window.setTimeout(() => finish(id), UNDO_MS);
  keep(new Map(waiting).set(id, { timer, isUnread, carryOut }));
}

/** Whether it is this screen that takes it away. */
export function isOnItsWayOut(id: string): boolean {
  return waiting.has(id);
}

export function takeBack(id: string): void {
  const entry = waiting.get(id);
  if (!entry) return;
  window.clearTimeout(entry.timer);
  keep(without(id));
}

/** Everything was read: what is on its way out is none of what waits either. */
export function forgetUnread(): void {
  keep(new Map([...waiting].map(([id, entry]) => [id, { ...entry, isUnread: false }])));
}

// Whoever closes the page has not taken anything back.
if (typeof window !== 'undefined') window.addEventListener('pagehide', () => [...waiting.keys()].forEach(finish));

export function useRemovals(): { isGone: (id: string) => boolean; unreadGone: number } {
  const now = useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, () => waiting);
  return { isGone: (id) => now.has(id), unreadGone: [...now.values()].filter(({ isUnread }) => isUnread).length };
}
