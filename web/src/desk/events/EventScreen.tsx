/** One event: what happened, the picture of who is told by which way, every try, and its data. */
import { Alert, Button, CopyButton, Drawer, Skeleton, Title } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconBan, IconCheck, IconChevronRight, IconCopy, IconRefresh } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, type DeliveryDetail, type EventDetail } from '~/api';
import { ErrorState } from '~/ui';
import { CodeBlock, CopyIcon } from '../parts/CodeBlock';
import { DeskTitle } from '../parts/DeskTitle';
import { NotHere } from '../parts/NotHere';
import { ManagersOnly, SpineNav } from '../parts/SpineNav';
import classes from './event.module.css';
import { useLiveEventPage } from './live';
import { isOver } from './model/feed';
import { LINES_MAX } from './model/flow';
import { shortId } from './model/people';
import { findPerson, readSubject } from './model/subject';
import { Attempts } from './parts/Attempts';
import { DeliveryPanel } from './parts/DeliveryPanel';
import { FlowCard } from './parts/FlowCard';
import { EventBadge, ProgressBar } from './parts/Marks';
import { eventDeliveriesQuery, eventQuery, useKindTitle } from './queries';
import { useActorWords } from './useActorWords';
import { useEventMoves } from './useEventMoves';
import { useMoments } from './useMoments';

const FROM = '/dashboard/events/$eventId' as const;
const PAYLOAD_HEIGHT_MAX = 360;
const NOTHING: DeliveryDetail[] = [];

export function EventScreen() {
  const { eventId } = useParams({ from: FROM });
  return <ManagersOnly place="events"><EventPage key={eventId} id={eventId} /></ManagersOnly>;
}

