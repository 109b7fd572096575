/**
 * What was written and not yet acknowledged.
 *
 * Every entry survives a reload, keeps its `clientMessageId` through all attempts (so that a repeat is the same message),
 * and leaves only by an acknowledgement or by its author's hand. Entries of one conversation go out one after another,
 * in the order they were written.
 */
import { newKey, toProblem, type Attachment, type Message } from '~/api';

export interface OutboxDraft {
  conversationId: string | null;
  appointmentId: string | null;
  content: string;
  attachments: Attachment[];
  replyTo: string | null;
}

export type OutboxState = 'waiting' | 'sending' | 'failed';

export interface OutboxEntry extends OutboxDraft {
  clientMessageId: string;
  createdAt: string;
  state: OutboxState;
  /** Why it failed, in words, when it did. */
  reason: string | null;
}

export interface OutboxParts {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  storageKey: string;
  send: (entry: OutboxEntry) => Promise<Message>;
  onSent: (message: Message, entry: OutboxEntry) => void;
  now?: () => number;
  schedule?: (task: () => void, delay_ms: number) => void;
}

export const OUTBOX_ENTRIES_MAX = 200;
const RETRY_MS_FIRST = 2_000;
const RETRY_MS_MAX = 30_000;

export class Outbox {
  readonly #parts: OutboxParts;
  readonly #watchers = new Set<() => void>();
  readonly #busy = new Set<string>();
  #entries: readonly OutboxEntry[];
  #failures = 0;
  #retryPlanned = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#entries = readEntries(parts);
  }

  readonly getEntries = (): readonly OutboxEntry[] => this.#entries;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Accepts a message for sending; false when the outbox is full, so that the author keeps the text. */
  add(draft: OutboxDraft): boolean {
    if (this.#entries.length >= OUTBOX_ENTRIES_MAX) return false;
    const createdAt = new Date(this.#parts.now?.() ?? Date.now()).toISOString();
    this.#keep([...this.#entries, { ...draft, clientMessageId: newKey(), createdAt, state: 'waiting', reason: null }]);
    this.flush();
    return true;
  }

  /** Tries a failed message again, and everything behind it. */
  retry(clientMessageId: string): void {
    this.#change(clientMessageId, { state: 'waiting', reason: null });
    this.flush();
  }

  discard(clientMessageId: string): void {
    this.#keep(this.#entries.filter((entry) => entry.clientMessageId !== clientMessageId));
  }

  /** A message that the server shows is acknowledged, however its ack got lost. */
  settle(messages: readonly Message[]): void {
    const known = new Set(messages.map((message) => message.clientMessageId).filter(Boolean));
    if (this.#entries.some((entry) => known.has(entry.clientMessageId))) {
      this.#keep(this.#entries.filter((entry) => !known.has(entry.clientMessageId)));
    }
  }

  /** Starts sending whatever waits. Called on every new entry and whenever the connection came back. */
  flush(): void {
    for (const entry of this.#entries) {
      const lane = laneOf(entry);
      if (entry.state === 'waiting' && !this.#busy.has(lane)) void this.#drain(lane);
    }
  }

  async #drain(lane: string): Promise<void> {
    this.#busy.add(lane);
    try {
      for (;;) {
        const entry = this.#entries.find((candidate) => laneOf(candidate) === lane && candidate.state === 'waiting');
        if (!entry || !(await this.#attempt(entry))) return;
      }
    } finally {
      this.#busy.delete(lane);
    }
  }

  /** True when the lane may go on with its next entry. */
  async #attempt(entry: OutboxEntry): Promise<boolean> {
    this.#change(entry.clientMessageId, { state: 'sending', reason: null });
    try {
      const message = await this.#parts.send(entry);
      this.#failures = 0;
      this.discard(entry.clientMessageId);
      this.#parts.onSent(message, entry);
      return true;
    } catch (error) {
      const problem = toProblem(error);
      const mayPass = problem.isUnreachable || problem.status === 401 || problem.status === 429 || problem.code === 'IDEMPOTENCY_IN_PROGRESS';
      if (!mayPass) {
        this.#change(entry.clientMessageId, { state: 'failed', reason: problem.detail });
        return true;
      }
      this.#change(entry.clientMessageId, { state: 'waiting', reason: null });
      this.#planRetry(problem.retryAfterSeconds);
      return false;
    }
  }

  #planRetry(retryAfterSeconds: number | null): void {
    if (this.#retryPlanned) return;
    this.#retryPlanned = true;
    const delay_ms = retryAfterSeconds !== null ? retryAfterSeconds * 1000 : Math.min(RETRY_MS_FIRST * 2 ** this.#failures, RETRY_MS_MAX);
    this.#failures += 1;
    const schedule = this.#parts.schedule ?? ((task, wait_ms) => void setTimeout(task, wait_ms));
    schedule(() => {
      this.#retryPlanned = false;
      this.flush();
    }, delay_ms);
  }

  #change(clientMessageId: string, change: Partial<OutboxEntry>): void {
    this.#keep(this.#entries.map((entry) => (entry.clientMessageId === clientMessageId ? { ...entry, ...change } : entry)));
  }

  #keep(entries: readonly OutboxEntry[]): void {
    this.#entries = entries;
    if (entries.length === 0) this.#parts.storage.removeItem(this.#parts.storageKey);
    else this.#parts.storage.setItem(this.#parts.storageKey, JSON.stringify(entries));
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function laneOf(entry: OutboxDraft): string {
  return entry.conversationId ?? entry.appointmentId ?? '';
}

/** An entry that was on its way when the page closed may or may not have arrived; its key makes asking again safe. */
function readEntries(parts: OutboxParts): OutboxEntry[] {
  const stored = parts.storage.getItem(parts.storageKey);
  if (!stored) return [];
  try {
    const entries = JSON.parse(stored) as OutboxEntry[];
    return entries.map((entry) => (entry.state === 'sending' ? { ...entry, state: 'waiting' } : entry));
  } catch {
    // Unreadable storage cannot be resent; it is dropped so that new messages can be kept.
    parts.storage.removeItem(parts.storageKey);
    return [];
  }
}
