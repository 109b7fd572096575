/** What the screens of events and deliveries read. Logs come page by page, each page with the cursor of the next. */
import { infiniteQueryOptions, queryOptions, useQuery, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';
import { must, mustSlice, userApi, useUserProfile, type Delivery, type DeliveryDetail, type DeliveryFilter, type EventFilter, type EventKind, type EventRow } from '~/api';
import { providersQuery, useRights } from '../queries';
import type { Slice } from './model/feed';
import { nameRecipient, type Known, type NamedRecipient } from './model/people';

export const EVENTS_KEY = 'events';
export const EVENT_KEY = 'event';
export const EVENT_DELIVERIES_KEY = 'event-deliveries';
export const DELIVERIES_KEY = 'deliveries';

const PAGE_ROWS = 50;
const EVENT_DELIVERIES_ROWS = 200;
const CATALOG_STALE_MS = 5 * 60_000;

/**
 * Notices keep a log up to date while it is on the screen (live.ts), and reading all its pages again would shorten what
 * somebody has scrolled through. One that comes back to the screen has missed them, and is read anew.
 */
const KEPT_LIVE = { staleTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false } as const;

export type Pages<Row> = InfiniteData<Slice<Row>, string | null>;

export async function readEvents(filter: EventFilter, cursor: string | null, signal?: AbortSignal): Promise<Slice<EventRow>> {
  const query = { ...filter, limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) };
  const { body, next } = await mustSlice(userApi.GET('/api/events', { params: { query }, ...(signal ? { signal } : {}) }));
  return { rows: body.data, next };
}

export function eventsQuery(filter: EventFilter) {
  return infiniteQueryOptions({
    queryKey: [EVENTS_KEY, filter] as const,
    queryFn: ({ pageParam, signal }) => readEvents(filter, pageParam, signal),
    ...KEPT_LIVE,
    initialPageParam: null as string | null,
    getNextPageParam: (last: Slice<EventRow>) => last.next,
  });
}

export function eventQuery(id: string) {
  return queryOptions({
    queryKey: [EVENT_KEY, id] as const,
    staleTime: 0,
    queryFn: async ({ signal }) => (await must(userApi.GET('/api/events/{id}', { params: { path: { id } }, signal }))).data,
  });
}

export async function readEventDeliveries(id: string, cursor: string | null, signal?: AbortSignal): Promise<Slice<DeliveryDetail>> {
  const params = { path: { id }, query: { limit: EVENT_DELIVERIES_ROWS, ...(cursor ? { cursor } : {}) } };
  const { body, next } = await mustSlice(userApi.GET('/api/events/{id}/deliveries', { params, ...(signal ? { signal } : {}) }));
  return { rows: body.data, next };
}

export function eventDeliveriesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: [EVENT_DELIVERIES_KEY, id] as const,
    queryFn: ({ pageParam, signal }) => readEventDeliveries(id, pageParam, signal),
    ...KEPT_LIVE,
    initialPageParam: null as string | null,
    getNextPageParam: (last: Slice<DeliveryDetail>) => last.next,
  });
}

export async function readDeliveries(filter: DeliveryFilter, cursor: string | null, signal?: AbortSignal): Promise<Slice<Delivery>> {
  const query = { ...filter, limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) };
  const { body, next } = await mustSlice(userApi.GET('/api/deliveries', { params: { query }, ...(signal ? { signal } : {}) }));
  return { rows: body.data, next };
}

export function deliveriesQuery(filter: DeliveryFilter) {
  return infiniteQueryOptions({
    queryKey: [DELIVERIES_KEY, filter] as const,
    queryFn: ({ pageParam, signal }) => readDeliveries(filter, pageParam, signal),
    ...KEPT_LIVE,
    initialPageParam: null as string | null,
    getNextPageParam: (last: Slice<Delivery>) => last.next,
  });
}

/** The catalogue of types. Examples and schemas are free JSON, which the served description can only call an object. */
export const eventKindsQuery = queryOptions({
  queryKey: ['event-types'],
  staleTime: CATALOG_STALE_MS,
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/event-types', { signal }))).data as unknown as EventKind[],
});

const webhookNamesQuery = queryOptions({
  queryKey: ['webhook-names'],
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/webhooks', { signal }))).data.map(({ id, url, description }) => ({ id, url, description })),
});

/** Gives recipients the names that the business knows. */
export function useNames(): (recipient: string) => NamedRecipient {
  const { mayManage } = useRights();
  const profile = useUserProfile();
  const webhooks = useQuery({ ...webhookNamesQuery, enabled: mayManage });
  const providers = useQuery({ ...providersQuery, enabled: mayManage });
  return useMemo(() => {
    const own = profile ? [{ id: profile.user.id, name: profile.user.name }] : [];
    const known: Known = { webhooks: webhooks.data ?? [], people: [...(providers.data ?? []), ...own], ownId: profile?.user.id ?? null };
    return (recipient) => nameRecipient(recipient, known);
  }, [profile, webhooks.data, providers.data]);
}

/** "Invoice sent" for `invoice.sent`; its own name until the catalogue is here, and for types that were removed. */
export function useKindTitle(): (type: string) => string {
  const { mayManage } = useRights();
  const kinds = useQuery({ ...eventKindsQuery, enabled: mayManage });
  return useMemo(() => {
    const titles = new Map((kinds.data ?? []).map((kind) => [kind.name, kind.title]));
    return (type) => titles.get(type) ?? type;
  }, [kinds.data]);
}
