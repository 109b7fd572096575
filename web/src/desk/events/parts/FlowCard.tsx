/**
 * The picture of an event: from it to each recipient, from there a line per channel on one logarithmic time axis, where each
 * try is a mark with a shape of its own. It moves while things happen; a line opens its delivery.
 */
import { Button, Skeleton, Title } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconAlertSmall, IconBolt, IconCheck, IconChecks, IconX } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryDetail, EventDetail } from '~/api';
import { useLiveState, userLive } from '~/live';
import { ErrorState, PersonAvatar, StateMessage } from '~/ui';
import classes from '../event.module.css';
import { countDown, spaceTicks } from '../model/axis';
import { edge, layFlow, type Flow, type Line, type MarkKind } from '../model/flow';
import { findPerson, readSubject, type Subject } from '../model/subject';
import { useKindTitle, useNames } from '../queries';
import { useMoments, useNow } from '../useMoments';
import styles from './flow.module.css';
import { ChannelIcon, DeliveryBadge } from './Marks';

/** Widths of the picture's columns, as the style sheet has them. */
const EVENT_WIDTH = 132;
const GAP_WIDTH = 32;
const GROUP_WIDTH = 176;
const LEAST_HEIGHT = 76;
/** From the middle of one word of the axis to that of the next. */
const TICKS_APART = 44;

interface Props {
  event: EventDetail | undefined;
  query: { data: unknown; error: unknown; isPending: boolean; hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown; refetch: () => unknown };
  deliveries: readonly DeliveryDetail[];
  openId: string | null;
  onOpen: (id: string) => void;
}

export function FlowCard({ event, query, deliveries, openId, onOpen }: Props) {
  const { t } = useTranslation('events');
  const live = useLiveState(userLive);
  const isMoving = deliveries.some((row) => row.status === 'sending' || (row.status === 'failed' && row.next_attempt_at));
  const now = useNow(isMoving);
  const keys: [MarkKind, string][] = [['good', t('event.sentKey')], ['arrived', t('event.arrivedKey')], ['slowed', t('event.slowedKey')], ['failed', t('event.failedKey')], ['planned', t('event.plannedKey')]];
  const subject = useMemo(() => readSubject((event?.event_data ?? {}) as Record<string, unknown>), [event?.event_data]);
  const flow = event && deliveries.length > 0 ? layFlow(deliveries, event.scheduled_for ?? event.created_at, now, (recipient) => findPerson(subject, recipient)?.name ?? recipient) : null;
  const left = event ? Math.max(event.deliveries.total, deliveries.length) - (flow ? deliveries.length - flow.left : 0) : 0;
  return (
    <section className={classes['card']} aria-label={t('event.flow')}>
      <header className={classes['cardHeader']}>
        <Title order={2}>{t('event.flow')}</Title>
        <span className={styles['legend']}>
          {flow && keys.map(([kind, words]) => <span key={kind}><i className={styles['mark']} data-kind={kind} aria-hidden />{words}</span>)}
          <span data-live={live === 'live' || undefined} className={styles['liveWord']}><i aria-hidden />{live === 'live' ? t('event.live') : t('event.notLive')}</span>
        </span>
      </header>
      {query.error && !query.data ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : !event || query.isPending ? (
        <div className={styles['flowSkeleton']} aria-hidden><Skeleton height={76} width={EVENT_WIDTH} radius="md" /><Skeleton height={44} width={GROUP_WIDTH} radius="md" /><Skeleton height={12} /></div>
      ) : flow ? (
        <>
          <Picture event={event} subject={subject} flow={flow} now={now} openId={openId} onOpen={onOpen} />
          {(left > 0 || query.hasNextPage) && (
            <footer className={classes['cardFooter']}>
              <span>{left > 0 && t('event.more', { count: left })}</span>
              {query.hasNextPage && <Button size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('event.loadMore')}</Button>}
            </footer>
          )}
        </>
      ) : (
        <NoDeliveries event={event} />
      )}
    </section>
  );
}

function NoDeliveries({ event }: { event: EventDetail }) {
  const { t } = useTranslation('events');
  const { moment } = useMoments();
  const icon = <IconBolt size={22} stroke={1.5} />;
  if (event.status === 'scheduled') return <StateMessage icon={icon} title={t('eventStatus.scheduled')} text={t('event.scheduledText', { when: moment(event.scheduled_for ?? event.created_at) })} />;
  if (event.status === 'pending' || event.status === 'processing') return <StateMessage icon={icon} tone="brand" title={t('event.notYet')} text={t('event.notYetText')} />;
  if (event.status === 'cancelled') return <StateMessage icon={icon} title={t('eventStatus.cancelled')} />;
  return <StateMessage icon={icon} title={t('event.noDeliveries')} text={t('event.noDeliveriesText', { type: event.type })} />;
}

