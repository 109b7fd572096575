/** What happened between the business and one customer: their visits, and for managers what was sent to them. */
import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, userApi, type Appointment, type Conversation, type Delivery } from '~/api';
import { formatAgo, formatDayAndClock } from '~/ui';
import { StatusIcon } from '../../appointments/parts/StatusBadge';
import { DELIVERY_TONE } from '../../events/model/deliveries';
import { ChannelIcon } from '../../events/parts/Marks';
import { useKindTitle } from '../../events/queries';
import { useBusinessZone, useRights } from '../../queries';
import classes from '../messages.module.css';
import { mergeTimeline } from '../model/timeline';

const SHOWN_AT_FIRST = 6;
const TOLD_READ_MAX = 20;
const TOLD_STALE_MS = 30_000;
const NOBODY: readonly never[] = [];

interface Props {
  conversation: Conversation;
  appointments: readonly Appointment[];
  isPending: boolean;
}

export function CustomerTimeline({ conversation, appointments, isPending }: Props) {
  const { t } = useTranslation('desk');
  const [isOpen, setIsOpen] = useState(false);
  const told = useTold(conversation);
  const moments = useMemo(() => mergeTimeline(appointments, told), [appointments, told]);
  const shown = isOpen ? moments : moments.slice(0, SHOWN_AT_FIRST);
  return (
    <section>
      <Text fw={600} size="sm" mb="xs">{t('messages.timeline')}</Text>
      {isPending && <Stack gap="sm">{[1, 2, 3].map((key) => <Skeleton key={key} height={32} />)}</Stack>}
      {!isPending && moments.length === 0 && <Text size="sm" c="dimmed">{t('messages.noAppointments')}</Text>}
      <ul className={classes['timeline']}>
        {shown.map((moment) => (moment.kind === 'visit' ? <VisitRow key={moment.key} appointment={moment.appointment} /> : <ToldRow key={moment.key} delivery={moment.delivery} />))}
      </ul>
      {moments.length > SHOWN_AT_FIRST && <Button variant="subtle" size="xs" fullWidth mt={4} onClick={() => setIsOpen(!isOpen)}>{isOpen ? t('messages.seeFewer') : t('messages.seeAll', { count: moments.length })}</Button>}
    </section>
  );
}

/** By every address that the business has of them; only managers see what was sent. */
function useTold({ customerId, email, phone }: Conversation): readonly Delivery[] {
  const { mayManage } = useRights();
  const places = [customerId, email, phone].filter((place): place is string => Boolean(place));
  const query = useQuery({
    queryKey: ['customer-told', ...places],
    enabled: mayManage,
    staleTime: TOLD_STALE_MS,
    queryFn: async ({ signal }) => {
      const answers = await Promise.all(places.map((recipient) => must(userApi.GET('/api/deliveries', { params: { query: { recipient, limit: TOLD_READ_MAX } }, signal }))));
      return answers.flatMap(({ data }) => data);
    },
  });
  return query.data ?? NOBODY;
}

function VisitRow({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation('desk');
  return (
    <li>
      <Link to="/dashboard/appointments" search={{ open: appointment.id }} className={classes['timelineRow']}>
        <StatusIcon status={appointment.status} />
        <span className={classes['timelineWords']}>
          <strong>{appointment.service}</strong>
          <span>{formatDayAndClock(appointment.start, appointment.timezone)} · {t(`status.${appointment.status}`)}</span>
        </span>
      </Link>
    </li>
  );
}

function ToldRow({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation('desk');
  const zone = useBusinessZone();
  const title = useKindTitle();
  return (
    <li>
      <Link to="/dashboard/events/$eventId" params={{ eventId: delivery.event_id }} search={{ delivery: delivery.id }} className={classes['timelineRow']}>
        <span className={classes['timelineMark']} data-tone={DELIVERY_TONE[delivery.status]} aria-hidden><ChannelIcon channel={delivery.channel} size={16} /></span>
        <span className={classes['timelineWords']}>
          <strong>{t('messages.told', { channel: t(`messages.channels.${delivery.channel}`), state: t(`messages.toldState.${delivery.status}`) })}</strong>
          <span>{title(delivery.event_type)}</span>
        </span>
        <time dateTime={delivery.created_at}>{formatAgo(delivery.created_at, zone)}</time>
      </Link>
    </li>
  );
}
