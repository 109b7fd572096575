/** One call of the saved address, now, and its real answer. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, userApi } from '~/api';
import { ErrorState } from '~/ui';
import { CallView } from '../../webhooks/parts/CallView';
import { useWebhooksChanged, webhooksQuery } from '../../webhooks/queries';
import classes from '../channels.module.css';

export function WebhookTest({ url, isDirty }: { url: string | null; isDirty: boolean }) {
  const { t } = useTranslation('setup');
  const changed = useWebhooksChanged();
  const webhooks = useQuery({ ...webhooksQuery, enabled: url !== null });
  // The webhook that follows these settings; there is none until the channel was on once.
  const id = webhooks.data?.find((webhook) => webhook.managed)?.id;
  const test = useMutation({
    mutationFn: async (webhook: string) => (await must(userApi.POST('/api/webhooks/{id}/test', { params: { path: { id: webhook } }, body: {} }))).data,
    onSuccess: () => void changed(),
  });
  if (url === null) return null;
  return (
    <div className={classes['test']}>
      <Group gap="xs"><Button variant="default" disabled={isDirty || !id} loading={test.isPending} onClick={() => id && test.mutate(id)}>{t('webhooks.test')}</Button></Group>
      <Text size="xs" c="dimmed" mt={4}>{isDirty ? t('channels.saveFirst') : webhooks.isSuccess && !id ? t('channels.switchOnFirst') : t('channels.testHookHint')}</Text>
      <div aria-live="polite" className={classes['answer']}>
        {webhooks.error && !webhooks.data && <ErrorState isSmall title={t('failed')} error={webhooks.error} onRetry={() => void webhooks.refetch()} />}
        {test.error && <ErrorState isSmall title={t('failed')} error={test.error} onRetry={() => id && test.mutate(id)} />}
        {test.data && !test.isPending && <CallView key={test.submittedAt} call={test.data} />}
      </div>
    </div>
  );
}
