/** Whether the business asks for a second factor that this user has not set up: then the server answers to nothing else. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { meQuery } from '../queries';

export function useSetupRequired(): { isRequired: boolean; reread: () => void } {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  return {
    isRequired: me.data?.twoFactorSetupRequired ?? false,
    // Everything that was refused until now is read again.
    reread: () => void queries.invalidateQueries(),
  };
}
