/** The reader's own lines and how many wait, kept up to date by the socket. */
import { infiniteQueryOptions, queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { notifications } from '@mantine/notifications';
import { createElement, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { must, mustSlice, toProblem, userApi, userSession, type Notice } from '~/api';
import { addCatalog } from '~/i18n';
import { noticesEn } from '~/i18n/en/notices';
import { useLiveEvent, useLiveState, userLive } from '~/live';
import { fits, mapNotices, placeNotice, type NoticeFilter, type Pages } from './model';
import { UndoLine } from './parts/UndoLine';
import { forgetUnread, isOnItsWayOut, removeLater, takeBack, UNDO_MS, useRemovals } from './removal';

addCatalog('notices', noticesEn);

const PAGE_ROWS = 30;
const UNREAD_KEY = ['notices-unread'] as const;
const LIST_KEY = ['notices'] as const;

export const unreadQuery = queryOptions({
  queryKey: UNREAD_KEY,
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/notifications/unread-count', { signal }))).data.unreadCount,
});

/** How many wait, without those that are on their way out. */
export function useUnread(): number {
  const { unreadGone } = useRemovals();
  return Math.max(0, (useQuery(unreadQuery).data ?? 0) - unreadGone);
}

export function noticesQuery(filter: NoticeFilter) {
  return infiniteQueryOptions({
    queryKey: [...LIST_KEY, filter] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE_ROWS, ...filter, ...(pageParam ? { cursor: pageParam } : {}) };
      const { body, next } = await mustSlice(userApi.GET('/api/notifications', { params: { query }, signal }));
      return { rows: body.data as unknown as Notice[], next };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

/** Every list that is kept, with what it shows. */
function changeLists(client: QueryClient, change: (pages: Pages, filter: NoticeFilter) => Pages): void {
  for (const [key, pages] of client.getQueriesData<Pages>({ queryKey: LIST_KEY })) {
    if (pages) client.setQueryData<Pages>(key, change(pages, (key[1] ?? {}) as NoticeFilter));
  }
}

/** What a socket says of a notice that was read or removed elsewhere; no id stands for all of them. */
interface ElsewhereTold {
  id: string | null;
  tenantId: string;
  unreadCount: number;
}

/** New lines appear, and the count follows, also after a time without a socket. */
export function useLiveNotices(): void {
  const client = useQueryClient();
  const state = useLiveState(userLive);
  useLiveEvent<{ notification?: Notice; unreadCount?: number }>(userLive, 'notification', (told) => {
    if (typeof told?.unreadCount === 'number') client.setQueryData(UNREAD_KEY, told.unreadCount);
    const { notification } = told ?? {};
    if (notification?.id) changeLists(client, (pages, filter) => (fits(notification, filter) ? placeNotice(pages, notification) : pages));
  });
  // Read or taken away on another screen of the same person, in whichever of their businesses that was.
  const isHere = (told: ElsewhereTold | undefined): told is ElsewhereTold => told !== undefined && told.tenantId === userSession.getProfile()?.team.id;
  const recount = (told: ElsewhereTold) => client.setQueryData(UNREAD_KEY, told.unreadCount);
  useLiveEvent<ElsewhereTold>(userLive, 'notification:read', (told) => {
    if (!isHere(told)) return;
    recount(told);
    changeLists(client, (pages) => mapNotices(pages, (row) => (told.id === null || row.id === told.id ? { ...row, read: true } : row)));
  });
  useLiveEvent<ElsewhereTold>(userLive, 'notification:removed', (told) => {
    // One that this screen takes away is counted when that is answered, so that the number goes down once.
    if (!isHere(told) || (told.id !== null && isOnItsWayOut(told.id))) return;
    recount(told);
    changeLists(client, (pages) => mapNotices(pages, (row) => (row.id === told.id ? null : row)));
  });
  useEffect(() => {
    if (state !== 'live') return;
    void client.invalidateQueries({ queryKey: UNREAD_KEY });
    void client.invalidateQueries({ queryKey: LIST_KEY });
  }, [state, client]);
}

/** Each changes what is shown at once, and reads it again when the server disagrees. */
export function useNoticeMoves() {
  const { t } = useTranslation('notices');
  const client = useQueryClient();
  const change = (map: (notice: Notice) => Notice | null) => changeLists(client, (pages) => mapNotices(pages, map));
  const recount = () => client.invalidateQueries({ queryKey: UNREAD_KEY });
  const onError = (error: unknown) => {
    notifications.show({ color: 'red', title: t('centre.failed'), message: toProblem(error).detail });
    void client.invalidateQueries({ queryKey: LIST_KEY });
    void recount();
  };
  const read = useMutation({
    mutationFn: (id: string) => must(userApi.PATCH('/api/notifications/{id}/read', { params: { path: { id } } })),
    // A line that was read stays in a list of unread ones until that is opened anew: nothing moves under the finger.
    onMutate: (id) => {
      change((row) => (row.id === id ? { ...row, read: true } : row));
      client.setQueryData<number>(UNREAD_KEY, (count) => (count === undefined ? count : Math.max(0, count - 1)));
    },
    onSuccess: () => void recount(),
    onError,
  });
  const readAll = useMutation({
    mutationFn: () => must(userApi.PATCH('/api/notifications/read-all')),
    onMutate: () => {
      change((row) => ({ ...row, read: true }));
      forgetUnread();
      client.setQueryData(UNREAD_KEY, 0);
    },
    onSuccess: () => void recount(),
    onError,
  });
  const carryOut = async ({ id, read: wasRead }: Notice) => {
    try {
      await must(userApi.DELETE('/api/notifications/{id}', { params: { path: { id } } }));
      change((row) => (row.id === id ? null : row));
      // In the same breath as the line stops being subtracted, so that the count never flickers.
      if (!wasRead) client.setQueryData<number>(UNREAD_KEY, (count) => (count === undefined ? count : Math.max(0, count - 1)));
      void recount();
    } catch (error) {
      onError(error);
    }
  };
  const remove = (notice: Notice) => {
    removeLater(notice.id, !notice.read, () => carryOut(notice));
    const toast = `notice-${notice.id}`;
    const undo = () => {
      takeBack(notice.id);
      notifications.hide(toast);
    };
    notifications.show({ id: toast, autoClose: UNDO_MS, message: createElement(UndoLine, { words: t('centre.removed'), undo: t('centre.undo'), onUndo: undo }) });
  };
  return { read, readAll, remove };
}
