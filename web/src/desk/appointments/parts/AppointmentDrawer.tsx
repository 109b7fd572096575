/** One appointment in full, and everything that may be done with it next. */
import { Button, Drawer, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconMessageCircle } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { must, userApi, type Appointment } from '~/api';
import { ErrorState, foreignZoneName, formatAgo, formatClock, formatDay, formatDuration, formatMoney, PersonAvatar } from '~/ui';
import { APPOINTMENTS_KEY } from '../../queries';
import { movesFrom } from '../../model/appointments';
import { useNow } from '../../useNow';
import classes from '../appointments.module.css';
import { useAppointmentMove } from '../useAppointmentMove';
import { Notes } from './Notes';
import { RescheduleForm } from './RescheduleForm';
import { StatusBadge } from './StatusBadge';

interface Props {
  appointmentId: string;
  onClose: () => void;
}

export function AppointmentDrawer({ appointmentId, onClose }: Props) {
  const { t } = useTranslation('desk');
  const client = useQueryClient();
  // Kept under the key that events write to, as a list of one: what changes elsewhere changes here.
  const query = useQuery({
    queryKey: [APPOINTMENTS_KEY, {}, appointmentId],
    queryFn: async ({ signal }) => [(await must(userApi.GET('/api/appointments/{id}', { params: { path: { id: appointmentId } }, signal }))).data],
    placeholderData: () => {
      const lists = client.getQueriesData<Appointment[]>({ queryKey: [APPOINTMENTS_KEY] });
      const known = lists.flatMap(([, list]) => (Array.isArray(list) ? list : [])).find((entry) => entry.id === appointmentId);
      return known ? [known] : undefined;
    },
  });
  const appointment = query.data?.find((entry) => entry.id === appointmentId);
  return (
    <Drawer opened onClose={onClose} position="right" size={400} title={appointment ? <StatusBadge status={appointment.status} /> : t('appointments.title')}>
      {appointment ? <Details appointment={appointment} /> : query.error ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : <Stack>{[1, 2, 3, 4].map((key) => <Skeleton key={key} height={36} />)}</Stack>}
    </Drawer>
  );
}

function Details({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation('desk');
  const moves = useAppointmentMove(appointment);
  const [isMoving, setIsMoving] = useState(false);
  const zoneWords = useMemo(() => foreignZoneName(appointment.timezone, new Date(appointment.start)), [appointment]);
  const rows: [string, string | null][] = [
    [t('appointments.service'), `${appointment.service} · ${formatDuration(appointment.durationMinutes)}`],
    [t('appointments.when'), `${formatDay(appointment.start, appointment.timezone)}, ${formatClock(appointment.start, appointment.timezone)} – ${formatClock(appointment.end, appointment.timezone)}${zoneWords ? ` (${zoneWords})` : ''}`],
    [t('appointments.staff'), appointment.staffName],
    [t('appointments.price'), formatMoney(appointment.price)],
    [t('appointments.source'), `${t(appointment.source === 'storefront' ? 'appointments.storefront' : 'appointments.desk')} · ${formatAgo(appointment.createdAt)}`],
    [t('appointments.reason'), appointment.reason],
  ];
  return (
    <Stack gap="lg">
      <Group wrap="nowrap" gap="sm">
        <PersonAvatar name={appointment.customer.name} size={44} />
        <div style={{ minWidth: 0 }}>
          <Text fw={600} size="lg" truncate>{appointment.customer.name}</Text>
          {[appointment.customer.email, appointment.customer.phone].map((way) => way && <Text key={way} size="xs" c="dimmed" truncate>{way}</Text>)}
        </div>
      </Group>
      <dl className={classes['details']}>
        {rows.map(([label, value]) => value && <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
        <Notes key={appointment.id} appointment={appointment} />
      </dl>
      <Button
        variant="default"
        leftSection={<IconMessageCircle size={16} stroke={1.5} />}
        renderRoot={(props) => (
          <Link
            {...props}
            to="/dashboard/messages/{-$conversationId}"
            params={appointment.conversationId ? { conversationId: appointment.conversationId } : {}}
            search={appointment.conversationId ? {} : { appointment: appointment.id }}
          />
        )}
      >
        {appointment.conversationId ? t('appointments.openChat') : t('messages.newThread')}
      </Button>
      {isMoving ? <RescheduleForm appointment={appointment} onDone={() => setIsMoving(false)} /> : <Moves moves={moves} appointment={appointment} onMove={() => setIsMoving(true)} />}
      {moves.dialog}
    </Stack>
  );
}

function Moves({ moves, appointment, onMove }: { moves: ReturnType<typeof useAppointmentMove>; appointment: Appointment; onMove: () => void }) {
  const { t } = useTranslation('desk');
  const possible = movesFrom(appointment, useNow());
  const mayReschedule = appointment.status === 'pending' || appointment.status === 'confirmed';
  if (possible.length === 0) return null;
  return (
    <Stack gap="xs">
      {possible.includes('confirm') && <Button loading={moves.isBusy} onClick={() => void moves.confirm()}>{t('appointments.confirmAction')}</Button>}
      {possible.includes('start') && <Button loading={moves.isBusy} onClick={() => void moves.make('start')}>{t('appointments.start')}</Button>}
      {possible.includes('complete') && <Button variant={possible.includes('start') ? 'default' : 'filled'} loading={moves.isBusy} onClick={() => void moves.make('complete')}>{t('appointments.complete')}</Button>}
      {mayReschedule && <Button variant="default" onClick={onMove}>{t('appointments.reschedule')}</Button>}
      {possible.includes('no-show') && <Button variant="default" onClick={() => moves.ask('no-show')}>{t('appointments.noShow')}</Button>}
      {possible.includes('reject') && <Button variant="subtle" color="red" onClick={() => moves.ask('reject')}>{t('appointments.reject')}</Button>}
      {possible.includes('cancel') && !possible.includes('reject') && <Button variant="subtle" color="red" onClick={() => moves.ask('cancel')}>{t('appointments.cancel')}</Button>}
    </Stack>
  );
}
