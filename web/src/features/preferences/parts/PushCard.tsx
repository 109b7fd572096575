/** Push on this device: asked for by the browser, listed with the other devices, and tried out. */
import { Alert, Badge, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconBellRinging, IconDeviceMobile } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type SessionKind } from '~/api';
import { faultOf, useDevicePush } from '~/features/push/useDevicePush';
import { formatAgo, formatDay, StateView } from '~/ui';
import { devicesQuery, removeDevice, sessionOf, testPush, type Device } from '../calls';
import classes from '../preferences.module.css';

export function PushCard({ kind }: { kind: SessionKind }) {
  const { t } = useTranslation('notices');
  const query = useQuery(devicesQuery(kind));
  const here = useDevicePush(sessionOf(kind));
  // Off here is off at the server too, whichever of the two buttons it was.
  const forget = async (device: Device) => {
    if (device.isCurrent) await here.disable();
    await removeDevice(kind, device.id);
  };
  return (
    <section aria-labelledby="preferences-push">
      <Title order={2} id="preferences-push" mb="xs">{t('push.title')}</Title>
      <div className={`${classes['box']} ${classes['padded']}`}>
        <Stack gap="md">
          <ThisDevice kind={kind} here={here} devices={query.data ?? []} onForget={forget} />
          <StateView query={query} loading={<Skeleton height={44} />} isEmpty={(devices) => devices.length === 0} empty={null}>
            {(devices) => <div><Text component="h3" size="sm" fw={600} mb={6}>{t('push.devices')}</Text>{devices.map((device) => <DeviceRow key={device.id} kind={kind} device={device} onForget={forget} />)}</div>}
          </StateView>
        </Stack>
      </div>
    </section>
  );
}

interface ThisProps {
  kind: SessionKind;
  here: ReturnType<typeof useDevicePush>;
  devices: readonly Device[];
  onForget: (device: Device) => Promise<void>;
}

function ThisDevice({ kind, here, devices, onForget }: ThisProps) {
  const { t } = useTranslation('notices');
  const client = useQueryClient();
  const { state, enable, disable } = here;
  const current = devices.find(({ isCurrent }) => isCurrent);
  const again = () => client.invalidateQueries({ queryKey: devicesQuery(kind).queryKey });
  const [said, setSaid] = useState<{ words: string; isBad: boolean } | null>(null);
  const fail = (error: unknown) => {
    const fault = faultOf(error);
    setSaid({ words: fault ? t(`push.fault.${fault}`) : `${t('push.failed')}. ${toProblem(error).detail}`, isBad: true });
  };
  const on = useMutation({ mutationFn: enable, onSuccess: again, onError: fail });
  const off = useMutation({ mutationFn: () => (current ? onForget(current) : disable()), onSuccess: again, onError: fail });
  const test = useMutation({ mutationFn: () => testPush(kind), onSuccess: ({ sent }) => setSaid(sent > 0 ? { words: t('push.testSent'), isBad: false } : { words: t('push.testNone'), isBad: true }), onError: fail });
  if (state === 'unsupported') return <Alert color="yellow" title={t('push.unsupported')}>{t('push.unsupportedText')}</Alert>;
  if (state === 'denied') return <Alert color="yellow" title={t('push.denied')}>{t('push.deniedText')}</Alert>;
  return (
    <Group justify="space-between" gap="sm">
      <div style={{ flex: '1 1 220px' }}>
        <Text size="sm" fw={600}>{state === 'on' ? t('push.isOn') : t('push.isOff')}</Text>
        <Text size="xs" c="dimmed">{on.isPending ? t('push.asking') : t('push.text')}</Text>
        <Text size="xs" c={said?.isBad ? 'var(--fd-failed-text)' : 'var(--fd-good-text)'} role="status">{said?.words}</Text>
      </div>
      <Group gap="xs">
        {devices.length > 0 && <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>{t('push.test')}</Button>}
        {state === 'on'
          ? <Button variant="default" loading={off.isPending} onClick={() => off.mutate()}>{t('push.off')}</Button>
          : <Button leftSection={<IconBellRinging size={16} stroke={1.5} />} loading={on.isPending || state === 'unknown'} onClick={() => on.mutate()}>{t('push.on')}</Button>}
      </Group>
    </Group>
  );
}

function DeviceRow({ kind, device, onForget }: { kind: SessionKind; device: Device; onForget: ThisProps['onForget'] }) {
  const { t } = useTranslation('notices');
  const client = useQueryClient();
  const name = device.deviceName || t('push.unnamed');
  const remove = useMutation({
    mutationFn: () => onForget(device),
    onSuccess: () => client.invalidateQueries({ queryKey: devicesQuery(kind).queryKey }),
  });
  return (
    <div className={classes['device']}>
      <IconDeviceMobile size={20} stroke={1.5} aria-hidden />
      <div>{name}<small>{device.lastUsedAt ? t('push.used', { when: t('push.ago', { when: formatAgo(device.lastUsedAt) }) }) : t('push.never')} · {t('push.added', { when: formatDay(device.createdAt) })}</small>{remove.error && <small role="alert">{faultOf(remove.error) ? t('push.fault.broken') : toProblem(remove.error).detail}</small>}</div>
      {device.isCurrent && <Badge style={{ backgroundColor: 'var(--fd-good-tint)', color: 'var(--fd-good-text)' }}>{t('push.thisDevice')}</Badge>}
      <Button variant="default" loading={remove.isPending} aria-label={t('push.removeOf', { name })} onClick={() => remove.mutate()}>{t('push.remove')}</Button>
    </div>
  );
}
