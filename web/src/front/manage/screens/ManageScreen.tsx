/** A booking seen through its link: its state, a way to give it up, and what to do instead. */
import '~/ui/mantine-more.css';
import { Button, Card, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconCalendarPlus, IconLinkOff, IconMessageCircle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Problem, type Appointment, type Business } from '~/api';
import { ErrorState, StateMessage, zoneName } from '~/ui';
import { downloadIcs } from '../../booking/downloadIcs';
import * as format from '../../format/words';
import { isCancellable, isUpcoming } from '../../model';
import { CancelDialog } from '../../shell/CancelDialog';
import { businessSearch } from '../../shell/FrontNav';
import { DangerButton } from '../../shell/DangerButton';
import { FrontShell } from '../../shell/FrontShell';
import { StatusBadge } from '../../shell/StatusBadge';
import { cancelManaged, managedBookingQuery } from '../queries';
import { Notice } from '../../shell/Notice';

export function ManageScreen() {
  const { t } = useTranslation('front');
  const { slug } = useParams({ from: '/s/$slug/manage' });
  const { token } = useSearch({ from: '/s/$slug/manage' });
  const navigate = useNavigate();
  const booking = useQuery({ ...managedBookingQuery(token ?? ''), enabled: token !== undefined });
  useDocumentTitle(t('manage.title'));
  return (
    <FrontShell
      slug={slug}
      active={null}
      business={booking.data?.business ?? null}
      title={t('manage.title')}
      onBack={() => void navigate({ to: '/s/$slug', params: { slug } })}
    >
      {token === undefined ? (
        <StateMessage icon={<IconLinkOff size={22} aria-hidden />} title={t('manage.noTokenTitle')} text={t('manage.noToken')} />
      ) : booking.data ? (
        <ManagedBooking {...booking.data} token={token} />
      ) : booking.error ? (
        <ManageFailed fault={booking.error} slug={slug} onRetry={() => void booking.refetch()} />
      ) : (
        <Stack role="status" aria-busy="true" aria-label={t('state.loading')}>
          <Skeleton h={140} radius="lg" />
          <Skeleton h={48} radius="md" />
          <Skeleton h={48} radius="md" />
        </Stack>
      )}
    </FrontShell>
  );
}

/** A token that is wrong, used up or too old is answered like one that never was. */
function ManageFailed({ fault, slug, onRetry }: { fault: unknown; slug: string; onRetry: () => void }) {
  const { t } = useTranslation('front');
  const isRefused = fault instanceof Problem && [401, 404, 410, 422].includes(fault.status);
  if (!isRefused) return <ErrorState error={fault} onRetry={onRetry} />;
  return (
    <StateMessage
      icon={<IconLinkOff size={22} aria-hidden />}
      title={t('manage.badTokenTitle')}
      text={t('manage.badToken')}
      action={
        <Button size="md" variant="default" renderRoot={(props) => <Link to="/client" search={businessSearch(slug)} {...props} />}>
          {t('action.signIn')}
        </Button>
      }
    />
  );
}

function ManagedBooking({ appointment, business, token }: { appointment: Appointment; business: Business; token: string }) {
  const { t } = useTranslation('front');
  const queries = useQueryClient();
  const [isAsking, ask] = useDisclosure(false);
  const cancel = useMutation({
    mutationFn: (reason: string) => cancelManaged(token, reason),
    onSuccess: ({ appointment: cancelled }) => {
      queries.setQueryData(managedBookingQuery(token).queryKey, (known) => known && { ...known, appointment: cancelled });
      ask.close();
    },
  });
  const now = new Date();
  return (
    <Stack gap="md">
      {cancel.isSuccess && (
        <Notice tone="good">
          {t('manage.cancelled', { business: business.name })}
        </Notice>
      )}
      <BookingCard appointment={appointment} business={business} />
      {isUpcoming(appointment, now) && (
        <Button
          size="lg"
          variant="default"
          leftSection={<IconCalendarPlus size={20} aria-hidden />}
          onClick={() => downloadIcs(appointment, business, window.location.href)}
        >
          {t('booked.calendar')}
        </Button>
      )}
      <Button
        size="lg"
        variant="default"
        leftSection={<IconMessageCircle size={20} aria-hidden />}
        renderRoot={(props) => <Link to="/client/messages" search={{ ...businessSearch(business.slug), appointment: appointment.id }} {...props} />}
      >
        {t('manage.chat')}
      </Button>
      {isCancellable(appointment, now) ? (
        <DangerButton size="lg" onClick={ask.open}>
          {t('manage.cancel')}
        </DangerButton>
      ) : (
        <Button
          size="lg"
          renderRoot={(props) => <Link to="/s/$slug/book" params={{ slug: business.slug }} search={{ service: appointment.serviceId }} {...props} />}
        >
          {t('manage.bookAgain')}
        </Button>
      )}
      <CancelDialog
        appointment={appointment}
        opened={isAsking}
        isCancelling={cancel.isPending}
        fault={cancel.error}
        onClose={ask.close}
        onCancel={cancel.mutate}
      />
    </Stack>
  );
}

function BookingCard({ appointment, business }: { appointment: Appointment; business: Business }) {
  const { t } = useTranslation('front');
  return (
    <Card withBorder>
      <Text size="sm" c="dimmed">
        {business.name}
      </Text>
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="sm">
        <div>
          <Text fw={600} size="lg">
            {appointment.service}
          </Text>
          <Text>{format.when(appointment.start, business.timezone)}</Text>
          <Text size="xs" c="dimmed">
            {format.duration(appointment.durationMinutes)} · {zoneName(business.timezone)}
            {appointment.staffName ? ` · ${t('booking.withStaff', { name: appointment.staffName })}` : ''}
          </Text>
        </div>
        <Text fw={600} style={{ whiteSpace: 'nowrap' }} className="tabular">
          {format.price(appointment.price)}
        </Text>
      </Group>
      <StatusBadge status={appointment.status} />
      {appointment.reason && (
        <Text size="sm" mt="sm">
          {t('manage.reasonGiven', { reason: appointment.reason })}
        </Text>
      )}
    </Card>
  );
}
