/** Sends again what was given up for this webhook within a time. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi } from '~/api';
import { fromWallClock, toWallClock, zoneName } from '~/ui';
import { useBusinessZone } from '../../queries';
import { useRecountGivenUp } from '../../useGivenUp';

const WINDOW_MS = 24 * 60 * 60_000;

export function ReplayForm({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('setup');
  const zone = useBusinessZone();
  const client = useQueryClient();
  const recount = useRecountGivenUp();
  const [from, setFrom] = useState<string | null>(() => toWallClock(new Date(Date.now() - WINDOW_MS).toISOString(), zone));
  const [to, setTo] = useState<string | null>(() => toWallClock(new Date().toISOString(), zone));
  const isWrong = Boolean(from && to && from >= to);
  const replay = useMutation({
    mutationFn: async () => {
      const body = { from: fromWallClock(from!, zone), to: fromWallClock(to!, zone) };
      return (await must(userApi.POST('/api/webhooks/{id}/replay', { params: { path: { id } }, body }))).data;
    },
    onSuccess: () => {
      recount();
      void client.invalidateQueries({ queryKey: ['webhook-logs', id] });
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('webhooks.replayTitle')}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">{t('webhooks.replayText')}</Text>
        <Group grow align="flex-start" preventGrowOverflow={false}>
          <DateTimePicker label={t('webhooks.from')} value={from} onChange={setFrom} valueFormat="D MMM YYYY, HH:mm" miw={190} data-autofocus />
          <DateTimePicker label={t('webhooks.to')} value={to} onChange={setTo} valueFormat="D MMM YYYY, HH:mm" miw={190} error={isWrong && t('webhooks.fromAfterTo')} />
        </Group>
        <Text size="xs" c="dimmed">{t('webhooks.zone', { zone: zoneName(zone) })}</Text>
        {replay.error && <Alert color="red" role="alert">{toProblem(replay.error).detail}</Alert>}
        {replay.data && (
          <Alert color={replay.data.replayed > 0 ? 'green' : 'gray'} role="status">
            {replay.data.replayed > 0 ? t('webhooks.replayed', { count: replay.data.replayed }) : t('webhooks.replayedNone')}
            {replay.data.hasMore && ` ${t('webhooks.replayedMore')}`}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
          <Button disabled={!from || !to || isWrong} loading={replay.isPending} onClick={() => replay.mutate()}>{t('webhooks.replayConfirm')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
