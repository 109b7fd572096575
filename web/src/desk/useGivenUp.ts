/** How many deliveries were given up lately: the number on the rail that leads to the dead letters. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { must, userApi } from '~/api';
import { userLive } from '~/live';
import { useRights } from './queries';

const LATELY_MS = 7 * 24 * 60 * 60_000;
const COUNTED_MAX = 100;
const KEY = ['given-up'] as const;
/** An outage gives up many at once; they are counted together. */
const RECOUNT_MS = 2_000;

export const givenUpQuery = queryOptions({
  queryKey: KEY,
  queryFn: async ({ signal }) => {
    const from = new Date(Date.now() - LATELY_MS).toISOString();
    return (await must(userApi.GET('/api/deliveries', { params: { query: { status: 'dead', from, limit: COUNTED_MAX } }, signal }))).data;
  },
});

export function useGivenUp(): number {
  const { mayManage } = useRights();
  const client = useQueryClient();
  const query = useQuery({ ...givenUpQuery, enabled: mayManage });
  useEffect(() => {
    let timer: number | null = null;
    const recount = () => {
      timer ??= window.setTimeout(() => {
        timer = null;
        void client.invalidateQueries({ queryKey: KEY });
      }, RECOUNT_MS);
    };
    const leave = userLive.on('message:failed', (told) => {
      if ((told as { status?: string } | null)?.status === 'dead') recount();
    });
    return () => {
      leave();
      if (timer !== null) window.clearTimeout(timer);
    };
  }, [client]);
  return query.data?.length ?? 0;
}

/** To be called after something was sent again. */
export function useRecountGivenUp(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: KEY });
}
