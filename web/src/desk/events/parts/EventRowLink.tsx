/** One event of the log: what happened, who said so, how far word of it has come. */
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventRow } from '~/api';
import { formatAgo } from '~/ui';
import { useBusinessZone } from '../../queries';
import classes from '../events.module.css';
import { useKindTitle } from '../queries';
import { useMoments } from '../useMoments';
import { useActorWords } from '../useActorWords';
import { EventBadge, ProgressBar, useProgressWords } from './Marks';

/** An event of which only the socket has told so far has none. */
const WAYS = { api: 'source.api', socket: 'source.socket', house: 'source.house', replay: 'source.replay' } as const;

export const EventRowLink = memo(function EventRowLink({ event }: { event: EventRow }) {
  const { t } = useTranslation('events');
  const zone = useBusinessZone();
  const title = useKindTitle();
  const progress = useProgressWords();
  const { moment } = useMoments();
  const actor = useActorWords();
  const way = WAYS[event.source as keyof typeof WAYS];
  const who = !way ? '' : event.actor === 'system' ? t(way) : t('event.by', { who: actor(event.actor), way: t(way) });
  return (
    <Link className={classes['row']} data-row to="/dashboard/events/$eventId" params={{ eventId: event.id }}>
      <span className={classes['rowWhat']}>
        <strong>{title(event.type)}</strong>
        <span><code>{event.type}</code>{who && <> · {who}</>}</span>
      </span>
      <span className={classes['rowBar']}>
        <ProgressBar event={event} />
        <span className="tabular">{progress(event)}{event.deliveries.failed > 0 && <em> · {t('list.failedCount', { count: event.deliveries.failed })}</em>}{event.deliveries.cancelled > 0 && <> · {t('list.cancelledCount', { count: event.deliveries.cancelled })}</>}</span>
      </span>
      <span className={classes['rowBadge']}><EventBadge status={event.status} /></span>
      <time className={classes['rowTime']} dateTime={event.created_at} title={moment(event.created_at)}>{formatAgo(event.created_at, zone)}</time>
    </Link>
  );
});
