/** Every try of a webhook, newest first, and the one that is looked at in a drawer. */
import { Button, Drawer, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { LiveLine } from '~/features/messaging';
import { userLive } from '~/live';
import { ErrorState, formatAgo, StateMessage } from '~/ui';
import { AttemptBadge } from '../../events/parts/Marks';
import { useMoments } from '../../events/useMoments';
import { LogList } from '../../parts/LogList';
import { Card } from '../../parts/Page';
import { useBusinessZone } from '../../queries';
import { webhookLogsQuery, type LogRow } from '../queries';
import classes from '../webhooks.module.css';
import { CallView, StatusMark } from './CallView';

const FROM = '/dashboard/webhooks/$webhookId' as const;
const ROW_HEIGHT = 52;
const SKELETON_ROWS = 6;

export function LogCard({ id }: { id: string }) {
  const { t } = useTranslation('setup');
  const query = useInfiniteQuery(webhookLogsQuery(id));
  const rows = useMemo(() => query.data?.pages.flatMap((page) => page.rows) ?? [], [query.data]);
  const { open } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const chosen = rows.find((row) => row.id === open);
  return (
    <Card className={classes['log']}>
      <div className={classes['cardHead']}>
        <Title order={2}>{t('webhooks.log')}</Title>
        <Text size="xs" c="dimmed">{t('webhooks.logText')}</Text>
        <span className={classes['spring']} />
        <LiveLine connection={userLive} />
      </div>
      {query.error && !query.data ? <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        : query.isPending ? <div aria-hidden>{Array.from({ length: SKELETON_ROWS }, (_, key) => <div key={key} className={classes['try']}><Skeleton height={18} width={44} radius="xl" /><Skeleton height={12} width={120 + ((key * 41) % 70)} /><Skeleton height={12} width={40} ml="auto" /></div>)}</div>
        : rows.length === 0 ? <StateMessage icon={<IconListDetails size={22} stroke={1.5} />} title={t('webhooks.logEmptyTitle')} text={t('webhooks.logEmptyText')} />
        : <LogList label={t('webhooks.log')} rows={rows} rowHeight={ROW_HEIGHT} query={query} newWords={(count) => t('webhooks.newTries', { count })}>{(row) => <Try row={row} />}</LogList>}
      {chosen && <Drawer opened onClose={() => void navigate({ search: {}, replace: true })} position="right" size={480} title={t('webhooks.tryOf', { event: chosen.event, number: chosen.attempt })}><Details row={chosen} /></Drawer>}
    </Card>
  );
}

function Try({ row }: { row: LogRow }) {
  const { t } = useTranslation('setup');
  const zone = useBusinessZone();
  return (
    <Link from={FROM} to="." search={{ open: row.id }} replace resetScroll={false} className={classes['try']} data-row>
      <StatusMark call={row} />
      <span className={classes['tryWhat']}>
        <strong>{row.event}</strong>
        <span>{[row.isTest ? t('webhooks.testCall') : t('webhooks.tryNumber', { number: row.attempt }), row.error].filter(Boolean).join(' · ')}</span>
      </span>
      <time className={classes['tryTime']} dateTime={row.startedAt}>{formatAgo(row.startedAt, zone)}</time>
    </Link>
  );
}

function Details({ row }: { row: LogRow }) {
  const { t } = useTranslation('setup');
  const { moment } = useMoments();
  return (
    <Stack gap="md">
      <div className={classes['result']}>
        <AttemptBadge status={row.status} />
        <Text size="sm" c="dimmed" className="tabular">{moment(row.startedAt)}</Text>
        <span className={classes['spring']} />
        {!row.isTest && <Button variant="default" size="xs" renderRoot={(props) => <Link {...props} to="/dashboard/events/$eventId" params={{ eventId: row.eventId }} search={{ delivery: row.deliveryId }} />}>{t('webhooks.openEvent')}</Button>}
      </div>
      <CallView call={row} />
    </Stack>
  );
}
