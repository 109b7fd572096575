/** What a storefront reads, without any credential. */
import { queryOptions } from '@tanstack/react-query';
import { must, publicApi } from '~/api';

const FRESH_MS = 60_000;

/** `code` is a slug or an invite code: the API takes either. */
export function businessQuery(code: string) {
  return queryOptions({
    queryKey: ['front', 'business', code],
    queryFn: async ({ signal }) => {
      const params = { path: { inviteCode: code } };
      return (await must(publicApi.GET('/api/public/store-owner/{inviteCode}', { params, signal }))).data;
    },
    staleTime: FRESH_MS,
  });
}

export function offersQuery(code: string) {
  return queryOptions({
    queryKey: ['front', 'services', code],
    queryFn: async ({ signal }) => {
      const params = { query: { inviteCode: code } };
      return (await must(publicApi.GET('/api/public/services', { params, signal }))).data;
    },
    staleTime: FRESH_MS,
  });
}
