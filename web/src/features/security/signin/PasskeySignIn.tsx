/** Signing in by a passkey, where browser and server both can. */
import { Button } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import '../words';
import { account, type AccountKind, type Realm } from '../account';
import { Fault } from '../parts/Fault';
import { hasPasskeys, askForPasskey } from '../passkeys';

interface Props<Signed> {
  kind: AccountKind;
  realm: Realm;
  onSignedIn: (signed: Signed) => void;
  /** At the second step it takes the place of the code. */
  isInstead?: boolean;
}

export function PasskeySignIn<Signed>({ kind, realm, onSignedIn, isInstead = false }: Props<Signed>) {
  const { t } = useTranslation('security');
  const signIn = useMutation({
    mutationFn: async () => {
      const { challengeId, publicKey } = await account.startPasskeySignIn(kind, realm, '');
      const credential = await askForPasskey(publicKey);
      return credential === null ? null : account.finishPasskeySignIn<Signed>(kind, realm, challengeId, credential);
    },
    onSuccess: (signed) => {
      if (signed) onSignedIn(signed);
    },
  });
  if (!hasPasskeys()) return null;
  return (
    <>
      <Fault error={signIn.error} />
      <Button variant="default" size="md" leftSection={<IconFingerprint size={20} stroke={1.5} aria-hidden />} loading={signIn.isPending} onClick={() => signIn.mutate()}>{t(isInstead ? 'factor.usePasskey' : 'passkeys.signIn')}</Button>
    </>
  );
}
