/** Where the customer is signed in, with a way to end it there. */
import { Badge, Button, Card, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DeviceSession } from '~/api';
import { formatAgo, StateView } from '~/ui';
import { describeFault } from '../../fault';
import { parseDevice } from '../device';
import { devicesQuery, signOutDevice } from '../queries';
import { Notice } from '../../shell/Notice';

export function Devices({ customerId }: { customerId: string }) {
  const { t } = useTranslation('front');
  const devices = useQuery(devicesQuery(customerId));
  return (
    <section aria-labelledby="front-devices">
      <Title order={2} id="front-devices" mb="xs">
        {t('account.sessions')}
      </Title>
      <StateView query={devices} loading={<Skeleton h={72} radius="lg" aria-label={t('state.loading')} />}>
        {(list) => (
          <Card withBorder>
            <Stack gap="md" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
              {list.map((device) => (
                <DeviceRow key={device.id} device={device} customerId={customerId} />
              ))}
            </Stack>
          </Card>
        )}
      </StateView>
    </section>
  );
}

function DeviceRow({ device, customerId }: { device: DeviceSession; customerId: string }) {
  const { t } = useTranslation('front');
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => signOutDevice(device.id),
    onSuccess: () => queries.setQueryData(devicesQuery(customerId).queryKey, (list) => list?.filter(({ id }) => id !== device.id)),
  });
  const { browser, system } = parseDevice(device.userAgent);
  const name = browser && system ? t('account.deviceOn', { browser, system }) : (browser ?? system ?? t('account.unknownDevice'));
  return (
    <li>
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Text fw={600}>{name}</Text>
          <Text size="xs" c="dimmed">
            {t('account.lastSeen', { when: formatAgo(device.lastSeenAt) })}
            {device.ipAddress ? ` · ${device.ipAddress}` : ''}
          </Text>
        </div>
        {device.isCurrent ? (
          <Badge>{t('account.thisDevice')}</Badge>
        ) : (
          <Button
            variant="default"
            size="md"
            flex="none"
            loading={revoke.isPending}
            onClick={() => revoke.mutate()}
            aria-label={t('account.revokeOf', { device: name })}
          >
            {t('account.revoke')}
          </Button>
        )}
      </Group>
      {revoke.error && (
        <Notice tone="failed">
          {describeFault(revoke.error, t).text}
        </Notice>
      )}
    </li>
  );
}
