/** A booking inside a thread, with its answer in reach while it waits for one. */
import { Button, ThemeIcon } from '@mantine/core';
import { IconCalendarEvent, IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Appointment } from '~/api';
import { formatDayAndClock, formatDuration, formatMoney } from '~/ui';
import { StatusBadge } from '../../appointments/parts/StatusBadge';
import { useAppointmentMove } from '../../appointments/useAppointmentMove';
import classes from '../messages.module.css';

export function AppointmentCard({ appointment }: { appointment: Appointment }) {
  const { t } = useTranslation('desk');
  const { confirm, ask, isBusy, dialog } = useAppointmentMove(appointment);
  const isPending = appointment.status === 'pending';
  return (
    <section className={classes['card']} aria-label={t('card.booking')}>
      <div className={classes['cardTop']}>
        <ThemeIcon variant="light" size={28} radius="sm" color={isPending ? 'yellow' : 'brand'}><IconCalendarEvent size={16} stroke={1.5} /></ThemeIcon>
        <strong>{isPending ? t('card.request') : t('card.booking')}</strong>
        <StatusBadge status={appointment.status} />
      </div>
      <Link className={classes['cardBody']} to="/dashboard/appointments" search={{ open: appointment.id }}>
        <strong>{appointment.service} · {formatDayAndClock(appointment.start, appointment.timezone)}</strong>
        <span className="tabular">{formatDuration(appointment.durationMinutes)} {t('card.with', { name: appointment.staffName })} · {formatMoney(appointment.price)}</span>
      </Link>
      {isPending && (
        <div className={classes['cardActions']}>
          <Button flex={1} loading={isBusy} leftSection={<IconCheck size={16} stroke={2} />} onClick={() => void confirm()}>{t('card.confirm')}</Button>
          <Button flex={1} variant="default" onClick={() => ask('reject')}>{t('card.reject')}</Button>
        </div>
      )}
      {dialog}
    </section>
  );
}
