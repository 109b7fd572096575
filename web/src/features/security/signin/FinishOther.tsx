/** The way back from another house: its word becomes a session, once, with a second step where the account has one. */
import { Center, Loader, Stack, Text } from '@mantine/core';
import { IconLinkOff } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { ErrorState, StateMessage } from '~/ui/StateView';
import '../words';
import { account, type AccountKind, type Realm } from '../account';
import { PasskeySignIn } from './PasskeySignIn';
import { asksForFactor, SecondFactor, type Factor } from './SecondFactor';

interface Props<Signed> {
  kind: AccountKind;
  realm: Realm;
  /** What the address brought; nothing when somebody came here by themselves. */
  code: string | null;
  onSignedIn: (signed: Signed) => void;
  onBack: () => void;
  back: ReactNode;
}

export function FinishOther<Signed>({ kind, realm, code, onSignedIn, onBack, back }: Props<Signed>) {
  const { t } = useTranslation('security');
  // As a query it is asked once for each code, however often the page is drawn.
  const first = useQuery({
    queryKey: ['security', 'oidc', 'finish', kind, code],
    queryFn: () => account.finishOidc<Signed>(kind, realm, code ?? '', null),
    enabled: code !== null,
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const second = useMutation({ mutationFn: (factor: Factor) => account.finishOidc<Signed>(kind, realm, code ?? '', factor) });
  const signed = second.data ?? first.data;
  useEffect(() => {
    if (signed) onSignedIn(signed);
  }, [signed, onSignedIn]);
  const error = second.error ?? first.error;
  if (!signed && (asksForFactor(error) || second.isPending)) {
    return <SecondFactor error={error} isBusy={second.isPending} onSubmit={second.mutate} onBack={onBack} passkey={<PasskeySignIn<Signed> isInstead kind={kind} realm={realm} onSignedIn={onSignedIn} />} />;
  }
  if (error && toProblem(error).isUnreachable) return <ErrorState error={error} onRetry={() => void first.refetch()} />;
  if (code === null || error) {
    return <div role="alert"><StateMessage icon={<IconLinkOff size={22} stroke={1.5} aria-hidden />} title={t('oidc.failedTitle')} text={error ? toProblem(error).detail : t('oidc.none')} action={back} /></div>;
  }
  return <Center py="xl" role="status"><Stack align="center" gap="sm"><Loader size="sm" type="dots" aria-hidden /><Text size="sm">{t('oidc.busy')}</Text></Stack></Center>;
}
