/** Push on this device: asked for by the browser, listed with the other devices, and tried out. */
import { Badge, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBellRinging, IconDeviceMobile } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { formatDay, StateView } from '~/ui';
import { ask } from '../../parts/ask';
import { Caution } from '../../parts/Caution';
import { Card } from '../../parts/Page';
import { useAgo } from '../../parts/useAgo';
import { useBusinessZone } from '../../queries';
import classes from '../preferences.module.css';
import { useDevicePush } from '../useDevicePush';

interface Device {
  id: string;
  deviceName: string | null;
  createdAt: string;
  lastUsedAt: string | null;
  isCurrent?: boolean;
}

export const devicesQuery = queryOptions({
  queryKey: ['push-devices'] as const,
  queryFn: async ({ signal }) => (await ask<{ subscriptions: Device[] }>('GET', '/api/push/subscriptions', { signal })).data.subscriptions,
});

export function PushCard() {
  const { t } = useTranslation('notices');
  const query = useQuery(devicesQuery);
  return (
    <section aria-labelledby="preferences-push">
      <Title order={2} id="preferences-push" mb="xs">{t('push.title')}</Title>
      <Card>
        <Stack p="lg" gap="md">
          <ThisDevice hasDevices={(query.data?.length ?? 0) > 0} />
          <StateView query={query} loading={<Skeleton height={44} />} isEmpty={(devices) => devices.length === 0} empty={null}>
            {(devices) => <div><Text component="h3" size="sm" fw={600} mb={6}>{t('push.devices')}</Text>{devices.map((device) => <DeviceRow key={device.id} device={device} />)}</div>}
          </StateView>
        </Stack>
      </Card>
    </section>
  );
}

function ThisDevice({ hasDevices }: { hasDevices: boolean }) {
  const { t } = useTranslation('notices');
  const client = useQueryClient();
  const { state, enable, disable } = useDevicePush();
  const again = () => client.invalidateQueries({ queryKey: devicesQuery.queryKey });
  const fail = (error: unknown) => notifications.show({ color: 'red', title: t('push.failed'), message: toProblem(error).detail });
  const on = useMutation({ mutationFn: enable, onSuccess: again, onError: fail });
  const off = useMutation({ mutationFn: disable, onSuccess: again, onError: fail });
  const test = useMutation({ mutationFn: () => ask('POST', '/api/push/test'), onSuccess: () => notifications.show({ message: t('push.testSent') }), onError: fail });
  if (state === 'unsupported') return <Caution title={t('push.unsupported')}>{t('push.unsupportedText')}</Caution>;
  if (state === 'denied') return <Caution title={t('push.denied')}>{t('push.deniedText')}</Caution>;
  return (
    <Group justify="space-between" gap="sm">
      <div style={{ flex: '1 1 220px' }}>
        <Text size="sm" fw={600}>{state === 'on' ? t('push.isOn') : t('push.isOff')}</Text>
        <Text size="xs" c="dimmed">{on.isPending ? t('push.asking') : t('push.text')}</Text>
      </div>
      <Group gap="xs">
        {hasDevices && <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>{t('push.test')}</Button>}
        {state === 'on'
          ? <Button variant="default" loading={off.isPending} onClick={() => off.mutate()}>{t('push.off')}</Button>
          : <Button leftSection={<IconBellRinging size={16} stroke={1.5} />} loading={on.isPending || state === 'unknown'} onClick={() => on.mutate()}>{t('push.on')}</Button>}
      </Group>
    </Group>
  );
}

function DeviceRow({ device }: { device: Device }) {
  const { t } = useTranslation('notices');
  const ago = useAgo();
  const zone = useBusinessZone();
  const client = useQueryClient();
  const name = device.deviceName ?? t('push.unnamed');
  const remove = useMutation({
    mutationFn: () => ask('DELETE', `/api/push/subscriptions/${device.id}`),
    onSuccess: () => {
      notifications.show({ message: t('push.removedDevice', { name }) });
      return client.invalidateQueries({ queryKey: devicesQuery.queryKey });
    },
    onError: (error) => notifications.show({ color: 'red', title: t('preferences.failed'), message: toProblem(error).detail }),
  });
  return (
    <div className={classes['device']}>
      <IconDeviceMobile size={20} stroke={1.5} aria-hidden />
      <div>{name}<small>{device.lastUsedAt ? t('push.used', { when: ago(device.lastUsedAt) }) : t('push.never')} · {t('push.added', { when: formatDay(device.createdAt, zone) })}</small></div>
      {device.isCurrent && <Badge style={{ backgroundColor: 'var(--fd-good-tint)', color: 'var(--fd-good-text)' }}>{t('push.thisDevice')}</Badge>}
      <Button variant="default" loading={remove.isPending} aria-label={t('push.removeOf', { name })} onClick={() => remove.mutate()}>{t('push.remove')}</Button>
    </div>
  );
}
