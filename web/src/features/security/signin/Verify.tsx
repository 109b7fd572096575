/** Proves an address by the mailed link, once, and says how that went. */
import { Center, Loader, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconLinkOff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { customerSession, toProblem, userSession } from '~/api';
import { ErrorState, StateMessage } from '~/ui/StateView';
import '../words';
import { account, type AccountKind, type Realm } from '../account';

interface Props {
  kind: AccountKind;
  realm: Realm;
  token: string | undefined;
  goOn: ReactNode;
}

export function Verify({ kind, realm, token, goOn }: Props) {
  const { t } = useTranslation('security');
  // A link works once: as a query it is used once per token, however often the page renders, and never by itself again.
  const proof = useQuery({
    queryKey: ['security', 'verify', kind, token],
    queryFn: async () => {
      await account.verifyEmail(kind, realm, token ?? '');
      return true;
    },
    enabled: token !== undefined,
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const { isSuccess } = proof;
  useEffect(() => {
    if (isSuccess) markVerified(kind);
  }, [isSuccess, kind]);
  if (token === undefined) return <StateMessage icon={<IconLinkOff size={22} stroke={1.5} aria-hidden />} title={t('verify.deadTitle')} text={t('verify.none')} action={goOn} />;
  if (isSuccess) return <div role="status"><StateMessage icon={<IconCircleCheck size={22} stroke={1.5} aria-hidden />} tone="brand" title={t('verify.doneTitle')} text={t('verify.doneText')} action={goOn} /></div>;
  if (proof.error && toProblem(proof.error).isUnreachable) return <ErrorState error={proof.error} onRetry={() => void proof.refetch()} />;
  if (proof.error) return <div role="alert"><StateMessage icon={<IconLinkOff size={22} stroke={1.5} aria-hidden />} title={t('verify.deadTitle')} text={t('verify.deadText')} action={goOn} /></div>;
  return (
    <Center py="xl" role="status">
      <Stack align="center" gap="sm"><Loader size="sm" type="dots" aria-hidden /><Text size="sm">{t('verify.busy')}</Text></Stack>
    </Center>
  );
}

/** Whoever is signed in here sees the reminder go; the link may be somebody else's, and then the next `me` puts it right. */
function markVerified(kind: AccountKind): void {
  if (kind === 'user') {
    const profile = userSession.getProfile();
    if (profile) userSession.updateProfile({ user: { ...profile.user, emailVerified: true } });
    return;
  }
  const profile = customerSession.getProfile();
  if (profile) customerSession.updateProfile({ customer: { ...profile.customer, emailVerified: true } });
}
