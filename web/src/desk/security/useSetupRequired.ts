/** Whether the business asks for a second factor that this user has not set up: then the server answers to nothing else. */
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { must, userApi, userSession } from '~/api';

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const { data } = await must(userApi.GET('/api/auth/me', { signal }));
    // What changed on another device, such as a confirmed address, shows here as well.
    userSession.updateProfile({ user: data.user });
    return data;
  },
});

export function useSetupRequired(): { isRequired: boolean; reread: () => void } {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  return {
    isRequired: me.data?.twoFactorSetupRequired ?? false,
    // Everything that was refused until now is read again.
    reread: () => void queries.invalidateQueries(),
  };
}
