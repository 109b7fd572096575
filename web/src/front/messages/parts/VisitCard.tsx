/** A visit between the words about it: its state and what the customer can do with it. */
import { Button, Card, Group, Text, ThemeIcon } from '@mantine/core';
import { IconCalendarEvent, IconCalendarPlus, IconPencil } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Appointment, Business } from '~/api';
import { downloadIcs } from '../../booking/downloadIcs';
import * as format from '../../format/words';
import { isUpcoming } from '../../model';
import { businessSearch } from '../../shell/FrontNav';
import { StatusBadge } from '../../shell/StatusBadge';
import classes from '../messages.module.css';

export function VisitCard({ visit, business }: { visit: Appointment; business: Business }) {
  const { t } = useTranslation('front');
  const staff = visit.staffName ? ` · ${visit.staffName}` : '';
  return (
    <Card withBorder padding={0} className={classes.card}>
      <Group gap="sm" wrap="nowrap" p="sm" align="flex-start">
        <ThemeIcon size={36} variant="light">
          <IconCalendarEvent size={20} aria-hidden />
        </ThemeIcon>
        <div className={classes.cardText}>
          <Text fw={600}>{visit.service}</Text>
          <Text size="sm" c="dimmed">
            {format.when(visit.start, visit.timezone)}
            {staff}
          </Text>
          <StatusBadge status={visit.status} />
        </div>
      </Group>
      {isUpcoming(visit, new Date()) && (
        <div className={classes.cardActions}>
          <Button
            variant="subtle"
            size="md"
            leftSection={<IconCalendarPlus size={16} aria-hidden />}
            onClick={() => downloadIcs(visit, business, null)}
          >
            {t('messages.addCalendar')}
          </Button>
          <Button
            variant="subtle"
            size="md"
            leftSection={<IconPencil size={16} aria-hidden />}
            renderRoot={(props) => <Link to="/client" search={businessSearch(business.slug)} {...props} />}
          >
            {t('messages.change')}
          </Button>
        </div>
      )}
    </Card>
  );
}
