/** The door to a customer's own pages: by password, by link, with a new account, or as a guest. */
import '~/ui/mantine-more.css';
import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomerProfile } from '~/api';
import { ErrorState } from '~/ui';
import { usePageTitle } from '~/ui/PageTitle';
import { isNotFound } from '../../fault';
import { FrontShell } from '../../shell/FrontShell';
import { rememberBusiness } from '../../shell/rememberedBusiness';
import { useBusinessCode } from '../../shell/useBusinessCode';
import { businessQuery } from '../../storefront/queries';
import { LinkVerification } from '../parts/LinkVerification';
import { NameBusiness } from '../parts/NameBusiness';
import { SignInPanel } from '../parts/SignInPanel';

export function SignInScreen() {
  const { t } = useTranslation('front');
  const { business: named, token, to, appointment, problem } = useSearch({ from: '/client/sign-in' });
  const navigate = useNavigate();
  const code = useBusinessCode(named);
  const profile = useCustomerProfile();
  const business = useQuery({ ...businessQuery(code ?? ''), enabled: code !== null });
  const slug = business.data?.slug ?? null;
  usePageTitle(t('signIn.page'), business.data?.name ?? null);
  useEffect(() => {
    if (slug) rememberBusiness(slug);
  }, [slug]);

  // Somebody signed in elsewhere may still want in here; the same business needs no second sign-in.
  const isInside = profile !== null && (code === null || profile.business.slug === code || profile.business.id === business.data?.id);
  if (isInside && token === undefined) {
    const search = { business: profile.business.slug };
    if (to === 'messages') return <Navigate to="/client/messages" search={{ ...search, ...(appointment ? { appointment } : {}) }} replace />;
    return <Navigate to="/client" search={search} replace />;
  }
  const goBack = () => void (slug ? navigate({ to: '/s/$slug', params: { slug } }) : navigate({ to: '/' }));
  const dropToken = () => void navigate({ to: '/client/sign-in', search: { ...(code ? { business: code } : {}), ...(to ? { to } : {}) }, replace: true });
  const isUnknown = code === null || isNotFound(business.error);
  return (
    <FrontShell slug={slug} active="account" business={business.data ?? null} title={t('signIn.title')} onBack={goBack} width="narrow">
      {token !== undefined ? (
        <LinkVerification token={token} onDone={dropToken} onFailed={dropToken} />
      ) : isUnknown ? (
        <NameBusiness wasUnknown={business.error ? (code ?? '') : null} />
      ) : business.data ? (
        <SignInPanel key={business.data.id} business={business.data} startsAsGuest={to === 'messages'} next={decideNext(business.data.slug, to, appointment)} turnedBack={problem} />
      ) : business.error ? (
        <ErrorState error={business.error} onRetry={() => void business.refetch()} />
      ) : (
        <Stack role="status" aria-busy="true" aria-label={t('state.loading')}>
          <Skeleton h={44} radius="md" />
          <Skeleton h={68} radius="md" />
          <Skeleton h={68} radius="md" />
          <Skeleton h={48} radius="md" />
        </Stack>
      )}
    </FrontShell>
  );
}

/** Where a sign-in at another house leads afterwards; it also says which business it was for. */
function decideNext(slug: string, to: string | undefined, appointment: string | undefined): string {
  const query = new URLSearchParams({ business: slug, ...(to === 'messages' && appointment ? { appointment } : {}) });
  return `/client${to === 'messages' ? '/messages' : ''}?${query}`;
}
