/** A visit's state as a word with a sign; colour only repeats what the word says. */
import { Badge } from '@mantine/core';
import { IconCheck, IconClock, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppointmentStatus } from '~/api';
import classes from './StatusBadge.module.css';

const TONES = {
  pending: 'waiting',
  confirmed: 'good',
  in_progress: 'good',
  completed: 'quiet',
  cancelled: 'failed',
  rejected: 'failed',
  no_show: 'failed',
} as const satisfies Record<AppointmentStatus, string>;

const SIGNS = { waiting: IconClock, good: IconCheck, quiet: IconCheck, failed: IconX } as const;

export function StatusBadge({ status }: { status: AppointmentStatus }) {
  const { t } = useTranslation('front');
  const tone = TONES[status];
  const Sign = SIGNS[tone];
  return (
    <Badge className={classes.badge} data-tone={tone} leftSection={<Sign size={12} aria-hidden />} size="lg">
      {t(`status.${status}`)}
    </Badge>
  );
}
