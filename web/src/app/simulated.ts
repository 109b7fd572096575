/** Whether the server's outside services are stand-ins; it says so in its short report. */
import { useQuery } from '@tanstack/react-query';
import { must, publicApi } from '~/api/client';

const STORAGE_KEY = 'frontdesk.simulated';

/** As the last visit found it until the server has answered, so that no page moves down while it is read. */
export function useSimulated(): boolean {
  const { data } = useQuery<boolean>({
    queryKey: ['health', 'simulators'],
    queryFn: async ({ signal }) => {
      const { simulators } = await must(publicApi.GET('/health', { signal }));
      localStorage.setItem(STORAGE_KEY, String(simulators));
      return simulators;
    },
    staleTime: Infinity,
    placeholderData: () => localStorage.getItem(STORAGE_KEY) === 'true',
  });
  return data ?? false;
}
