/** Pairing a phone: what it risks, the code large and alive, and the state as it changes. */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { IconBrandWhatsapp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { ErrorState } from '~/ui';
import { Caution } from '../../parts/Caution';
import classes from '../channels.module.css';
import type { PhoneStatus, usePhone } from '../whatsapp';
import { useAgo } from '../../parts/useAgo';

const TONE: Record<PhoneStatus['status'], 'good' | 'waiting' | 'failed' | 'quiet'> = { not_initialized: 'quiet', qr_ready: 'waiting', authenticated: 'waiting', ready: 'good', disconnected: 'failed', auth_failed: 'failed', logged_out: 'quiet' };
const PAIRED: readonly PhoneStatus['status'][] = ['ready', 'authenticated', 'disconnected'];

export function PhonePanel({ phone }: { phone: ReturnType<typeof usePhone> }) {
  const { t } = useTranslation('setup');
  const ago = useAgo();
  const { query, code, pair, logOut } = phone;
  const status = query.data;
  if (query.isPending) return <Stack gap="xs" aria-hidden><Skeleton height={16} width={160} /><Skeleton height={12} width="80%" /><Skeleton height={32} width={120} /></Stack>;
  if (query.error && !status) return <ErrorState isSmall title={t('channels.statusFailed')} error={query.error} onRetry={() => void query.refetch()} />;
  if (!status) return <div><Text size="sm" fw={600}>{t('channels.notHere')}</Text><Text size="sm" c="dimmed">{t('channels.notHereText')}</Text></div>;
  const isPaired = PAIRED.includes(status.status);
  const showsCode = status.status === 'qr_ready' && code !== null;
  const fail = (error: unknown) => notifications.show({ color: 'red', title: t('failed'), message: toProblem(error).detail });
  // Nothing is paired yet, so nothing is lost.
  const stop = () => logOut.mutate(undefined, { onError: fail });
  const askLogOut = () =>
    modals.openConfirmModal({
      title: t('channels.logOutTitle'),
      children: <Text size="sm">{t('channels.logOutText')}</Text>,
      labels: { confirm: t('channels.logOutConfirm'), cancel: t('cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () =>
        logOut.mutate(undefined, {
          onSuccess: () => notifications.show({ message: t('channels.loggedOut') }),
          onError: fail,
        }),
    });
  return (
    <Stack gap="md">
      <Caution title={t('channels.risk')}>{t('channels.riskText')}</Caution>
      <div className={classes['session']} role="status">
        <span className={classes['dot']} data-tone={TONE[status.status]} aria-hidden />
        <div>
          <Text size="sm" fw={600}>{t(`channels.session.${status.status}`)}{status.last_updated && <Text span size="xs" c="dimmed" fw={400}> · {ago(status.last_updated)}</Text>}</Text>
          <Text size="xs" c="dimmed">{status.reason ?? t(`channels.sessionText.${status.status}`)}</Text>
        </div>
      </div>
      {showsCode && (
        <div className={classes['pairing']}>
          <div className={classes['qr']}><img src={code} alt={t('channels.qr')} /></div>
          <ol className={classes['steps']}>
            <li>{t('channels.steps.one')}</li>
            <li>{t('channels.steps.two')}</li>
            <li>{t('channels.steps.three')}</li>
          </ol>
        </div>
      )}
      {pair.isPending && <Text size="sm" c="dimmed" role="status">{t('channels.pairing')}</Text>}
      {pair.error && <ErrorState isSmall title={t('failed')} error={pair.error} />}
      <Group gap="xs">
        {!showsCode && (!isPaired || status.status === 'disconnected') && <Button leftSection={<IconBrandWhatsapp size={16} stroke={1.5} />} loading={pair.isPending} onClick={() => pair.mutate()}>{status.status === 'not_initialized' ? t('channels.pair') : t('channels.pairAgain')}</Button>}
        {isPaired && <Button variant="default" loading={logOut.isPending} onClick={askLogOut}>{t('channels.logOut')}</Button>}
        {showsCode && <Button variant="default" loading={logOut.isPending} onClick={stop}>{t('channels.stopPairing')}</Button>}
      </Group>
    </Stack>
  );
}
