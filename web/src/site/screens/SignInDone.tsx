/** The way back from another issuer: the code in the fragment becomes a session, once. */
import { Button, Center, Loader, Stack, Text } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem, userSession, type UserSession } from '~/api';
import { account } from '~/features/security';
import { StateMessage } from '~/ui/StateView';
import { parseNext } from '../next';
import { SitePage } from '../parts/SitePage';

export function SignInDone() {
  const { t } = useTranslation('security');
  const router = useRouter();
  const [{ code, next }] = useState(() => {
    const said = new URLSearchParams(window.location.hash.slice(1));
    return { code: said.get('code'), next: parseNext(said.get('next'), window.location.origin) };
  });
  const finish = useQuery({
    queryKey: ['site', 'oidc', 'finish', code],
    queryFn: () => account.finishOidc<UserSession>(code ?? ''),
    enabled: code !== null,
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const session = finish.data;
  useEffect(() => {
    if (!session) return;
    userSession.start(session);
    router.history.replace(next ?? '/dashboard');
  }, [session, next, router]);
  const back = <Button renderRoot={(props) => <Link {...props} to="/sign-in" />}>{t('backToSignIn')}</Button>;
  const isLost = code === null || finish.error;
  return (
    <SitePage title={t('signIn')}>
      {isLost ? (
        <StateMessage icon={<IconLinkOff size={22} stroke={1.5} aria-hidden />} title={t('oidc.failedTitle')} text={finish.error ? toProblem(finish.error).detail : t('oidc.none')} action={back} />
      ) : (
        <Center py="xl" role="status"><Stack align="center" gap="sm"><Loader size="sm" type="dots" aria-hidden /><Text size="sm">{t('oidc.busy')}</Text></Stack></Center>
      )}
    </SitePage>
  );
}
