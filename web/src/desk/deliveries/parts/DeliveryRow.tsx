/** One delivery of the log: to whom, by which way, why it is where it is, and the way to send it again. */
import { ActionIcon, Checkbox } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '~/api';
import { formatAgo } from '~/ui';
import { mayResend } from '../../events/model/deliveries';
import { ChannelIcon, DeliveryBadge } from '../../events/parts/Marks';
import { useKindTitle, useNames } from '../../events/queries';
import { useMoments } from '../../events/useMoments';
import { useResend } from '../../events/useResend';
import frame from '../../events/events.module.css';
import { useBusinessZone } from '../../queries';
import classes from '../deliveries.module.css';

interface Props {
  delivery: Delivery;
  isPicked: boolean;
  /** The same function for every row, so that a row that did not change is not drawn again while the list scrolls. */
  onPick: (id: string) => void;
}

export const DeliveryRow = memo(function DeliveryRow({ delivery, isPicked, onPick }: Props) {
  const { t } = useTranslation('events');
  const canResend = mayResend(delivery.status);
  const zone = useBusinessZone();
  const title = useKindTitle();
  const { moment, short } = useMoments();
  const resend = useResend();
  const name = useNames()(delivery.recipient);
  const who = name.name ?? { address: delivery.recipient, webhook: t('actor.webhook'), user: t('actor.user'), customer: t('actor.customer') }[name.kind];
  const channel = t(`channel.${delivery.channel}`);
  const next = delivery.status === 'failed' && delivery.next_attempt_at ? t('deliveries.next', { when: short(delivery.next_attempt_at) }) : '';
  return (
    <div className={classes['row']} data-picked={isPicked || undefined}>
      <span className={classes['pick']}>{canResend && <Checkbox checked={isPicked} onChange={() => onPick(delivery.id)} aria-label={t('deliveries.select', { who })} />}</span>
      <ChannelIcon channel={delivery.channel} />
      <Link className={`${frame['rowWhat']} ${classes['target']}`} data-row to="/dashboard/events/$eventId" params={{ eventId: delivery.event_id }} search={{ delivery: delivery.id }}>
        <strong>{who}</strong>
        <span>{title(delivery.event_type)} · {channel}</span>
      </Link>
      <span className={classes['why']}>{delivery.error && <span>{delivery.error}</span>}<span className="tabular">{[delivery.attempts > 0 ? t('event.tries', { count: delivery.attempts }) : '', next].filter(Boolean).join(' · ')}</span></span>
      <span className={classes['badge']}><DeliveryBadge status={delivery.status} /></span>
      <time className={frame['rowTime']} dateTime={delivery.updated_at} title={moment(delivery.updated_at)}>{formatAgo(delivery.updated_at, zone)}</time>
      <span className={classes['act']}>{canResend && <ActionIcon size={36} loading={resend.isPending} onClick={() => resend.mutate(delivery)} aria-label={t('deliveries.retryOf', { channel, who })} title={t('deliveries.retry')}><IconRefresh size={18} stroke={1.5} /></ActionIcon>}</span>
    </div>
  );
});
