/** What the business told the customer, and what they want to hear of: by which way, and when not. */
import '~/ui/mantine-more.css';
import '@mantine/dates/styles.layer.css';
import { Stack } from '@mantine/core';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PreferencesForm } from '~/features/preferences';
import { addCatalog } from '~/i18n';
import { noticesEn } from '~/i18n/en/notices';
import { customerLive, useLive } from '~/live';
import { usePageTitle } from '~/ui/PageTitle';
import { businessSearch } from '../../shell/FrontNav';
import { FrontShell } from '../../shell/FrontShell';
import { useCustomerOf } from '../../shell/useBusinessCode';
import { NoticeList } from '../parts/NoticeList';

addCatalog('notices', noticesEn);

export function NoticesScreen() {
  const { t } = useTranslation('notices');
  const { business: named } = useSearch({ from: '/client/notices' });
  const navigate = useNavigate();
  const profile = useCustomerOf(named);
  useLive(customerLive);
  usePageTitle(t('preferences.title'), profile?.business.name ?? null);
  if (!profile) return <Navigate to="/client" search={businessSearch(named)} replace />;
  const { business, customer } = profile;
  return (
    <FrontShell slug={business.slug} active="account" business={business} title={t('preferences.title')} onBack={() => void navigate({ to: '/client', search: businessSearch(business.slug) })}>
      <Stack gap="xl">
        <NoticeList customerId={customer.id} business={business} />
        <PreferencesForm key={customer.id} kind="customer" />
      </Stack>
    </FrontShell>
  );
}
