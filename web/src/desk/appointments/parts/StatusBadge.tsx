/** An appointment's status as a word with its colour, and as a mark with its icon; the colours mean the same everywhere. */
import { Badge } from '@mantine/core';
import { IconCalendarEvent, IconCalendarOff, IconCheck, IconClock, IconScissors, IconUserOff, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppointmentStatus } from '~/api';
import classes from '../appointments.module.css';

const ICONS = { pending: IconClock, confirmed: IconCalendarEvent, rejected: IconX, cancelled: IconCalendarOff, in_progress: IconScissors, completed: IconCheck, no_show: IconUserOff } as const;

export function StatusBadge({ status }: { status: AppointmentStatus }) {
  const { t } = useTranslation('desk');
  return <Badge className={classes['badge'] ?? ''} data-status={status} variant="light" fw={600} size="md">{t(`status.${status}`)}</Badge>;
}

export function StatusIcon({ status }: { status: AppointmentStatus }) {
  const Icon = ICONS[status];
  return <span className={classes['mark']} data-status={status} aria-hidden><Icon size={16} stroke={1.5} /></span>;
}

export function StatusGlyph({ status, size = 14 }: { status: AppointmentStatus; size?: number }) {
  const Icon = ICONS[status];
  return <Icon size={size} stroke={1.75} aria-hidden />;
}
