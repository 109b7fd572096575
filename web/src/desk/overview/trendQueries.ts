/** The rows that the charts count: all of a period up to a bound, read page by page and seldom. */
import { queryOptions } from '@tanstack/react-query';
import { must, mustPage, mustSlice, userApi, type Appointment, type Delivery } from '~/api';

const PAGE_ROWS = 200;
const PAGES_MAX = 15;
const DELIVERY_PAGES_MAX = 5;
const STALE_MS = 5 * 60_000;

export interface Counted<Row> {
  rows: Row[];
  /** There are more than are read for a chart. */
  isCut: boolean;
}

export function visitsOfPeriodQuery(from: string, to: string) {
  return queryOptions({
    queryKey: ['trend-visits', from, to],
    staleTime: STALE_MS,
    queryFn: async ({ signal }): Promise<Counted<Appointment>> => {
      const read = (page: number) => userApi.GET('/api/appointments', { params: { query: { from, to, limit: PAGE_ROWS, page } }, signal });
      const { body, total } = await mustPage(read(1));
      const pages = Math.min(Math.ceil((total ?? body.data.length) / PAGE_ROWS), PAGES_MAX);
      const rows = [...body.data];
      for (let page = 2; page <= pages; page += 1) rows.push(...(await must(read(page))).data);
      return { rows, isCut: (total ?? 0) > rows.length };
    },
  });
}

/** The newest first, so that what a bound cuts off are the oldest days. */
export function deliveriesOfPeriodQuery(from: string) {
  return queryOptions({
    queryKey: ['trend-deliveries', from],
    staleTime: STALE_MS,
    queryFn: async ({ signal }): Promise<Counted<Delivery>> => {
      const rows: Delivery[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < DELIVERY_PAGES_MAX; page += 1) {
        const slice: { body: { data: Delivery[] }; next: string | null } = await mustSlice(userApi.GET('/api/deliveries', { params: { query: { from, limit: PAGE_ROWS, ...(cursor ? { cursor } : {}) } }, signal }));
        rows.push(...slice.body.data);
        cursor = slice.next;
        if (!cursor) break;
      }
      return { rows, isCut: cursor !== null };
    },
  });
}
