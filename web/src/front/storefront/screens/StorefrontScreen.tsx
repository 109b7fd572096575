/** A business's public page: who they are, whether they are open, what can be booked. Booking starts from any row. */
import { Box, Card, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { IconMapSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Business } from '~/api';
import { isNotFound } from '../../fault';
import { FrontShell } from '../../shell/FrontShell';
import { ErrorState, StateMessage } from '~/ui/StateView';
import { usePageTitle } from '~/ui/PageTitle';
import { rememberBusiness } from '../../shell/rememberedBusiness';
import { OfferList } from '../parts/OfferList';
import { StorefrontDetails } from '../parts/StorefrontDetails';
import { StorefrontHero, StorefrontHeroSkeleton } from '../parts/StorefrontHero';
import { businessQuery } from '../queries';
import classes from '../storefront.module.css';

export function StorefrontScreen() {
  const { slug } = useParams({ from: '/s/$slug' });
  const business = useQuery(businessQuery(slug));
  const { t } = useTranslation('front');
  usePageTitle(business.data?.name ?? (isNotFound(business.error) ? t('storefront.notFoundTitle') : null));
  useEffect(() => {
    if (business.data) rememberBusiness(business.data.slug);
  }, [business.data]);
  const isUnknown = isNotFound(business.error);
  return (
    <FrontShell slug={isUnknown ? null : slug} active="home" business={business.data ?? null} width="bare">
      {business.data ? (
        <Storefront business={business.data} />
      ) : business.error ? (
        <StorefrontFailed fault={business.error} onRetry={() => void business.refetch()} />
      ) : (
        <StorefrontSkeleton />
      )}
    </FrontShell>
  );
}

function Storefront({ business }: { business: Business }) {
  return (
    <>
      <StorefrontHero business={business} />
      <div className={classes.columns}>
        <OfferList business={business} />
        <StorefrontDetails business={business} />
      </div>
    </>
  );
}

function StorefrontFailed({ fault, onRetry }: { fault: unknown; onRetry: () => void }) {
  const { t } = useTranslation('front');
  if (isNotFound(fault)) {
    return (
      <Box p="md" pt="xl">
        <VisuallyHidden component="h1">{t('storefront.notFoundTitle')}</VisuallyHidden>
        <StateMessage
          icon={<IconMapSearch size={28} aria-hidden />}
          title={t('storefront.notFoundTitle')}
          text={t('storefront.notFound')}
        />
      </Box>
    );
  }
  return (
    <Box p="md" maw={560} mx="auto">
      <ErrorState title={t('storefront.errorTitle')} error={fault} onRetry={onRetry} />
    </Box>
  );
}

function StorefrontSkeleton() {
  const { t } = useTranslation('front');
  return (
    <div aria-busy="true" aria-label={t('state.loading')} role="status">
      <StorefrontHeroSkeleton />
      <div className={classes.columns}>
        <Stack gap="sm">
          <Skeleton h={20} w={96} />
          <Card withBorder padding={0}>
            {[0, 1, 2, 3].map((row) => (
              <div key={row} className={classes.offerSkeleton}>
                <Skeleton h={36} w="45%" />
                <Skeleton h={16} w={72} />
              </div>
            ))}
          </Card>
        </Stack>
      </div>
    </div>
  );
}
