/** The attempts to get into one's own account, newest first. */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { securityEn } from '~/i18n/en/security';
import { ErrorState } from '~/ui/StateView';
import { formatAgo } from '~/ui/time';
import type { AccountKind } from '../account';
import { historyQuery } from '../queries';
import type { Attempt } from '../types';
import { SecurityCard } from './SecurityCard';
import classes from './security.module.css';

const OUTCOMES = securityEn.history.outcome;
const METHODS = securityEn.history.method;

function isKeyOf<Words extends object>(words: Words, key: string): key is Extract<keyof Words, string> {
  return Object.hasOwn(words, key);
}

export function History({ kind, personId }: { kind: AccountKind; personId: string }) {
  const { t } = useTranslation('security');
  const history = useInfiniteQuery(historyQuery(kind, personId));
  const rows = history.data?.pages.flatMap(({ attempts }) => attempts);
  return (
    <SecurityCard title={t('history.title')} text={t('history.text')}>
      {rows ? (
        rows.length === 0 ? (
          <Text size="sm" c="dimmed">{t('history.empty')}</Text>
        ) : (
          <ul className={classes['rows']} style={{ marginTop: 0 }}>
            {rows.map((attempt) => <Row key={attempt.id} attempt={attempt} />)}
          </ul>
        )
      ) : history.error ? (
        <ErrorState isSmall error={history.error} onRetry={() => void history.refetch()} />
      ) : (
        <Stack gap="sm" role="status" aria-busy="true">{[0, 1, 2].map((row) => <Skeleton key={row} h={36} />)}</Stack>
      )}
      {history.hasNextPage && <Group mt="sm"><Button variant="default" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>{t('history.more')}</Button></Group>}
    </SecurityCard>
  );
}

function Row({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation('security');
  const isIn = attempt.outcome === 'signed_in';
  // A word that a newer server uses is shown as it is.
  const outcome = isKeyOf(OUTCOMES, attempt.outcome) ? t(`history.outcome.${attempt.outcome}`) : attempt.outcome;
  const method = isKeyOf(METHODS, attempt.method) ? t(`history.method.${attempt.method}`) : attempt.method;
  const Icon = isIn ? IconCheck : IconAlertTriangle;
  const where = [attempt.deviceName || t('devices.unknown'), attempt.ipAddress].filter(Boolean).join(' · ');
  return (
    <li className={classes['row']}>
      <Icon size={18} stroke={1.75} aria-hidden style={{ flexShrink: 0 }} className={classes[isIn ? 'ok' : 'bad']} />
      <div className={classes['rowWords']}>
        <Text size="sm"><Text span inherit fw={600}>{outcome}</Text> {method}</Text>
        <Text size="xs" c="dimmed" className="tabular">{where}</Text>
      </div>
      <time dateTime={attempt.at} title={new Date(attempt.at).toLocaleString()} style={{ fontSize: 12, color: 'var(--fd-text-2)', flexShrink: 0 }}>{formatAgo(attempt.at)}</time>
    </li>
  );
}
