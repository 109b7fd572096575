/** What the customer was told and how much of it waits, kept up to date by the socket. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useEffect } from 'react';
import { customerApi, must, mustSlice, type Notice } from '~/api';
import { customerLive, useLiveEvent, useLiveState } from '~/live';

const PAGE_ROWS = 10;

interface Page {
  rows: Notice[];
  next: string | null;
}

export function unreadQuery(customerId: string) {
  return queryOptions({
    queryKey: ['front', 'notices-unread', customerId] as const,
    queryFn: async ({ signal }) => (await must(customerApi.GET('/api/notifications/unread-count', { signal }))).data.unreadCount,
  });
}

export function noticesQuery(customerId: string) {
  return infiniteQueryOptions({
    queryKey: ['front', 'notices', customerId] as const,
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const query = { limit: PAGE_ROWS, ...(pageParam ? { cursor: pageParam } : {}) };
      const { body, next } = await mustSlice(customerApi.GET('/api/notifications', { params: { query }, signal }));
      return { rows: body.data as unknown as Notice[], next };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

/** What is told while the page is open, or was told while there was no connection, is read again. */
export function useLiveNotices(customerId: string): void {
  const client = useQueryClient();
  const state = useLiveState(customerLive);
  const again = () => Promise.all([client.invalidateQueries({ queryKey: noticesQuery(customerId).queryKey }), client.invalidateQueries({ queryKey: unreadQuery(customerId).queryKey })]);
  useLiveEvent(customerLive, 'notification', () => void again());
  // On another of the customer's screens.
  useLiveEvent(customerLive, 'notification:read', () => void again());
  useLiveEvent(customerLive, 'notification:removed', () => void again());
  useEffect(() => {
    if (state === 'live') void again();
    // What matters is that the connection came back.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [state]);
}

/** Each shows at once what it does, and reads it again in any case: then the server is right. */
export function useNoticeMoves(customerId: string) {
  const client = useQueryClient();
  const { queryKey } = noticesQuery(customerId);
  const count = unreadQuery(customerId).queryKey;
  const change = (map: (notice: Notice) => Notice | null) =>
    client.setQueryData<InfiniteData<Page, string | null>>(queryKey, (known) => known && { ...known, pages: known.pages.map(({ rows, next }) => ({ rows: rows.map(map).filter((row): row is Notice => row !== null), next })) });
  const onSettled = () => Promise.all([client.invalidateQueries({ queryKey }), client.invalidateQueries({ queryKey: count })]);
  const read = useMutation({
    mutationFn: (id: string) => must(customerApi.PATCH('/api/notifications/{id}/read', { params: { path: { id } } })),
    onMutate: (id) => change((row) => (row.id === id ? { ...row, read: true } : row)),
    onSettled,
  });
  const readAll = useMutation({
    mutationFn: () => must(customerApi.PATCH('/api/notifications/read-all')),
    onMutate: () => {
      change((row) => ({ ...row, read: true }));
      client.setQueryData(count, 0);
    },
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (id: string) => must(customerApi.DELETE('/api/notifications/{id}', { params: { path: { id } } })),
    onMutate: (id) => change((row) => (row.id === id ? null : row)),
    onSettled,
  });
  return { read, readAll, remove };
}
