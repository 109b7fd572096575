/** What waits for an answer, oldest request first, each confirmed with one tap. */
import { Badge, Button, Menu, Text } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Appointment, Provider } from '~/api';
import { ErrorState, formatAgo, formatDayAndClock, formatDuration, formatMoney } from '~/ui';
import { appointmentsQuery } from '../../queries';
import classes from '../appointments.module.css';
import { staffColor } from '../staffColors';
import { useAppointmentMove } from '../useAppointmentMove';

export const PENDING_FILTER = { status: 'pending', limit: 50 } as const;

interface Props {
  providers: readonly Provider[] | undefined;
  onOpen: (appointmentId: string) => void;
}

export function PendingStrip({ providers, onOpen }: Props) {
  const { t } = useTranslation('desk');
  const query = useQuery(appointmentsQuery(PENDING_FILTER));
  if (query.error && !query.data) return <ErrorState isSmall error={query.error} onRetry={() => void query.refetch()} />;
  const pending = [...(query.data ?? [])].filter((entry) => entry.status === 'pending').sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  if (pending.length === 0) return null;
  return (
    <section className={classes['pending']} aria-label={t('appointments.countPending', { count: pending.length })}>
      <div className={classes['pendingTitle']}>
        <Text component="div" fw={600} size="md">{t('appointments.pending')} <Badge size="sm" className={classes['badge'] ?? ''} data-status="pending">{pending.length}</Badge></Text>
        <Text size="xs" c="dimmed">{t('appointments.held')}</Text>
      </div>
      <ul className={classes['pendingCards']}>
        {pending.map((appointment) => (
          <li key={appointment.id}><PendingCard appointment={appointment} color={staffColor(providers, appointment.staffId)} onOpen={onOpen} /></li>
        ))}
      </ul>
    </section>
  );
}

function PendingCard({ appointment, color, onOpen }: { appointment: Appointment; color: string; onOpen: Props['onOpen'] }) {
  const { t } = useTranslation('desk');
  const { confirm, ask, isBusy, dialog } = useAppointmentMove(appointment);
  return (
    <div className={classes['pendingCard']} style={{ ['--staff' as string]: color }}>
      <button type="button" className={classes['pendingWords']} onClick={() => onOpen(appointment.id)}>
        <span className={classes['pendingTop']}>
          <strong>{appointment.service} · {appointment.customer.name}</strong>
          <time dateTime={appointment.createdAt}>{formatAgo(appointment.createdAt)}</time>
        </span>
        <span className="tabular">{formatDayAndClock(appointment.start, appointment.timezone)}</span>
        <span className="tabular">{formatDuration(appointment.durationMinutes)} · {formatMoney(appointment.price)} · <i aria-hidden />{appointment.staffName}</span>
      </button>
      <div className={classes['pendingActions']}>
        <Button size="xs" loading={isBusy} leftSection={<IconCheck size={16} stroke={2} />} onClick={() => void confirm()}>{t('appointments.confirm')}</Button>
        <Menu position="bottom-end">
          <Menu.Target><Button size="xs" variant="subtle" color="gray" rightSection={<IconChevronDown size={14} stroke={1.75} />}>{t('appointments.other')}</Button></Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onOpen(appointment.id)}>{t('appointments.reschedule')}</Menu.Item>
            <Menu.Item color="red" onClick={() => ask('reject')}>{t('appointments.reject')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {dialog}
    </div>
  );
}
