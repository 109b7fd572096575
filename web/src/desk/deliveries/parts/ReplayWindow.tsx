/** Sends again whatever was given up between two moments: for the morning after an outage. */
import { Alert, Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { must, newKey, toProblem, userApi, type ChannelKind } from '~/api';
import { fromWallClock, toWallClock, zoneName } from '~/ui';
import { useBusinessZone } from '../../queries';
import { useRecountGivenUp } from '../../useGivenUp';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SPANS = [['lastHour', HOUR_MS], ['lastDay', 24 * HOUR_MS], ['lastWeek', 7 * 24 * HOUR_MS]] as const;
const CHANNELS: readonly ChannelKind[] = ['email', 'sms', 'whatsapp', 'webhook', 'inapp'];

interface Props {
  channel: ChannelKind | null;
  onClose: () => void;
  onDone: () => void;
}

export function ReplayWindow({ channel, onClose, onDone }: Props) {
  const { t } = useTranslation('events');
  const zone = useBusinessZone();
  const recount = useRecountGivenUp();
  const wall = (ms: number) => toWallClock(new Date(ms), zone);
  // The clock shows whole seconds, and what was given up in this one is meant too.
  const present = () => wall(Date.now() + MINUTE_MS);
  const form = useForm({
    initialValues: { from: wall(Date.now() - SPANS[1][1]), to: present(), channel: channel as string | null },
    validate: { to: (to, { from }) => (to > from ? null : t('deliveries.fromAfterTo')) },
  });
  const replay = useMutation({
    mutationFn: (values: typeof form.values) =>
      must(
        userApi.POST('/api/deliveries/replay', {
          body: { from: fromWallClock(values.from, zone), to: fromWallClock(values.to, zone), ...(values.channel ? { channel: values.channel as ChannelKind } : {}) },
          headers: { 'Idempotency-Key': newKey() },
        }),
      ),
    onSuccess: ({ data }) => {
      onDone();
      recount();
      notifications.show({ message: data.replayed === 0 ? t('deliveries.replayNone') : t('deliveries.replayDone', { count: data.replayed }) });
      if (!data.has_more) onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={t('deliveries.replayTitle')}>
      <form onSubmit={form.onSubmit((values) => replay.mutate(values))} noValidate>
        <Stack gap="md">
          <Text size="sm">{t('deliveries.replayText')}</Text>
          <Group gap="xs">
            {SPANS.map(([name, ms]) => <Button key={name} size="xs" variant="default" onClick={() => form.setValues({ from: wall(Date.now() - ms), to: present() })}>{t(`deliveries.${name}`)}</Button>)}
          </Group>
          <Group grow align="flex-start">
            <DateTimePicker label={t('deliveries.from')} valueFormat="D MMM, HH:mm" {...form.getInputProps('from')} onChange={(value) => value && form.setFieldValue('from', value)} />
            <DateTimePicker label={t('deliveries.to')} valueFormat="D MMM, HH:mm" {...form.getInputProps('to')} onChange={(value) => value && form.setFieldValue('to', value)} />
          </Group>
          <Select label={t('deliveries.channel')} placeholder={t('deliveries.any')} clearable data={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))} {...form.getInputProps('channel')} />
          <Text size="xs" c="dimmed">{zoneName(zone)}</Text>
          {replay.error && <Alert color="red" role="alert">{toProblem(replay.error).detail}</Alert>}
          {replay.data?.data.has_more && <Alert role="status">{t('deliveries.replayMore')}</Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>{t('delivery.close')}</Button>
            <Button type="submit" loading={replay.isPending}>{t('deliveries.replayConfirm')}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
