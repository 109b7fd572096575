/** Upcoming and earlier visits, each with its state and what can still be done with it. */
import { Button, Card, Flex, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendarEvent, IconCalendarPlus, IconMessageCircle, IconRepeat } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Appointment, Business } from '~/api';
import { StateMessage, StateView } from '~/ui';
import { downloadIcs } from '../../booking/downloadIcs';
import * as format from '../../format/words';
import { isCancellable, isUpcoming, splitByTime } from '../../model';
import { CancelDialog } from '../../shell/CancelDialog';
import { businessSearch } from '../../shell/FrontNav';
import { DangerButton } from '../../shell/DangerButton';
import { StatusBadge } from '../../shell/StatusBadge';
import { cancelVisit, visitsQuery } from '../queries';

const PAST_SHOWN_FIRST = 5;

export function Visits({ business, customerId }: { business: Business; customerId: string }) {
  const { t } = useTranslation('front');
  const visits = useQuery(visitsQuery(customerId));
  return (
    <StateView
      query={visits}
      loading={<VisitsSkeleton />}
      isEmpty={(list) => list.length === 0}
      empty={
        <Card withBorder>
          <StateMessage
            icon={<IconCalendarEvent size={22} aria-hidden />}
            title={t('account.noAppointmentsTitle')}
            text={t('account.noAppointments')}
            action={<BookButton business={business} />}
          />
        </Card>
      }
    >
      {(list) => <VisitLists business={business} visits={list} />}
    </StateView>
  );
}

function VisitLists({ business, visits }: { business: Business; visits: Appointment[] }) {
  const { t } = useTranslation('front');
  const [isAllShown, setAllShown] = useState(false);
  const { upcoming, past } = splitByTime(visits, new Date());
  const shownPast = isAllShown ? past : past.slice(0, PAST_SHOWN_FIRST);
  return (
    <>
      <section aria-labelledby="front-upcoming">
        <Group justify="space-between" mb="xs">
          <Title order={2} id="front-upcoming">
            {t('account.upcoming')}
          </Title>
          {upcoming.length > 0 && <BookButton business={business} />}
        </Group>
        {upcoming.length > 0 ? (
          <VisitList business={business} visits={upcoming} />
        ) : (
          <Card withBorder>
            <Group justify="space-between">
              <Text c="dimmed">{t('account.noUpcoming')}</Text>
              <BookButton business={business} />
            </Group>
          </Card>
        )}
      </section>
      {past.length > 0 && (
        <section aria-labelledby="front-past">
          <Title order={2} id="front-past" mb="xs">
            {t('account.past')}
          </Title>
          <VisitList business={business} visits={shownPast} />
          {shownPast.length < past.length && (
            <Button variant="subtle" size="md" mt="xs" onClick={() => setAllShown(true)}>
              {t('account.showMore')}
            </Button>
          )}
        </section>
      )}
    </>
  );
}

function VisitList({ business, visits }: { business: Business; visits: Appointment[] }) {
  return (
    <Stack gap="xs" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
      {visits.map((visit) => (
        <VisitRow key={visit.id} business={business} visit={visit} />
      ))}
    </Stack>
  );
}

function VisitRow({ business, visit }: { business: Business; visit: Appointment }) {
  const { t } = useTranslation('front');
  return (
    <Card withBorder component="li">
      <Flex direction={{ base: 'column', xs: 'row' }} justify="space-between" gap="xs" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={600}>{visit.service}</Text>
          <Text size="sm">{format.when(visit.start, visit.timezone)}</Text>
          <Text size="xs" c="dimmed">
            {format.duration(visit.durationMinutes)}
            {visit.staffName ? ` · ${t('booking.withStaff', { name: visit.staffName })}` : ''} · {format.price(visit.price)}
          </Text>
        </div>
        <StatusBadge status={visit.status} />
      </Flex>
      {visit.reason && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('manage.reasonGiven', { reason: visit.reason })}
        </Text>
      )}
      <VisitActions business={business} visit={visit} />
    </Card>
  );
}

function VisitActions({ business, visit }: { business: Business; visit: Appointment }) {
  const { t } = useTranslation('front');
  const queries = useQueryClient();
  const [isAsking, ask] = useDisclosure(false);
  const now = new Date();
  const cancel = useMutation({
    mutationFn: (reason: string) => cancelVisit(visit.id, reason),
    onSuccess: (cancelled) => {
      queries.setQueryData(visitsQuery(visit.customerId).queryKey, (list) => list?.map((one) => (one.id === cancelled.id ? cancelled : one)));
      ask.close();
    },
  });
  return (
    <>
      <Group gap="xs" mt="sm">
        <Button
          size="md"
          px="sm"
          variant="default"
          leftSection={<IconMessageCircle size={18} aria-hidden />}
          renderRoot={(props) => <Link to="/client/messages" search={{ ...businessSearch(business.slug), appointment: visit.id }} {...props} />}
        >
          {t('account.askAbout')}
        </Button>
        {isUpcoming(visit, now) && (
          <Button size="md" px="sm" variant="default" leftSection={<IconCalendarPlus size={18} aria-hidden />} onClick={() => downloadIcs(visit, business, null)}>
            {t('account.addCalendar')}
          </Button>
        )}
        {isCancellable(visit, now) && (
          <DangerButton size="md" px="sm" onClick={ask.open}>
            {t('account.cancel')}
          </DangerButton>
        )}
        {!isUpcoming(visit, now) && (
          <Button
            size="md"
            variant="default"
            leftSection={<IconRepeat size={18} aria-hidden />}
            renderRoot={(props) => <Link to="/s/$slug/book" params={{ slug: business.slug }} search={{ service: visit.serviceId }} {...props} />}
          >
            {t('manage.bookAgain')}
          </Button>
        )}
      </Group>
      <CancelDialog
        appointment={visit}
        opened={isAsking}
        isCancelling={cancel.isPending}
        fault={cancel.error}
        onClose={ask.close}
        onCancel={cancel.mutate}
      />
    </>
  );
}

function BookButton({ business }: { business: Business }) {
  const { t } = useTranslation('front');
  return (
    <Button size="md" variant="light" renderRoot={(props) => <Link to="/s/$slug/book" params={{ slug: business.slug }} {...props} />}>
      {t('action.book')}
    </Button>
  );
}

function VisitsSkeleton() {
  const { t } = useTranslation('front');
  return (
    <Stack gap="xs" role="status" aria-busy="true" aria-label={t('state.loading')}>
      <Skeleton h={24} w={120} />
      <Skeleton h={112} radius="lg" />
      <Skeleton h={112} radius="lg" />
    </Stack>
  );
}
