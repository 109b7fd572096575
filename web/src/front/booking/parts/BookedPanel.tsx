/** The booking is made: keep it in the calendar, keep its link, or write to the business. */
import { Anchor, Button, Card, CopyButton, Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconCalendarPlus, IconCheck, IconCopy, IconMessageCircle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { zoneName } from '~/ui';
import * as format from '../../format/words';
import { businessSearch } from '../../shell/FrontNav';
import { Notice } from '../../shell/Notice';
import { StatusBadge } from '../../shell/StatusBadge';
import type { Booked } from '../booked';
import { downloadIcs } from '../downloadIcs';
import classes from '../booking.module.css';

interface BookedPanelProps {
  business: Business;
  booked: Booked;
  onAnother: () => void;
}

export function BookedPanel({ business, booked, onAnother }: BookedPanelProps) {
  const { t } = useTranslation('front');
  const { appointment, manageUrl, email, isLinkMailed } = booked;
  const isConfirmed = appointment.status === 'confirmed';
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const told = isConfirmed ? t('booked.confirmed', { email }) : t('booked.pending', { business: business.name, email });
  return (
    <Stack gap="md">
      <Stack align="center" gap="xs" ta="center" py="md">
        <ThemeIcon size={56} radius="50%" color="green" variant="light">
          <IconCheck size={30} aria-hidden />
        </ThemeIcon>
        <Title order={2} ref={heading} tabIndex={-1} className={classes.bookedTitle}>
          {t(isConfirmed ? 'booked.titleConfirmed' : 'booked.title')}
        </Title>
        <Text maw={360}>{told}</Text>
      </Stack>
      {isLinkMailed && (
        <Notice tone="waiting" title={t('booked.linkTitle')}>
          {t('booked.link', { email, business: business.name })}
        </Notice>
      )}
      <Card withBorder>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Text fw={600}>{appointment.service}</Text>
            <Text>{format.when(appointment.start, business.timezone)}</Text>
            <Text size="xs" c="dimmed">
              {format.duration(appointment.durationMinutes)} · {zoneName(business.timezone)}
              {appointment.staffName ? ` · ${t('booking.withStaff', { name: appointment.staffName })}` : ''}
            </Text>
          </div>
          <Text fw={600} className={classes.price}>
            {format.price(appointment.price)}
          </Text>
        </Group>
        <Group mt="sm">
          <StatusBadge status={appointment.status} />
        </Group>
      </Card>
      <Button size="lg" leftSection={<IconCalendarPlus size={20} aria-hidden />} onClick={() => downloadIcs(appointment, business, manageUrl)}>
        {t('booked.calendar')}
      </Button>
      <Button
        size="lg"
        variant="default"
        leftSection={<IconMessageCircle size={20} aria-hidden />}
        renderRoot={(props) => <Link to="/client/messages" search={{ ...businessSearch(business.slug), appointment: appointment.id }} {...props} />}
      >
        {t('booked.chat')}
      </Button>
      <Card withBorder>
        <Stack gap={4} align="flex-start">
          <Anchor href={manageUrl} className={classes.manageLink}>
            {t('booked.manage')}
          </Anchor>
          <Text size="xs" c="dimmed">
            {t('booked.manageHint')}
          </Text>
          <CopyButton value={manageUrl}>
            {({ copied, copy }) => (
              <Button
                variant="subtle"
                size="md"
                px={0}
                onClick={copy}
                leftSection={copied ? <IconCheck size={18} aria-hidden /> : <IconCopy size={18} aria-hidden />}
              >
                {t(copied ? 'booked.copied' : 'booked.copyLink')}
              </Button>
            )}
          </CopyButton>
        </Stack>
      </Card>
      <Group justify="center">
        <Button variant="subtle" size="md" onClick={onAnother}>
          {t('booked.another')}
        </Button>
      </Group>
    </Stack>
  );
}
