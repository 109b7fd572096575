/** What the socket says about events, turned into changes of the list. Pure, so that the tests run what the screen runs. */
import type { EventRow, EventStatus } from '~/api';

export interface Slice<Row> {
  rows: Row[];
  next: string | null;
}

/** One step of one event. */
export interface EventNews {
  id: string;
  type: string;
  status: EventStatus;
  at: string;
  /** The first that is heard of it. */
  isNew: boolean;
  progress?: number;
  deliveries?: EventRow['deliveries'];
  error?: string;
}

interface Told {
  event_id?: string;
  event_type?: string;
  status?: EventStatus;
  timestamp?: string;
  progress?: number;
  deliveries?: EventRow['deliveries'];
  result?: { total: number; failed: number; cancelled: number };
  error?: string;
}

export type EventNotice = 'event:acknowledged' | 'event:progress' | 'event:completed' | 'event:failed';

/** Types are written with dots in lists, whatever their sender wrote. */
export function dotted(type: string): string {
  return type.replaceAll(':', '.');
}

/** What a notice says; nothing when it is a refusal, which has no event. */
export function readNews(notice: EventNotice, told: Told): EventNews | null {
  if (!told.event_id || !told.event_type || !told.timestamp) return null;
  const base = { id: told.event_id, type: dotted(told.event_type), at: told.timestamp, isNew: notice === 'event:acknowledged' };
  if (notice === 'event:completed' || notice === 'event:failed') {
    const { total = 0, failed = 0, cancelled = 0 } = told.result ?? {};
    return { ...base, status: notice === 'event:failed' ? 'failed' : 'completed', progress: 100, deliveries: { total, done: total, failed, cancelled } };
  }
  return {
    ...base,
    status: told.status ?? 'processing',
    ...(told.progress === undefined ? {} : { progress: told.progress }),
    ...(told.deliveries === undefined ? {} : { deliveries: told.deliveries }),
  };
}

const FINAL: readonly EventStatus[] = ['completed', 'failed', 'cancelled'];

export function isOver(status: EventStatus): boolean {
  return FINAL.includes(status);
}

/** The row after the step. */
export function patchRow<Row extends EventRow>(row: Row, news: EventNews): Row {
  // The list may know more already: it was read after the event was stored.
  if (news.isNew) return row;
  return {
    ...row,
    status: news.status,
    progress: news.progress ?? row.progress,
    deliveries: news.deliveries ?? row.deliveries,
    completed_at: isOver(news.status) ? (row.completed_at ?? news.at) : null,
  };
}

/** A row for an event of which only the socket has told; the rest is read soon after. */
function newRow(news: EventNews): EventRow {
  return {
    id: news.id,
    type: news.type,
    status: news.status,
    source: '',
    actor: '',
    progress: 0,
    deliveries: { total: 0, done: 0, failed: 0, cancelled: 0 },
    error: null,
    replay_of: null,
    idempotency_key: null,
    scheduled_for: null,
    created_at: news.at,
    completed_at: null,
  };
}

/** The list after the steps. `takesNew` says whether an event of this kind belongs into it. */
export function applyNews(slices: Slice<EventRow>[], all: readonly EventNews[], takesNew: (news: EventNews) => boolean): Slice<EventRow>[] {
  const known = new Map<string, EventRow>();
  for (const slice of slices) for (const row of slice.rows) known.set(row.id, row);
  const changed = new Map<string, EventRow>();
  const fresh: EventRow[] = [];
  for (const news of all) {
    const row = changed.get(news.id) ?? known.get(news.id);
    if (row) {
      changed.set(news.id, patchRow(row, news));
    } else if (news.isNew && takesNew(news)) {
      const made = newRow(news);
      fresh.unshift(made);
      changed.set(news.id, made);
    }
  }
  if (changed.size === 0) return slices;
  const current = (row: EventRow) => changed.get(row.id) ?? row;
  const next = slices.map((slice) => (slice.rows.some((row) => changed.has(row.id)) ? { ...slice, rows: slice.rows.map(current) } : slice));
  const [first, ...rest] = next;
  if (!first || fresh.length === 0) return next;
  return [{ ...first, rows: [...fresh.map(current), ...first.rows] }, ...rest];
}

/**
 * The list with its first page read anew: rows that stand deeper stay. When the new page does not reach down to what was
 * known, there is a gap, and the list begins afresh.
 */
export function mergeHead<Row extends { id: string }>(slices: Slice<Row>[], head: Slice<Row>): Slice<Row>[] {
  const last = head.rows.at(-1);
  const rows = slices.flatMap((slice) => slice.rows);
  const at = last ? rows.findIndex((row) => row.id === last.id) : -1;
  if (!last || head.next === null || at < 0) return [head];
  const read = new Set(head.rows.map((row) => row.id));
  const below = rows.slice(at + 1).filter((row) => !read.has(row.id));
  return [{ rows: [...head.rows, ...below], next: slices.at(-1)?.next ?? null }];
}
