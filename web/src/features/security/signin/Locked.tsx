/** After too many failures: when it opens again, and the two ways in until then. */
import { Alert, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { IconLock } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import '../words';

const CLOCK_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

export function isLocked(error: unknown): boolean {
  return error !== null && error !== undefined && toProblem(error).code === 'ACCOUNT_LOCKED';
}

export function Locked({ error, reset }: { error: unknown; reset: ReactNode }) {
  const { t } = useTranslation('security');
  const seconds = toProblem(error).retryAfterSeconds ?? 0;
  const [opensAt, setOpensAt] = useState(() => Date.now() + seconds * 1000);
  const [now, setNow] = useState(Date.now);
  const clock = useInterval(() => setNow(Date.now()), CLOCK_MS);
  useEffect(() => {
    // Each refusal names its own end: the wait grows with every failure.
    setOpensAt(Date.now() + seconds * 1000);
    setNow(Date.now());
  }, [error, seconds]);
  useEffect(() => {
    clock.start();
    return clock.stop;
    // The interval object is new on every render; starting it once is what is meant.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const minutes = Math.round((opensAt - now) / MINUTE_MS);
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(opensAt);
  const wait = minutes < 1 ? t('locked.soon') : minutes < HOUR_MINUTES ? t('locked.minutes', { count: minutes }) : t('locked.hours', { count: Math.round(minutes / HOUR_MINUTES) });
  return (
    <Alert role="alert" color="yellow" icon={<IconLock size={18} stroke={1.5} />} title={t('locked.title')}>
      <Stack gap={4}>
        <Text size="sm">{now >= opensAt ? t('locked.open') : t('locked.text', { time, wait })}</Text>
        <Text size="sm">{t('locked.ways')}</Text>
        {reset}
      </Stack>
    </Alert>
  );
}
