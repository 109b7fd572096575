/** Signs out here at once, and tells the server; if it cannot be told, the person hears so. */
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, userSession } from '~/api';

export function useSignOut(): () => Promise<void> {
  const { t } = useTranslation('desk');
  return useCallback(async () => {
    try {
      await must(userApi.POST('/api/auth/logout'));
    } catch (error) {
      notifications.show({ color: 'red', message: t('user.signOutFailed', { reason: toProblem(error).detail }) });
    } finally {
      userSession.end('signed-out');
    }
  }, [t]);
}
