/** The services that can be booked; a row is a link into the booking with that service already chosen. */
import { Button, Card, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { IconChevronRight, IconScissors } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Business, Service } from '~/api';
import { businessSearch } from '../../shell/FrontNav';
import { ErrorState, StateMessage } from '~/ui/StateView';
import * as format from '../../format/words';
import { offersQuery } from '../queries';
import classes from '../storefront.module.css';

export function OfferList({ business }: { business: Business }) {
  const { t } = useTranslation('front');
  const offers = useQuery(offersQuery(business.slug));
  return (
    <section aria-labelledby="front-services">
      <Group justify="space-between" mb={8}>
        <Title order={2} id="front-services" className={classes.sectionTitle}>
          {t('storefront.services')}
        </Title>
        {offers.data && offers.data.length > 0 && (
          <Text size="xs" className={classes.accent} fw={600}>
            {t('storefront.servicesCount', { count: offers.data.length })}
          </Text>
        )}
      </Group>
      {offers.data ? (
        <Offers business={business} offers={offers.data} />
      ) : offers.error ? (
        <ErrorState error={offers.error} onRetry={() => void offers.refetch()} />
      ) : (
        <OffersSkeleton />
      )}
    </section>
  );
}

function Offers({ business, offers }: { business: Business; offers: Service[] }) {
  const { t } = useTranslation('front');
  if (offers.length === 0) {
    return (
      <Card withBorder>
        <StateMessage
          icon={<IconScissors size={28} aria-hidden />}
          title={t('storefront.noServicesTitle')}
          text={t('storefront.noServices', { business: business.name })}
        >
          <Button
            variant="default"
            size="md"
            renderRoot={(props) => <Link to="/client/messages" search={businessSearch(business.slug)} {...props} />}
          >
            {t('action.chat')}
          </Button>
        </StateMessage>
      </Card>
    );
  }
  return (
    <Card withBorder padding={0} component="ul" className={classes.offers}>
      {offers.map((offer) => (
        <OfferRow key={offer.id} slug={business.slug} offer={offer} />
      ))}
    </Card>
  );
}

function OfferRow({ slug, offer }: { slug: string; offer: Service }) {
  const { t } = useTranslation('front');
  const duration = format.duration(offer.duration);
  const price = format.price(offer.price);
  return (
    <li className={classes.offerItem}>
      <Link
        to="/s/$slug/book"
        params={{ slug }}
        search={{ service: offer.id }}
        className={classes.offer}
      >
        <VisuallyHidden>{t('action.book')}: </VisuallyHidden>
        <Stack gap={0} className={classes.offerText}>
          <span className={classes.offerName}>{offer.name}</span>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {duration}
            {offer.description ? ` · ${offer.description}` : ''}
          </Text>
        </Stack>
        <span className={classes.price}>{price}</span>
        <IconChevronRight size={18} aria-hidden className={classes.chevron} />
      </Link>
    </li>
  );
}

function OffersSkeleton() {
  return (
    <Card withBorder padding={0} aria-busy="true">
      {[0, 1, 2, 3].map((row) => (
        <div key={row} className={classes.offerSkeleton}>
          <Skeleton h={36} w="45%" />
          <Skeleton h={16} w={72} />
        </div>
      ))}
    </Card>
  );
}
