/** A customer's account with one business: visits first, then their details and where they are signed in. */
import '~/ui/mantine-more.css';
import { Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLogout, IconUserCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { CustomerProfile } from '~/api';
import { OwnEmail } from '~/features/security/parts/OwnEmail';
import { VerifyReminder } from '~/features/security/parts/VerifyReminder';
import { customerLive, useLive } from '~/live';
import { StateMessage } from '~/ui';
import { usePageTitle } from '~/ui/PageTitle';
import { businessSearch } from '../../shell/FrontNav';
import { FrontShell } from '../../shell/FrontShell';
import { useBusinessCode, useCustomerOf } from '../../shell/useBusinessCode';
import { businessQuery } from '../../storefront/queries';
import { useFreshVisits } from '../useFreshVisits';
import { PlaceLinks } from '../parts/PlaceLinks';
import { ProfileForm } from '../parts/ProfileForm';
import { SignOutDialog } from '../parts/SignOutDialog';
import { Visits } from '../parts/Visits';

export function AccountScreen() {
  const { t } = useTranslation('front');
  const { business: named } = useSearch({ from: '/client' });
  const profile = useCustomerOf(named);
  usePageTitle(t('account.title'), profile?.business.name ?? null);
  if (profile) return <Account profile={profile} />;
  return <SignedOut named={named} />;
}

function SignedOut({ named }: { named: string | undefined }) {
  const { t } = useTranslation('front');
  const code = useBusinessCode(named);
  const business = useQuery({ ...businessQuery(code ?? ''), enabled: code !== null });
  return (
    <FrontShell slug={business.data?.slug ?? null} active="account" business={business.data ?? null} title={t('account.title')}>
      <StateMessage
        icon={<IconUserCircle size={22} aria-hidden />}
        title={t('account.noSession')}
        text={t('account.noSessionHint')}
        action={
          <Button size="md" renderRoot={(props) => <Link to="/client/sign-in" search={businessSearch(code)} {...props} />}>
            {t('action.signIn')}
          </Button>
        }
      />
    </FrontShell>
  );
}

function Account({ profile }: { profile: CustomerProfile }) {
  const { t } = useTranslation('front');
  const { business, customer } = profile;
  const [isLeaving, leave] = useDisclosure(false);
  useLive(customerLive);
  useFreshVisits();
  return (
    <FrontShell slug={business.slug} active="account" business={business} title={t('account.title')}>
      <Stack gap="xl">
        {customer.email && !customer.emailVerified && <VerifyReminder kind="customer" email={customer.email} isCard />}
        <Group justify="space-between" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Title order={2}>{customer.name}</Title>
            <Text size="sm" c="dimmed" truncate>
              {t('account.atBusiness', { business: business.name })}
            </Text>
          </div>
          <Button variant="default" size="md" style={{ flexShrink: 0 }} leftSection={<IconLogout size={18} aria-hidden />} onClick={leave.open}>
            {t('action.signOut')}
          </Button>
        </Group>
        <Visits business={business} customerId={customer.id} />
        <section aria-labelledby="front-profile">
          <Title order={2} id="front-profile" mb="xs">
            {t('account.profile')}
          </Title>
          <Card withBorder>
            <ProfileForm key={customer.id} customer={customer} />
          </Card>
          <Box mt="md"><OwnEmail kind="customer" personId={customer.id} /></Box>
        </section>
        <PlaceLinks slug={business.slug} customerId={customer.id} />
      </Stack>
      <SignOutDialog customer={customer} opened={isLeaving} onClose={leave.close} />
    </FrontShell>
  );
}
