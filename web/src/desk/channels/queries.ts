/** How the business sends, with the version that a change is made against. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { must, toProblem, userApi, type Channels, type ChannelsChange } from '~/api';
import { ifMatch, mustTagged, type Tagged } from '../parts/tagged';

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: ({ signal }) => mustTagged(userApi.GET('/api/settings/channels', { signal })) as Promise<Tagged<Channels>>,
});

/** Changes what is named and nothing else; after a refused version the newest one is read. */
export function useChannelsChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: ChannelsChange) => {
      const etag = client.getQueryData<Tagged<Channels>>(channelsQuery.queryKey)?.etag ?? null;
      return mustTagged(userApi.PATCH('/api/settings/channels', { body: change, headers: ifMatch(etag) })) as Promise<Tagged<Channels>>;
    },
    onSuccess: (saved) => {
      client.setQueryData(channelsQuery.queryKey, saved);
      // A webhook of its own stands behind the address of this page.
      void client.invalidateQueries({ queryKey: ['webhooks'] });
    },
    onError: (error) => {
      if (toProblem(error).status === 412) void client.invalidateQueries({ queryKey: channelsQuery.queryKey });
    },
  });
}

export function sendTest(channel: 'email' | 'sms' | 'whatsapp', to: string) {
  return must(userApi.POST('/api/settings/channels/test', { body: { channel, to } })).then(({ data }) => data);
}
