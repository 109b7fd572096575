/**
 * What was written and not yet acknowledged.
 *
 * Every entry survives a reload, keeps its `clientMessageId` through all attempts (so that a repeat is the same message),
 * and leaves only by an acknowledgement or by its author's hand. Entries of one conversation go out one after another,
 * in the order they were written.
 *
 * All tabs of one person share what waits. Each entry lies under a key of its own, so that no tab writes over what another
 * one keeps, and whichever tab is open sends it.
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
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;
  /** What the key of every entry starts with, up to a dot. */
  storageKey: string;
  send: (entry: OutboxEntry) => Promise<Message>;
  onSent: (message: Message, entry: OutboxEntry) => void;
  now?: () => number;
  schedule?: (task: () => void, delay_ms: number) => void;
  /** Runs a task while no other tab runs one of the same name. Where there is none, the ids make a second send harmless. */
  alone?: (name: string, task: () => Promise<void>) => Promise<void>;
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
    splitList(parts);
    this.#entries = readEntries(parts);
  }

  readonly getEntries = (): readonly OutboxEntry[] => this.#entries;

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Accepts a message for sending; false when there is no room for it, so that the author keeps the text. */
  add(draft: OutboxDraft): boolean {
    if (this.#entries.length >= OUTBOX_ENTRIES_MAX) return false;
    // Never the moment of the one before it: the order is read back from the moments.
    const last_ms = Math.max(0, ...this.#entries.map((entry) => Date.parse(entry.createdAt)));
    const createdAt = new Date(Math.max(this.#parts.now?.() ?? Date.now(), last_ms + 1)).toISOString();
    const entry: OutboxEntry = { ...draft, clientMessageId: newKey(), createdAt, state: 'waiting', reason: null };
    try {
      writeEntry(this.#parts, entry);
    } catch {
      // The browser's storage is full.
      return false;
    }
    this.#show([...this.#entries, entry]);
    this.flush();
    return true;
  }

  /** Tries a failed message again, and everything behind it. */
  retry(clientMessageId: string): void {
    this.#change(clientMessageId, { state: 'waiting', reason: null });
    this.flush();
  }

  discard(clientMessageId: string): void {
    this.#drop(new Set([clientMessageId]));
  }

  /** A message that the server shows is acknowledged, however its ack got lost. */
  settle(messages: readonly Message[]): void {
    const known = new Set(messages.map((message) => message.clientMessageId).filter(Boolean));
    if (this.#entries.some((entry) => known.has(entry.clientMessageId))) this.#drop(known);
  }

  /** Another tab changed the storage under this key, or all of it. */
  follow(key: string | null): void {
    if (key !== null && !key.startsWith(`${this.#parts.storageKey}.`)) return;
    this.#readAgain();
    // Its own tab sends it, unless that is closed by then.
    if (this.#entries.some((entry) => entry.state === 'waiting')) this.#planFlush(RETRY_MS_FIRST);
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
    const alone = this.#parts.alone ?? ((_name, task) => task());
    try {
      await alone(`${this.#parts.storageKey}.${lane}`, async () => {
        // What another tab sent while this one waited for its turn is gone from the storage.
        this.#readAgain();
        for (;;) {
          const entry = this.#entries.find((candidate) => laneOf(candidate) === lane && candidate.state === 'waiting');
          if (!entry || !(await this.#attempt(entry))) return;
        }
      });
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
    const delay_ms = retryAfterSeconds !== null ? retryAfterSeconds * 1000 : Math.min(RETRY_MS_FIRST * 2 ** this.#failures, RETRY_MS_MAX);
    this.#failures += 1;
    this.#planFlush(delay_ms);
  }

  #planFlush(delay_ms: number): void {
    if (this.#retryPlanned) return;
    this.#retryPlanned = true;
    const schedule = this.#parts.schedule ?? ((task, wait_ms) => void setTimeout(task, wait_ms));
    schedule(() => {
      this.#retryPlanned = false;
      this.flush();
    }, delay_ms);
  }

  #change(clientMessageId: string, change: Partial<OutboxEntry>): void {
    const entry = this.#entries.find((candidate) => candidate.clientMessageId === clientMessageId);
    if (!entry) return;
    // Another tab took it away; writing it would bring it back.
    if (this.#parts.storage.getItem(keyOf(this.#parts, entry)) === null) return this.#drop(new Set([clientMessageId]));
    const changed = { ...entry, ...change };
    writeEntry(this.#parts, changed);
    this.#show(this.#entries.map((candidate) => (candidate === entry ? changed : candidate)));
  }

  #drop(clientMessageIds: ReadonlySet<string | null | undefined>): void {
    for (const entry of this.#entries) if (clientMessageIds.has(entry.clientMessageId)) this.#parts.storage.removeItem(keyOf(this.#parts, entry));
    this.#show(this.#entries.filter((entry) => !clientMessageIds.has(entry.clientMessageId)));
  }

  #readAgain(): void {
    const sending = new Set(this.#entries.filter((entry) => entry.state === 'sending').map((entry) => entry.clientMessageId));
    this.#show(readEntries(this.#parts).map((entry) => (sending.has(entry.clientMessageId) ? { ...entry, state: 'sending' } : entry)));
  }

  #show(entries: readonly OutboxEntry[]): void {
    this.#entries = entries;
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function laneOf(entry: OutboxDraft): string {
  return entry.conversationId ?? entry.appointmentId ?? '';
}

function keyOf(parts: OutboxParts, entry: OutboxEntry): string {
  return `${parts.storageKey}.${entry.clientMessageId}`;
}

/** That it is on its way is known to its tab alone: when the page closes it may or may not have arrived, and waits again. */
function writeEntry(parts: OutboxParts, entry: OutboxEntry): void {
  parts.storage.setItem(keyOf(parts, entry), JSON.stringify(entry.state === 'sending' ? { ...entry, state: 'waiting' } : entry));
}

/** All entries of all tabs, in the order they were written. */
function readEntries(parts: OutboxParts): OutboxEntry[] {
  const keys: string[] = [];
  for (let index = 0; index < parts.storage.length; index += 1) {
    const key = parts.storage.key(index);
    if (key?.startsWith(`${parts.storageKey}.`)) keys.push(key);
  }
  return keys.flatMap((key) => readStored<OutboxEntry>(parts, key) ?? []).sort((one, other) => one.createdAt.localeCompare(other.createdAt));
}

/** Until lately all entries lay in one list. */
function splitList(parts: OutboxParts): void {
  const list = readStored<OutboxEntry[]>(parts, parts.storageKey);
  if (!list) return;
  parts.storage.removeItem(parts.storageKey);
  for (const entry of list) writeEntry(parts, entry);
}

function readStored<Stored>(parts: OutboxParts, key: string): Stored | null {
  const stored = parts.storage.getItem(key);
  if (stored === null) return null;
  try {
    return JSON.parse(stored) as Stored;
  } catch {
    // Unreadable storage cannot be resent; it is dropped so that new messages can be kept.
    parts.storage.removeItem(key);
    return null;
  }
}
