/** Where one is signed in, with a way to end it there, one by one or everywhere else at once. */
import { Badge, Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateView } from '~/ui/StateView';
import { formatAgo } from '~/ui/time';
import { account, type AccountKind } from '../account';
import { devicesQuery } from '../queries';
import type { DeviceRow } from '../types';
import { Fault } from './Fault';
import { SecurityCard } from './SecurityCard';
import classes from './security.module.css';

export function Devices({ kind, personId }: { kind: AccountKind; personId: string }) {
  const { t } = useTranslation('security');
  const query = devicesQuery(kind, personId);
  const devices = useQuery(query);
  const [asks, setAsks] = useState(false);
  const others = devices.data?.filter(({ isCurrent }) => !isCurrent) ?? [];
  return (
    <SecurityCard title={t('devices.title')} action={others.length > 1 ? <Button variant="default" onClick={() => setAsks(true)}>{t('devices.endOthers')}</Button> : null}>
      <StateView query={devices} loading={<Stack gap="sm" role="status" aria-busy="true">{[0, 1].map((row) => <Skeleton key={row} h={44} />)}</Stack>}>
        {(list) => (
          <ul className={classes['rows']} style={{ marginTop: 0 }}>
            {list.map((device) => <Device key={device.id} kind={kind} personId={personId} device={device} />)}
          </ul>
        )}
      </StateView>
      {asks && <EndOthers kind={kind} personId={personId} others={others} onClose={() => setAsks(false)} />}
    </SecurityCard>
  );
}

function Device({ kind, personId, device }: { kind: AccountKind; personId: string; device: DeviceRow }) {
  const { t } = useTranslation('security');
  const queries = useQueryClient();
  const query = devicesQuery(kind, personId);
  const end = useMutation({
    mutationFn: () => account.endDevice(kind, device.id),
    onSuccess: () => queries.setQueryData(query.queryKey, (list) => list?.filter(({ id }) => id !== device.id)),
  });
  const name = device.deviceName || t('devices.unknown');
  const Icon = /Mobile|Android|iPhone/.test(device.userAgent ?? '') ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <li>
      <div className={classes['row']}>
        <Icon size={20} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
        <div className={classes['rowWords']}>
          <Text size="sm" fw={600} truncate>{name}</Text>
          <Text size="xs" c="dimmed" className="tabular">{[t('devices.seen', { when: formatAgo(device.lastSeenAt) }), device.ipAddress].filter(Boolean).join(' · ')}</Text>
        </div>
        {device.isCurrent ? <Badge color="green" style={{ flexShrink: 0 }}>{t('devices.current')}</Badge> : <Button variant="default" style={{ flexShrink: 0 }} loading={end.isPending} onClick={() => end.mutate()} aria-label={t('devices.endOf', { device: name })}>{t('devices.end')}</Button>}
      </div>
      <Fault error={end.error} />
    </li>
  );
}

function EndOthers({ kind, personId, others, onClose }: { kind: AccountKind; personId: string; others: readonly DeviceRow[]; onClose: () => void }) {
  const { t } = useTranslation('security');
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: async () => {
      const ends = await Promise.allSettled(others.map(({ id }) => account.endDevice(kind, id)));
      await queries.invalidateQueries({ queryKey: devicesQuery(kind, personId).queryKey });
      const failed = ends.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
    },
    onSuccess: onClose,
  });
  return (
    <Modal opened onClose={onClose} title={t('devices.endOthersTitle')} size={420}>
      <Stack gap="md">
        <Text size="sm">{t('devices.endOthersText', { count: others.length })}</Text>
        {end.error && <Text size="sm" role="alert" className={classes['bad']}>{t('devices.failed', { why: toProblem(end.error).detail })}</Text>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>{t('twoFactor.cancel')}</Button>
          <Button color="red" loading={end.isPending} onClick={() => end.mutate()}>{t('devices.endOthers')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
