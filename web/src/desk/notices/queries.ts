/** The reader's own lines and how many wait, kept up to date by the socket. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { must, mustSlice, toProblem, userApi, type Notice } from '~/api';
import { useLiveEvent, useLiveState, userLive } from '~/live';
import { mapNotices, placeNotice, type Pages } from './model';

const PAGE_ROWS = 30;
const UNREAD_KEY = ['notices-unread'] as const;
const LIST_KEY = ['notices'] as const;

export const unreadQuery = queryOptions({
  queryKey: UNREAD_KEY,
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/notifications/unread-count', { signal }))).data.unreadCount,
});

export const noticesQuery = infiniteQueryOptions({
  queryKey: LIST_KEY,
  queryFn: async ({ pageParam, signal }) => {
    const query = { limit: PAGE_ROWS, ...(pageParam ? { cursor: pageParam } : {}) };
    const { body, next } = await mustSlice(userApi.GET('/api/notifications', { params: { query }, signal }));
    return { rows: body.data as unknown as Notice[], next };
  },
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
});

/** New lines appear, and the count follows, also after a time without a socket. */
export function useLiveNotices(): void {
  const client = useQueryClient();
  const state = useLiveState(userLive);
  useLiveEvent<{ notification?: Notice; unreadCount?: number }>(userLive, 'notification', (told) => {
    if (typeof told?.unreadCount === 'number') client.setQueryData(UNREAD_KEY, told.unreadCount);
    const { notification } = told ?? {};
    if (notification?.id) client.setQueryData<Pages>(LIST_KEY, (pages) => pages && placeNotice(pages, notification));
  });
  useEffect(() => {
    if (state !== 'live') return;
    void client.invalidateQueries({ queryKey: UNREAD_KEY });
    void client.invalidateQueries({ queryKey: LIST_KEY });
  }, [state, client]);
}

/** Each changes what is shown at once, and reads it again when the server disagrees. */
export function useNoticeMoves() {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  const change = (map: (notice: Notice) => Notice | null) => client.setQueryData<Pages>(LIST_KEY, (pages) => pages && mapNotices(pages, map));
  const recount = () => void client.invalidateQueries({ queryKey: UNREAD_KEY });
  const onError = (error: unknown) => {
    notifications.show({ color: 'red', title: t('notices.failed'), message: toProblem(error).detail });
    void client.invalidateQueries({ queryKey: LIST_KEY });
    recount();
  };
  const read = useMutation({
    mutationFn: (id: string) => must(userApi.PATCH('/api/notifications/{id}/read', { params: { path: { id } } })),
    onMutate: (id) => change((row) => (row.id === id ? { ...row, read: true } : row)),
    onSuccess: recount,
    onError,
  });
  const readAll = useMutation({
    mutationFn: () => must(userApi.PATCH('/api/notifications/read-all')),
    onMutate: () => {
      change((row) => ({ ...row, read: true }));
      client.setQueryData(UNREAD_KEY, 0);
    },
    onSuccess: recount,
    onError,
  });
  const remove = useMutation({
    mutationFn: (id: string) => must(userApi.DELETE('/api/notifications/{id}', { params: { path: { id } } })),
    onMutate: (id) => change((row) => (row.id === id ? null : row)),
    onSuccess: recount,
    onError,
  });
  return { read, readAll, remove };
}
