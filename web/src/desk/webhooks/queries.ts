/** What the webhook screens read, and how a change finds its way back into it. */
import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { must, mustSlice, userApi, type Webhook, type WebhookEventKind, type WebhookLog } from '~/api';
import { useLiveEvent, userLive } from '~/live';
import { mustTagged, type Tagged } from '../parts/tagged';

const LOG_ROWS = 30;
const CATALOG_STALE_MS = 5 * 60_000;
/** Calls come in bursts; the log is read again once for all of them. */
const REREAD_MS = 600;

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/webhooks', { signal }))).data,
});

export function webhookQuery(id: string) {
  return queryOptions({
    queryKey: ['webhook', id],
    queryFn: ({ signal }) => mustTagged(userApi.GET('/api/webhooks/{id}', { params: { path: { id } }, signal })) as Promise<Tagged<Webhook>>,
  });
}

export const webhookEventsQuery = queryOptions({
  queryKey: ['webhook-events'],
  staleTime: CATALOG_STALE_MS,
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/webhooks/events', { signal }))).data as WebhookEventKind[],
});

/** A try has no id of its own: the delivery and its number are one. */
export type LogRow = WebhookLog & { id: string };

export function webhookLogsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['webhook-logs', id],
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: LOG_ROWS, ...(pageParam ? { cursor: pageParam } : {}) };
      const { body, next } = await mustSlice(userApi.GET('/api/webhooks/{id}/logs', { params: { path: { id }, query }, signal }));
      return { rows: body.data.map((row): LogRow => ({ ...row, id: `${row.deliveryId}.${row.attempt}` })), next };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

/** To be called after a change: the lists, the page of one, and the names that deliveries show. */
export function useWebhooksChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all([['webhooks'], ['webhook'], ['webhook-logs'], ['webhook-names']].map((queryKey) => client.invalidateQueries({ queryKey })));
}

/** Reads a webhook and its log again soon after something was sent to any. */
export function useLiveWebhook(id: string): void {
  const client = useQueryClient();
  const timer = useRef<number | null>(null);
  useEffect(() => () => {
    if (timer.current !== null) window.clearTimeout(timer.current);
  }, []);
  const hear = (told: { channel?: string } | null) => {
    if (told?.channel !== 'webhook') return;
    timer.current ??= window.setTimeout(() => {
      timer.current = null;
      void client.invalidateQueries({ queryKey: ['webhook-logs', id] });
      void client.invalidateQueries({ queryKey: ['webhook', id] });
    }, REREAD_MS);
  };
  useLiveEvent(userLive, 'message:sent', hear);
  useLiveEvent(userLive, 'message:failed', hear);
}