function EventPage({ id }: { id: string }) {
  const { t } = useTranslation('events');
  const query = useQuery(eventQuery(id));
  const deliveries = useInfiniteQuery(eventDeliveriesQuery(id));
  useLiveEventPage(id);
  const rows = useMemo(() => deliveries.data?.pages.flatMap((page) => page.rows) ?? NOTHING, [deliveries.data]);
  const { delivery: openId } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const open = (delivery: string | undefined) => void navigate({ search: { delivery }, replace: true });
  const isNarrow = useMediaQuery('(max-width: 74.99em)', false, { getInitialValueInEffect: false }) ?? false;
  const event = query.data;

  if (query.error && !event) {
    return (
      <div className={classes['page']}>
        <SpineNav />
        {toProblem(query.error).status === 404
          ? <NotHere title={t('event.notFound')} action={<Button variant="default" renderRoot={(props) => <Link {...props} to="/dashboard/events" />}>{t('event.toList')}</Button>} />
          : <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      </div>
    );
  }
  const chosen = openId ? rows.findIndex((row) => row.id === openId) : -1;
  const delivery = rows[chosen];
  const panel = delivery && event && <DeliveryPanel key={delivery.id} delivery={delivery} index={rows.length - chosen} count={Math.max(event.deliveries.total, rows.length)} onClose={isNarrow ? undefined : () => open(undefined)} />;
  return (
    <div className={classes['frame']} data-panel={(panel && !isNarrow) || undefined}>
      <div className={classes['page']}>
        <SpineNav />
        {event ? <EventHead event={event} deliveries={rows} /> : <HeadSkeleton />}
        {event?.error && <Alert color="red" role="alert">{event.error}</Alert>}
        <FlowCard event={event} query={deliveries} deliveries={rows} openId={openId ?? null} onOpen={(next) => open(next === openId ? undefined : next)} />
        <div className={classes['columns']}>
          <Attempts deliveries={rows} isPending={deliveries.isPending} onOpen={open} />
          <section className={classes['card']} aria-label={t('event.payload')}>
            <header className={classes['cardHeader']}>
              <Title order={2}>{t('event.payload')}</Title>
              {event && <CopyIcon text={JSON.stringify(event.event_data, null, 2)} label={t('event.payload')} />}
            </header>
            <div className={classes['payload']}>
              {event ? <CodeBlock text={JSON.stringify({ type: event.event_type, data: event.event_data }, null, 2)} label={t('event.payload')} isNumbered wraps maxHeight={PAYLOAD_HEIGHT_MAX} /> : <Skeleton height={160} />}
            </div>
          </section>
        </div>
      </div>
      {panel && (isNarrow ? <Drawer opened onClose={() => open(undefined)} position="right" size={400} title={t('delivery.place', { index: rows.length - chosen, count: Math.max(event.deliveries.total, rows.length) })}>{panel}</Drawer> : <aside className={classes['panel']}>{panel}</aside>)}
    </div>
  );
}

function EventHead({ event, deliveries }: { event: EventDetail; deliveries: readonly DeliveryDetail[] }) {
  const { t } = useTranslation('events');
  const title = useKindTitle();
  const actor = useActorWords();
  const { moment } = useMoments();
  const moves = useEventMoves(event);
  const subject = readSubject(event.event_data as Record<string, unknown>);
  const people = new Set(deliveries.map((row) => findPerson(subject, row.recipient)?.name ?? row.recipient)).size;
  // Not all of them are read at once; what is read is no count of all.
  const isAll = deliveries.length >= event.deliveries.total;
  const channels = new Set(deliveries.map((row) => row.channel)).size;
  const ways = { api: 'source.api', socket: 'source.socket', house: 'source.house', replay: 'source.replay' } as const;
  const way = ways[event.source as keyof typeof ways];
  const facts: [string, React.ReactNode][] = [
    [t('event.event'), <span key="id" title={event.id}>{shortId(event.id)}</span>],
    [t('event.happened'), <time key="at" dateTime={event.created_at}>{moment(event.created_at)}</time>],
    [t('event.postedBy'), way && event.actor !== 'system' ? t('event.by', { who: actor(event.actor), way: t(way) }) : actor(event.actor)],
    event.scheduled_for && !isOver(event.status)
      ? [t('event.scheduledFor'), <time key="due" dateTime={event.scheduled_for}>{moment(event.scheduled_for)}</time>]
      : [t('event.recipients'), people === 0 ? t('event.nobody') : t('event.over', { people: isAll ? people : `${people}+`, count: channels })],
  ];
  if (event.replay_of) facts.push([t('event.replayOf'), <Link key="of" to={FROM} params={{ eventId: event.replay_of }}>{shortId(event.replay_of)}</Link>]);
  if (event.idempotency_key) facts.push([t('event.key'), event.idempotency_key]);
  return (
    <>
      <header className={classes['header']}>
        <nav className={classes['crumbs']} aria-label={t('event.crumbs')}><Link to="/dashboard/events">{t('list.title')}</Link><IconChevronRight size={14} stroke={1.5} aria-hidden /><span>{event.type}</span></nav>
        <div className={classes['titleRow']}>
          <DeskTitle named={title(event.type)}>{title(event.type)}{subject.words && <span className={classes['subject']}> · {subject.words}</span>}</DeskTitle>
          <EventBadge status={event.status} />
          {event.deliveries.total > 0 && <span className={classes['arrived']} aria-live="polite">{t('event.arrived', { done: event.deliveries.done - event.deliveries.failed - event.deliveries.cancelled, total: event.deliveries.total })}{event.deliveries.failed > 0 && <em> · {t('event.givenUp', { count: event.deliveries.failed })}</em>}{event.deliveries.cancelled > 0 && <> · {t('list.cancelledCount', { count: event.deliveries.cancelled })}</>}</span>}
          <span className={classes['spring']} />
          <div className={classes['actions']}>
            <CopyButton value={event.id}>
              {({ copied, copy }) => <Button variant="default" onClick={copy} leftSection={copied ? <IconCheck size={16} stroke={2} /> : <IconCopy size={16} stroke={1.5} />}>{copied ? t('event.copied') : t('event.copyId')}</Button>}
            </CopyButton>
            {!isOver(event.status) && <Button variant="default" leftSection={<IconBan size={16} stroke={1.5} />} loading={moves.isCancelling} onClick={moves.askCancel}>{t('event.cancel')}</Button>}
            {event.status !== 'scheduled' && <Button leftSection={<IconRefresh size={16} stroke={1.75} />} loading={moves.isReplaying} onClick={moves.askReplay}>{t('event.replay')}</Button>}
          </div>
        </div>
        {/* More than a picture shows, or not all of it sent: the whole at a glance. */}
        {(event.deliveries.total > LINES_MAX || event.deliveries.cancelled > 0) && <div className={classes['whole']}><ProgressBar event={event} /></div>}
      </header>
      <dl className={classes['facts']}>{facts.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
    </>
  );
}

function HeadSkeleton() {
  return (
    <div aria-hidden>
      <Skeleton height={12} width={140} mb={10} />
      <Skeleton height={22} width={260} mb={20} />
      <div className={classes['facts']}>{[1, 2, 3, 4].map((key) => <div key={key}><Skeleton height={10} width={60} /><Skeleton height={12} width={110} mt={8} /></div>)}</div>
    </div>
  );
}
