/** The house in numbers: who is on it, what waits, where it is kept. */
import { Button, Skeleton, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { formatBytes, StateView } from '~/ui';
import { PageTitle } from '~/ui/PageTitle';
import { Caution } from '../parts/Caution';
import { Card } from '../parts/Page';
import { OVERVIEW_EVERY_MS, overviewQuery, type Overview } from './calls';
import classes from './operator.module.css';

const number = new Intl.NumberFormat('en-GB');

export function OverviewScreen() {
  const { t } = useTranslation('operator');
  const query = useQuery(overviewQuery);
  return (
    <div className={classes['page']}>
      <header className={classes['pageHead']}><div><PageTitle place={t('nav.title')}>{t('overview.title')}</PageTitle><Text size="sm" c="dimmed">{t('overview.text')} {t('overview.refreshed', { count: OVERVIEW_EVERY_MS / 1000 })}.</Text></div></header>
      <StateView query={query} loading={<div className={classes['figures']}>{[0, 1, 2, 3].map((key) => <div key={key} className={classes['figure']}><Skeleton height={12} width={90} /><Skeleton height={26} width={60} mt={8} /></div>)}</div>}>
        {(overview) => <Figures overview={overview} />}
      </StateView>
    </div>
  );
}

function Figures({ overview }: { overview: Overview }) {
  const { t } = useTranslation('operator');
  const { queue, database } = overview;
  const people = [['tenants', overview.tenants], ['users', overview.users], ['customers', overview.customers], ['sockets', overview.sockets]] as const;
  return (
    <>
      <dl className={classes['figures']}>
        {people.map(([name, figure]) => <div key={name} className={classes['figure']}><dt>{t(`overview.${name}`)}</dt><dd>{number.format(figure)}</dd></div>)}
      </dl>
      <div className={classes['columns']}>
        <Card className={classes['figure']}>
          <Title order={2}>{t('overview.queue')}</Title>
          <dl className={classes['facts']}><dt>{t('overview.waiting')}</dt><dd>{number.format(queue.waiting)}</dd><dt>{t('overview.dead')}</dt><dd data-tone={queue.dead > 0 ? 'failed' : undefined}>{number.format(queue.dead)}</dd></dl>
          {queue.dead > 0 ? <Caution tone="failed" title={t('overview.queueBad', { count: queue.dead })}>{null}</Caution> : <Text size="xs" c="dimmed">{t('overview.queueGood')}</Text>}
        </Card>
        <Card className={classes['figure']}>
          <Title order={2}>{t('overview.database')}</Title>
          <dl className={classes['facts']}><dt>{t('overview.database')}</dt><dd>{nameDatabase(database.kind)}</dd><dt>{t('overview.size')}</dt><dd>{database.sizeBytes === null ? '–' : formatBytes(database.sizeBytes)}</dd></dl>
        </Card>
        <Card className={classes['figure']}>
          <Title order={2}>{t('overview.program')}</Title>
          <dl className={classes['facts']}><dt>{t('overview.version')}</dt><dd>{overview.version}</dd><dt>{t('overview.uptime')}</dt><dd><Uptime seconds={overview.uptime} /></dd></dl>
        </Card>
      </div>
      <div><Button variant="default" renderRoot={(props) => <Link {...props} to="/operator/tenants" />}>{t('overview.seeAll')}</Button></div>
    </>
  );
}

function nameDatabase(kind: string): string {
  return { sqlite: 'SQLite', postgres: 'PostgreSQL', postgresql: 'PostgreSQL' }[kind.toLowerCase()] ?? kind;
}

function Uptime({ seconds }: { seconds: number }) {
  const { t } = useTranslation('operator');
  const minutes = Math.floor(seconds / 60);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  return <>{[days > 0 && t('overview.days', { count: days }), hours > 0 && t('overview.hours', { count: hours }), days === 0 && t('overview.minutes', { count: minutes % 60 })].filter(Boolean).join(' ')}</>;
}
