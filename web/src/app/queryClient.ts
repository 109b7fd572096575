/** The cache of server answers. Requests run even when the browser says offline, so that screens can say why they fail. */
import { onlineManager, QueryClient } from '@tanstack/react-query';
import { toProblem } from '~/api';

const STALE_MS = 30_000;
const RETRIES_MAX = 2;

// The library believes in a network until told otherwise: a page opened without one would not read again when it comes.
onlineManager.setOnline(navigator.onLine);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      networkMode: 'always',
      // Also what is young: it may be an answer that was kept from before the network went.
      refetchOnReconnect: 'always',
      retry: (failures, error) => failures < RETRIES_MAX && toProblem(error).isUnreachable && navigator.onLine,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 4000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
