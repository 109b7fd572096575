/** Booking in four steps: what, when, who, and a last look. Loads what the steps need and shows the success at the end. */
import '~/ui/mantine-more.css';
import { Box, Button, Skeleton, Stack } from '@mantine/core';
import { IconCalendarOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { isNotFound } from '../../fault';
import { businessSearch } from '../../shell/FrontNav';
import { FrontShell } from '../../shell/FrontShell';
import { ErrorState, StateMessage } from '~/ui';
import { usePageTitle } from '~/ui/PageTitle';
import { rememberBusiness } from '../../shell/rememberedBusiness';
import { businessQuery, offersQuery } from '../../storefront/queries';
import { recallBooked, rememberBooked, type Booked } from '../booked';
import { BookedPanel } from '../parts/BookedPanel';
import { BookingFlow } from '../parts/BookingFlow';

export function BookScreen() {
  const { slug } = useParams({ from: '/s/$slug/book' });
  // A service chosen on the page before.
  const { service: serviceId } = useSearch({ from: '/s/$slug/book' });
  const { t } = useTranslation('front');
  const navigate = useNavigate();
  const business = useQuery(businessQuery(slug));
  const offers = useQuery(offersQuery(slug));
  // A service named in the address is a new wish, so the success of an earlier booking does not stand in its way.
  const [booked, setBooked] = useState<Booked | null>(() => (serviceId ? null : recallBooked(slug)));
  usePageTitle(t('booking.title'), business.data?.name ?? null);
  useEffect(() => rememberBusiness(slug), [slug]);

  const goHome = () => void navigate({ to: '/s/$slug', params: { slug } });
  const keepBooked = (value: Booked | null) => {
    rememberBooked(slug, value);
    setBooked(value);
  };

  if (booked && business.data) {
    return (
      <FrontShell slug={slug} active="book" business={business.data} title={t('booking.title')} onBack={goHome}>
        <BookedPanel business={business.data} booked={booked} onAnother={() => keepBooked(null)} />
      </FrontShell>
    );
  }
  if (business.data && offers.data && offers.data.length > 0) {
    return (
      <BookingFlow
        business={business.data}
        offers={offers.data}
        wantedServiceId={serviceId ?? null}
        onLeave={goHome}
        onBooked={keepBooked}
      />
    );
  }
  const fault = business.error ?? offers.error;
  const retry = () => {
    void business.refetch();
    void offers.refetch();
  };
  return (
    <FrontShell slug={slug} active="book" business={business.data ?? null} title={t('booking.title')} onBack={goHome}>
      {fault ? (
        <BookingFailed fault={fault} onRetry={retry} />
      ) : business.data && offers.data ? (
        <NothingToBook business={business.data} />
      ) : (
        <BookingSkeleton />
      )}
    </FrontShell>
  );
}

function BookingFailed({ fault, onRetry }: { fault: unknown; onRetry: () => void }) {
  const { t } = useTranslation('front');
  if (!isNotFound(fault)) return <ErrorState error={fault} onRetry={onRetry} />;
  return (
    <StateMessage icon={<IconCalendarOff size={28} aria-hidden />} title={t('storefront.notFoundTitle')} text={t('storefront.notFound')} />
  );
}

function NothingToBook({ business }: { business: Business }) {
  const { t } = useTranslation('front');
  return (
    <StateMessage
      icon={<IconCalendarOff size={28} aria-hidden />}
      title={t('storefront.noServicesTitle')}
      text={t('storefront.noServices', { business: business.name })}
      action={
        <Button
          variant="default"
          size="md"
          renderRoot={(props) => <Link to="/client/messages" search={businessSearch(business.slug)} {...props} />}
        >
          {t('action.chat')}
        </Button>
      }
    />
  );
}

function BookingSkeleton() {
  const { t } = useTranslation('front');
  return (
    <Stack gap="sm" role="status" aria-busy="true" aria-label={t('state.loading')}>
      <Skeleton h={24} />
      <Box h={8} />
      <Skeleton h={24} w="60%" />
      {[0, 1, 2, 3].map((row) => (
        <Skeleton key={row} h={62} radius="md" />
      ))}
    </Stack>
  );
}
