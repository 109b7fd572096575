/** A call by hand, with its real answer beside the button. */
import { Button, Select, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, userApi } from '~/api';
import { ErrorState } from '~/ui';
import { Card } from '../../parts/Page';
import { EVERY, groupEvents } from '../model';
import { useWebhooksChanged, webhookEventsQuery } from '../queries';
import { CallView } from './CallView';
import classes from '../webhooks.module.css';

export function TestCard({ id, events }: { id: string; events: string[] | null }) {
  const { t } = useTranslation('setup');
  const changed = useWebhooksChanged();
  const catalog = useQuery(webhookEventsQuery);
  const [event, setEvent] = useState<string | null>(null);
  const heard = useMemo(() => {
    const known = (catalog.data ?? []).filter(({ name }) => !events || events.includes(EVERY) || events.includes(name));
    return groupEvents(known, '').map((group) => ({ group: group.name, items: group.events.map(({ name, title }) => ({ value: name, label: title })) }));
  }, [catalog.data, events]);
  const test = useMutation({
    mutationFn: async () => (await must(userApi.POST('/api/webhooks/{id}/test', { params: { path: { id } }, body: event ? { event } : {} }))).data,
    onSuccess: () => void changed(),
  });
  return (
    <Card className={classes['test']}>
      <div className={classes['cardHead']}><Title order={2}>{t('webhooks.test')}</Title></div>
      <Stack gap="sm" p="md" pt={0}>
        <Text size="sm" c="dimmed">{t('webhooks.testText')}</Text>
        <Select label={t('webhooks.testEvent')} value={event} onChange={setEvent} clearable searchable placeholder={t('webhooks.testPlain')} data={heard} />
        <Button leftSection={<IconSend size={16} stroke={1.75} />} loading={test.isPending} onClick={() => test.mutate()}>{t('webhooks.testSend')}</Button>
        <div aria-live="polite">
          {test.isPending ? <Stack gap="xs" aria-label={t('webhooks.testing')}><Skeleton height={18} width={120} /><Skeleton height={90} /></Stack>
            : test.error ? <ErrorState isSmall title={t('failed')} error={test.error} onRetry={() => test.mutate()} />
            : test.data ? <CallView key={test.submittedAt} call={test.data} />
            : <Text size="xs" c="dimmed">{t('webhooks.noTest')}</Text>}
        </div>
      </Stack>
    </Card>
  );
}
