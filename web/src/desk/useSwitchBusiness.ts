/** Goes over to another business of the same person: a session there, and nothing of the former one left on the screen. */
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, userSession, type Membership } from '~/api';
import { addCatalog } from '~/i18n';
import { teamEn } from '~/i18n/en/team';
import { meQuery } from './queries';

addCatalog('team', teamEn);

export function useSwitchBusiness(): { memberships: Membership[]; switchTo: (tenantId: string) => void; isSwitching: boolean } {
  const { t } = useTranslation('team');
  const client = useQueryClient();
  const navigate = useNavigate();
  const query = useQuery(meQuery);
  const change = useMutation({
    mutationFn: async (tenantId: string) => (await must(userApi.POST('/api/auth/switch', { body: { tenantId } }))).data,
    onSuccess: async (data) => {
      await navigate({ to: '/dashboard' });
      client.clear();
      userSession.start(data);
    },
    onError: (error) => notifications.show({ color: 'red', title: t('switcher.failed'), message: toProblem(error).detail }),
  });
  return { memberships: query.data?.memberships ?? [], switchTo: change.mutate, isSwitching: change.isPending };
}
