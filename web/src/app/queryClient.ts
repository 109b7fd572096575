/** The cache of server answers. Requests run even when the browser says offline, so that screens can say why they fail. */
import { QueryClient } from '@tanstack/react-query';
import { toProblem } from '~/api';

const STALE_MS = 30_000;
const RETRIES_MAX = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      networkMode: 'always',
      refetchOnReconnect: true,
      retry: (failures, error) => failures < RETRIES_MAX && toProblem(error).isUnreachable && navigator.onLine,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
