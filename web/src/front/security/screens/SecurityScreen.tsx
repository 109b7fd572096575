/** How a customer signs in, and where they are signed in. */
import '~/ui/mantine-more.css';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SecurityCards } from '~/features/security';
import { customerLive, useLive } from '~/live';
import { usePageTitle } from '~/ui/PageTitle';
import { businessSearch } from '../../shell/FrontNav';
import { FrontShell } from '../../shell/FrontShell';
import { useCustomerOf } from '../../shell/useBusinessCode';

export function SecurityScreen() {
  const { t } = useTranslation('security');
  const { business: named } = useSearch({ from: '/client/security' });
  const navigate = useNavigate();
  const profile = useCustomerOf(named);
  useLive(customerLive);
  usePageTitle(t('page.title'), profile?.business.name ?? null);
  if (!profile) return <Navigate to="/client" search={businessSearch(named)} replace />;
  const { business, customer } = profile;
  return (
    <FrontShell slug={business.slug} active="account" business={business} title={t('page.title')} onBack={() => void navigate({ to: '/client', search: businessSearch(business.slug) })}>
      <SecurityCards kind="customer" personId={customer.id} />
    </FrontShell>
  );
}
