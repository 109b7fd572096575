/** A booking seen through its link: its state, ways to move it and to give it up, and what to do instead. */
import '~/ui/mantine-more.css';
import { Button, Card, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCalendarPlus, IconCalendarTime, IconLinkOff, IconMessageCircle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem, type Appointment, type Business } from '~/api';
import { addCatalog } from '~/i18n';
import { ErrorState, StateMessage, zoneName } from '~/ui';
import { usePageTitle } from '~/ui/PageTitle';
import { downloadIcs } from '../../booking/downloadIcs';
import * as format from '../../format/words';
import { moveEn } from '../../locales/move';
import { isCancellable, isUpcoming } from '../../model';
import { CancelDialog } from '../../shell/CancelDialog';
import { businessSearch } from '../../shell/FrontNav';
import { DangerButton } from '../../shell/DangerButton';
import { FrontShell } from '../../shell/FrontShell';
import { StatusBadge } from '../../shell/StatusBadge';
import { cancelManaged, managedBookingQuery } from '../queries';
import { Notice } from '../../shell/Notice';

addCatalog('move', moveEn);

/** The calendar and times of a booking; only who moves a visit needs them. */
const MoveFlow = lazy(() => import('../parts/MoveFlow'));

export function ManageScreen() {
  const { t } = useTranslation('front');
  const { slug } = useParams({ from: '/s/$slug/manage' });
  const { token } = useSearch({ from: '/s/$slug/manage' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { queryKey, ...query } = managedBookingQuery(token ?? '');
  const booking = useQuery({ queryKey, ...query, enabled: token !== undefined });
  const [isMoving, moving] = useDisclosure(false);
  const [movedTo, setMovedTo] = useState<string | null>(null);
  usePageTitle(t('manage.title'));
  const show = (appointment: Appointment) => queries.setQueryData(queryKey, (known) => known && { ...known, appointment });
  if (isMoving && token !== undefined && booking.data) {
    const finish = (moved: Appointment) => {
      show(moved);
      setMovedTo(moved.start);
      moving.close();
    };
    return (
      <Suspense fallback={<FrontShell slug={slug} active={null} business={booking.data.business} onBack={moving.close}><Waiting /></FrontShell>}>
        <MoveFlow {...booking.data} token={token} onMoved={finish} onLeave={moving.close} />
      </Suspense>
    );
  }
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
        <ManagedBooking {...booking.data} token={token} movedTo={movedTo} onMove={moving.open} onChanged={show} />
      ) : booking.error ? (
        <ManageFailed fault={booking.error} slug={slug} onRetry={() => void booking.refetch()} />
      ) : (
        <Waiting />
      )}
    </FrontShell>
  );
}

function Waiting() {
  const { t } = useTranslation('front');
  return (
    <Stack role="status" aria-busy="true" aria-label={t('state.loading')}>
      <Skeleton h={140} radius="lg" />
      <Skeleton h={48} radius="md" />
      <Skeleton h={48} radius="md" />
    </Stack>
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

interface ManagedBookingProps {
  appointment: Appointment;
  business: Business;
  token: string;
  /** The time to which it was just moved. */
  movedTo: string | null;
  onMove: () => void;
  onChanged: (appointment: Appointment) => void;
}

function ManagedBooking({ appointment, business, token, movedTo, onMove, onChanged }: ManagedBookingProps) {
  const { t } = useTranslation(['front', 'move']);
  const [isAsking, ask] = useDisclosure(false);
  const cancel = useMutation({
    mutationFn: (reason: string) => cancelManaged(token, reason),
    onSuccess: ({ appointment: cancelled }) => {
      onChanged(cancelled);
      ask.close();
    },
  });
  const now = new Date();
  return (
    <Stack gap="md">
      {cancel.isSuccess ? (
        <Notice tone="good">
          {t('manage.cancelled', { business: business.name })}
        </Notice>
      ) : (
        movedTo && <Notice tone="good">{t('move:moved', { when: format.when(movedTo, business.timezone), business: business.name })}</Notice>
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
        <>
          <Button size="lg" variant="default" leftSection={<IconCalendarTime size={20} aria-hidden />} onClick={onMove}>
            {t('move:open')}
          </Button>
          <DangerButton size="lg" onClick={ask.open}>
            {t('manage.cancel')}
          </DangerButton>
        </>
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
