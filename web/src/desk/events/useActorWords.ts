/** Who stated an event, in words: ids say at least what kind of somebody it was. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, userApi, useUserProfile } from '~/api';
import { providersQuery, useRights } from '../queries';

const keyNamesQuery = queryOptions({
  queryKey: ['api-key-names'],
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/api-keys', { signal }))).data.map(({ id, name }) => ({ id, name })),
});

export function useActorWords(): (actor: string) => string {
  const { t } = useTranslation('events');
  const { mayManage, role } = useRights();
  const ownId = useUserProfile()?.user.id;
  const keys = useQuery({ ...keyNamesQuery, enabled: role === 'owner' || role === 'admin' });
  const providers = useQuery({ ...providersQuery, enabled: mayManage });
  return (actor) => {
    if (actor === 'system') return t('actor.system');
    if (actor === ownId) return t('actor.you');
    if (actor.startsWith('key_')) {
      const name = keys.data?.find((entry) => entry.id === actor)?.name;
      return name ? t('actor.namedKey', { name }) : t('actor.key');
    }
    if (actor.startsWith('cust_')) return t('actor.customer');
    if (actor.startsWith('user_')) return providers.data?.find((entry) => entry.id === actor)?.name ?? t('actor.user');
    return actor;
  };
}