function Picture({ event, subject, flow, now, openId, onOpen }: { event: EventDetail; subject: Subject; flow: Flow; now: number; openId: string | null; onOpen: (id: string) => void }) {
  const { t } = useTranslation('events');
  const title = useKindTitle();
  const { span } = useMoments();
  const height = Math.max(flow.height, LEAST_HEIGHT);
  const shift = (height - flow.height) / 2;
  const { ref, width } = useElementSize();
  return (
    <div className={styles['flow']} role="group" aria-label={t('event.flowOf')}>
      <div ref={ref} className={styles['axis']} aria-hidden>
        {spaceTicks(flow.axis.ticks, width, TICKS_APART).map(({ ms, place }) => <span key={ms} style={{ left: `${place * 100}%` }}>{span(ms)}</span>)}
      </div>
      <div className={styles['picture']} style={{ ['--flow-height' as string]: `${height}px` }}>
        <Edges flow={flow} height={height} shift={shift} openId={openId} />
        <div className={styles['eventCard']} style={{ top: height / 2 }}>
          <strong><IconBolt size={16} stroke={1.75} aria-hidden />{title(event.type)}</strong>
          <span>{subject.amount ?? event.type}</span>
        </div>
        {flow.groups.map((group) => (
          <div key={group.recipient} className={styles['group']}>
            <RecipientCard recipient={group.recipient} person={findPerson(subject, group.recipient)?.name ?? null} top={group.middle + shift} />
            {group.lines.map((line) => <LineButton key={line.delivery.id} line={line} flow={flow} shift={shift} start={event.scheduled_for ?? event.created_at} now={now} isOpen={line.delivery.id === openId} onOpen={() => onOpen(line.delivery.id)} />)}
          </div>
        ))}
      </div>
    </div>
  );
}

function Edges({ flow, height, shift, openId }: { flow: Flow; height: number; shift: number; openId: string | null }) {
  const groupX = EVENT_WIDTH + GAP_WIDTH;
  const lineX = groupX + GROUP_WIDTH;
  return (
    <svg className={styles['edges']} width={lineX + GAP_WIDTH} height={height} aria-hidden>
      {flow.groups.map((group) => {
        const isLit = group.lines.some((line) => line.delivery.id === openId);
        return (
          <g key={group.recipient}>
            <path d={edge(EVENT_WIDTH, height / 2, groupX, group.middle + shift)} data-lit={isLit || undefined} />
            {group.lines.map((line) => <path key={line.delivery.id} d={edge(lineX, group.middle + shift, lineX + GAP_WIDTH, line.top + shift + 24)} data-lit={line.delivery.id === openId || undefined} />)}
          </g>
        );
      })}
    </svg>
  );
}

function RecipientCard({ recipient, person, top }: { recipient: string; person: string | null; top: number }) {
  const { t } = useTranslation('events');
  const name = useNames()(recipient);
  const kind = { address: person && name.address, webhook: t('channel.webhook'), user: t('actor.team'), customer: t('actor.person') }[name.kind];
  const words = person ?? name.name ?? { address: recipient, webhook: t('actor.webhook'), user: t('actor.user'), customer: t('actor.customer') }[name.kind];
  return (
    <div className={styles['groupCard']} style={{ top }} title={name.address}>
      {name.kind === 'webhook' ? <i className={styles['face']} aria-hidden>{'{ }'}</i> : <span aria-hidden><PersonAvatar name={words} size={28} /></span>}
      <span className={styles['groupWords']}><strong>{words}</strong>{kind && <span>{kind}</span>}</span>
    </div>
  );
}

const MARK_ICONS: Record<MarkKind, typeof IconCheck | null> = { good: IconCheck, arrived: IconChecks, slowed: IconAlertSmall, failed: IconX, planned: null, running: null };

interface LineProps {
  line: Line;
  flow: Flow;
  shift: number;
  start: string;
  now: number;
  isOpen: boolean;
  onOpen: () => void;
}

function LineButton({ line: { delivery, top, marks }, flow, shift, start, now, isOpen, onOpen }: LineProps) {
  const { t } = useTranslation('events');
  const { span } = useMoments();
  const name = useNames()(delivery.recipient);
  const channel = t(`channel.${delivery.channel}`);
  const last = delivery.attempts_log.at(-1);
  const left_ms = delivery.next_attempt_at ? new Date(delivery.next_attempt_at).getTime() - now : 0;
  const isPlanned = delivery.status === 'failed' && delivery.next_attempt_at !== null;
  const when = isPlanned ? (left_ms > 0 ? t('event.in', { time: countDown(left_ms) }) : t('event.soon')) : last ? span(new Date(last.ended_at).getTime() - new Date(start).getTime()) : '';
  const solid = marks.filter((mark) => mark.kind !== 'planned');
  const end = solid.at(-1)?.place ?? 0;
  return (
    <button type="button" className={styles['line']} style={{ ['--line-top' as string]: `${top + shift}px` }} data-open={isOpen || undefined} aria-pressed={isOpen} onClick={onOpen}>
      <span className={styles['lineName']}><ChannelIcon channel={delivery.channel} />{channel}<span className="visually-hidden"> {t('event.line', { who: name.name ?? name.address, tries: t('event.tries', { count: delivery.attempts }) })}</span></span>
      <span className={styles['track']}>
        {flow.axis.ticks.map(({ ms, place }) => <i key={ms} className={styles['tick']} style={{ left: `${place * 100}%` }} />)}
        <i className={styles['thread']} style={{ width: `${end * 100}%` }} data-tone={delivery.status === 'dead' || delivery.status === 'failed' ? 'failed' : 'good'} />
        {marks.map((mark, index) => mark.kind === 'planned' && <i key={`to-${mark.key}`} className={styles['threadPlanned']} style={{ left: `${(marks[index - 1]?.place ?? 0) * 100}%`, right: `${(1 - mark.place) * 100}%` }} />)}
        {marks.map((mark) => {
          const Icon = MARK_ICONS[mark.kind];
          return <i key={mark.key} className={styles['mark']} data-kind={mark.kind} data-placed style={{ left: `${mark.place * 100}%` }}>{Icon && <Icon size={10} stroke={3} />}</i>;
        })}
      </span>
      <span className={styles['lineEnd']}><DeliveryBadge status={delivery.status} />{when && <span className="tabular">{when}</span>}</span>
    </button>
  );
}
