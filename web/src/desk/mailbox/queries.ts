/** The mailbox: what the built-in mail server received. No notice comes of a mail itself; a sent delivery says that one did. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { must, mustSlice, userApi, type MailLine } from '~/api';

export const MAILBOX_KEY = 'mailbox';
const PAGE_ROWS = 50;

export interface MailSlice {
  rows: MailLine[];
  next: string | null;
  /** Whether mails stay in this house. */
  simulated: boolean;
  /** So many are kept, the newest, and for so many days. */
  keptMax: number;
  keptDays: number;
}

export async function readMails(q: string, cursor: string | null, signal?: AbortSignal): Promise<MailSlice> {
  const query = { limit: PAGE_ROWS, ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) };
  const { body, next } = await mustSlice(userApi.GET('/api/mailbox', { params: { query }, ...(signal ? { signal } : {}) }));
  return { rows: body.data.mails, next, simulated: body.data.simulated, keptMax: body.data.keptMax, keptDays: body.data.keptDays };
}

export function mailsQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: [MAILBOX_KEY, q] as const,
    queryFn: ({ pageParam, signal }) => readMails(q, pageParam, signal),
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    initialPageParam: null as string | null,
    getNextPageParam: (last: MailSlice) => last.next,
  });
}

export function mailQuery(id: string) {
  return queryOptions({
    queryKey: ['mail', id] as const,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => (await must(userApi.GET('/api/mailbox/{id}', { params: { path: { id } }, signal }))).data,
  });
}
