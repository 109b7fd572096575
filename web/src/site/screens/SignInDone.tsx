/** Where another house leads back to, for the business side. */
import { Button } from '@mantine/core';
import { Link, useNavigate, useRouter } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { userSession, type UserSession } from '~/api';
import { FinishOther } from '~/features/security';
import { parseNext } from '../next';
import { SitePage } from '../parts/SitePage';

const NO_REALM = {};

export function SignInDone() {
  const { t } = useTranslation('security');
  const router = useRouter();
  const navigate = useNavigate();
  const [{ code, next }] = useState(() => {
    const said = new URLSearchParams(window.location.hash.slice(1));
    return { code: said.get('code'), next: parseNext(said.get('next'), window.location.origin) };
  });
  const enter = useCallback((session: UserSession) => {
    userSession.start(session);
    router.history.replace(next ?? '/dashboard');
  }, [router, next]);
  return (
    <SitePage title={t('signIn')}>
      <FinishOther<UserSession> kind="user" realm={NO_REALM} code={code} onSignedIn={enter} onBack={() => void navigate({ to: '/sign-in' })} back={<Button renderRoot={(props) => <Link {...props} to="/sign-in" />}>{t('backToSignIn')}</Button>} />
    </SitePage>
  );
}
