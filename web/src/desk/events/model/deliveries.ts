/** What the socket says about single deliveries, turned into changes of lists; and what may be done with one. */
import type { Delivery, DeliveryStatus } from '~/api';
import type { Slice } from './feed';

export interface DeliveryNews {
  id: string;
  eventId: string;
  status: DeliveryStatus;
  attempt: number;
  messageId: string | null;
  code: string | null;
  error: string | null;
  nextAttemptAt: string | null;
  channel: string;
  at: string;
}

interface Told {
  delivery_id?: string;
  event_id?: string;
  channel?: string;
  status?: DeliveryStatus;
  attempt?: number;
  message_id?: string | null;
  code?: string;
  error?: string;
  next_attempt_at?: string | null;
  timestamp?: string;
}

export function readDeliveryNews(payload: unknown): DeliveryNews | null {
  const told = (payload ?? {}) as Told;
  if (!told.delivery_id || !told.event_id || !told.status || !told.timestamp) return null;
  return {
    id: told.delivery_id,
    eventId: told.event_id,
    status: told.status,
    attempt: told.attempt ?? 0,
    messageId: told.message_id ?? null,
    code: told.code ?? null,
    error: told.error ?? null,
    nextAttemptAt: told.next_attempt_at ?? null,
    channel: told.channel ?? '',
    at: told.timestamp,
  };
}

const FINAL: readonly DeliveryStatus[] = ['sent', 'delivered', 'dead', 'cancelled'];

function patch<Row extends Delivery>(row: Row, news: DeliveryNews): Row {
  return {
    ...row,
    status: news.status,
    attempts: Math.max(row.attempts, news.attempt),
    message_id: news.messageId ?? row.message_id,
    code: news.code,
    error: news.error,
    next_attempt_at: news.nextAttemptAt,
    updated_at: news.at,
    finished_at: FINAL.includes(news.status) ? news.at : null,
  };
}

/** The list after the news; rows that it does not hold are none of its business. */
export function applyDelivery<Row extends Delivery>(slices: Slice<Row>[], all: readonly DeliveryNews[]): Slice<Row>[] {
  const byId = new Map<string, DeliveryNews>();
  for (const news of all) byId.set(news.id, news);
  let isChanged = false;
  const next = slices.map((slice) => {
    if (!slice.rows.some((row) => byId.has(row.id))) return slice;
    isChanged = true;
    return {
      ...slice,
      rows: slice.rows.map((row) => {
        const news = byId.get(row.id);
        return news ? patch(row, news) : row;
      }),
    };
  });
  return isChanged ? next : slices;
}

const RESENDABLE: readonly DeliveryStatus[] = ['failed', 'dead', 'held', 'cancelled'];

/** Whether a person may send it again now. */
export function mayResend(status: DeliveryStatus): boolean {
  return RESENDABLE.includes(status);
}

export type Tone = 'good' | 'waiting' | 'failed' | 'brand' | 'quiet';

export const DELIVERY_TONE: Record<DeliveryStatus, Tone> = { pending: 'quiet', held: 'waiting', sending: 'brand', sent: 'brand', delivered: 'good', failed: 'waiting', dead: 'failed', cancelled: 'quiet' };
