/**
 * Socket events of contract §4 change the cached lists in place, through the reducers in `model/`. What a notice does not
 * carry (who stated it, the attempts) is read again soon after, at most once in a while however much happens. Without a
 * socket the same reading goes by the clock.
 */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import type { Delivery, DeliveryDetail, EventDetail, EventFilter, EventRow } from '~/api';
import { useLiveEvent, useLiveState, userLive } from '~/live';
import { applyDelivery, readDeliveryNews, type DeliveryNews } from './model/deliveries';
import { applyNews, mergeHead, patchRow, readNews, type EventNews, type EventNotice, type Slice } from './model/feed';
import { DELIVERIES_KEY, EVENT_DELIVERIES_KEY, EVENT_KEY, EVENTS_KEY, readDeliveries, readEventDeliveries, readEvents, type Pages } from './queries';
import type { DeliveryFilter } from '~/api';

/** Notices are gathered this long before the page is drawn anew. */
const GATHER_MS = 120;
const REREAD_MS = 1_200;
const POLL_MS = 5_000;
/** A burst beyond this is read again as a whole. */
const GATHERED_MAX = 500;

/** Hears every step of every event. */
function useEventNews(take: (news: EventNews) => void): void {
  const on = (notice: EventNotice) => (told: Parameters<typeof readNews>[1]) => {
    const news = readNews(notice, told);
    if (news) take(news);
  };
  useLiveEvent(userLive, 'event:acknowledged', on('event:acknowledged'));
  useLiveEvent(userLive, 'event:progress', on('event:progress'));
  useLiveEvent(userLive, 'event:completed', on('event:completed'));
  useLiveEvent(userLive, 'event:failed', on('event:failed'));
}

export function useDeliveryNews(take: (news: DeliveryNews) => void): void {
  const on = (told: unknown) => {
    const news = readDeliveryNews(told);
    if (news) take(news);
  };
  useLiveEvent(userLive, 'message:sent', on);
  useLiveEvent(userLive, 'message:failed', on);
}

/** Calls `act` soon, once for all that ask meanwhile. */
function useSoon(act: () => void, wait_ms: number): () => void {
  const timer = useRef<number | null>(null);
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => () => {
    if (timer.current !== null) window.clearTimeout(timer.current);
  }, []);
  return useCallback(() => {
    timer.current ??= window.setTimeout(() => {
      timer.current = null;
      latest.current();
    }, wait_ms);
  }, [wait_ms]);
}

/** Collects notices and hands them over together. */
function useGathered<News>(take: (all: News[]) => void): (news: News) => void {
  const waiting = useRef<News[]>([]);
  const flush = useSoon(() => take(waiting.current.splice(0)), GATHER_MS);
  return useCallback((news) => {
    if (waiting.current.length < GATHERED_MAX) waiting.current.push(news);
    flush();
  }, [flush]);
}

/** Reads again by the clock while no socket is there, and once when it is back. */
export function useRereading(reread: () => void): void {
  const state = useLiveState(userLive);
  const latest = useRef(reread);
  useEffect(() => {
    latest.current = reread;
  });
  const wasLive = useRef(state === 'live');
  useEffect(() => {
    if (state === 'live') {
      if (!wasLive.current) latest.current();
      wasLive.current = true;
      return;
    }
    wasLive.current = false;
    const timer = window.setInterval(() => latest.current(), POLL_MS);
    return () => window.clearInterval(timer);
  }, [state]);
}

/** Puts a newly read first page over what is there; a failure leaves the list as it is, the next notice tries again. */
async function mergeFirst<Row extends { id: string }>(client: QueryClient, key: readonly unknown[], read: () => Promise<Slice<Row>>): Promise<void> {
  if (!client.getQueryData(key)) return;
  const head = await read().catch(() => null);
  if (!head) return;
  client.setQueryData<Pages<Row>>(key, (pages) => pages && keepShape(pages, mergeHead(pages.pages, head)));
}

/** The cursors beside the pages must be as many as the pages. */
function keepShape<Row>(before: Pages<Row>, pages: Slice<Row>[]): Pages<Row> {
  if (pages === before.pages) return before;
  return { pages, pageParams: pages.map((_, index) => before.pageParams[index] ?? null) };
}

/** Keeps one list of events up to date. */
export function useLiveEvents(filter: EventFilter): void {
  const client = useQueryClient();
  const key = [EVENTS_KEY, filter] as const;
  const reread = () => void mergeFirst(client, key, () => readEvents(filter, null));
  const rereadSoon = useSoon(reread, REREAD_MS);
  // A word in the data, a last day or a status cannot be told from a notice: such lists only read again.
  const takesNew = (news: EventNews) => !filter.q && !filter.to && !filter.status && (!filter.type || filter.type === news.type);
  const take = useGathered<EventNews>((all) => {
    client.setQueryData<Pages<EventRow>>(key, (pages) => pages && keepShape(pages, applyNews(pages.pages, all, takesNew)));
    if (all.some((news) => news.isNew) || filter.status) rereadSoon();
  });
  useEventNews(take);
  useRereading(reread);
}

/** Keeps one event and its deliveries up to date. */
export function useLiveEventPage(id: string): void {
  const client = useQueryClient();
  const reread = () => {
    void client.invalidateQueries({ queryKey: [EVENT_KEY, id] });
    void mergeFirst(client, [EVENT_DELIVERIES_KEY, id], () => readEventDeliveries(id, null));
  };
  const rereadSoon = useSoon(reread, GATHER_MS);
  useEventNews((news) => {
    if (news.id !== id) return;
    client.setQueryData<EventDetail>([EVENT_KEY, id], (event) => event && patchRow(event, news));
    rereadSoon();
  });
  useDeliveryNews((news) => {
    if (news.eventId !== id) return;
    client.setQueryData<Pages<DeliveryDetail>>([EVENT_DELIVERIES_KEY, id], (pages) => pages && keepShape(pages, applyDelivery(pages.pages, [news])));
    rereadSoon();
  });
  useRereading(reread);
}

/** Keeps one list of deliveries up to date. */
export function useLiveDeliveries(filter: DeliveryFilter): () => void {
  const client = useQueryClient();
  const key = [DELIVERIES_KEY, filter] as const;
  const reread = () => void mergeFirst(client, key, () => readDeliveries(filter, null));
  const rereadSoon = useSoon(reread, REREAD_MS);
  const take = useGathered<DeliveryNews>((all) => {
    client.setQueryData<Pages<Delivery>>(key, (pages) => pages && keepShape(pages, applyDelivery(pages.pages, all)));
    rereadSoon();
  });
  useDeliveryNews(take);
  useEventNews((news) => {
    if (news.isNew) rereadSoon();
  });
  useRereading(reread);
  return reread;
}
