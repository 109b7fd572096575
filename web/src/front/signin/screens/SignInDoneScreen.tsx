/** Where another house leads a customer back to: which business it was for stands in where they wanted to go. */
import { Button } from '@mantine/core';
import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { customerSession, type CustomerSession } from '~/api';
import { FinishOther } from '~/features/security';
import { RealmFrame } from '../../security/RealmFrame';

/** The pages that a customer's sign-in may lead to. */
const PAGES = ['/client', '/client/messages'];

/** What the address says behind the sign that is not sent to servers; another site's address is none of ours. */
function readReturn(): { code: string | null; next: URL | null } {
  const said = new URLSearchParams(window.location.hash.slice(1));
  const next = said.get('next') ?? '';
  const url = URL.canParse(next, window.location.origin) ? new URL(next, window.location.origin) : null;
  return { code: said.get('code'), next: url?.origin === window.location.origin && PAGES.includes(url.pathname) ? url : null };
}

export function SignInDoneScreen() {
  const { t } = useTranslation('security');
  const router = useRouter();
  const navigate = useNavigate();
  const [{ code, next }] = useState(readReturn);
  const named = next?.searchParams.get('business') ?? undefined;
  const enter = useCallback((session: CustomerSession) => {
    customerSession.start(session);
    router.history.replace(next ? next.pathname + next.search : '/client');
  }, [router, next]);
  const search = named ? { business: named } : {};
  return (
    <RealmFrame named={named} title={t('signIn')}>
      {({ inviteCode }) => (
        <FinishOther<CustomerSession> kind="customer" realm={{ inviteCode }} code={code} onSignedIn={enter} onBack={() => void navigate({ to: '/client/sign-in', search })} back={<Button size="md" renderRoot={(props) => <Link {...props} to="/client/sign-in" search={search} />}>{t('backToSignIn')}</Button>} />
      )}
    </RealmFrame>
  );
}
