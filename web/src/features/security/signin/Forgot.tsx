/** Asking for a link and a code by mail. What follows says the same for any address. */
import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { IconMailCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateMessage } from '~/ui/StateView';
import '../words';
import { account, type AccountKind, type Realm } from '../account';
import { Fault } from '../parts/Fault';

interface Props {
  kind: AccountKind;
  realm: Realm;
  email?: string | undefined;
  /** Leads to where the code from the mail is entered. */
  onCode: (email: string) => void;
  signIn: ReactNode;
}

export function Forgot({ kind, realm, email: known = '', onCode, signIn }: Props) {
  const { t } = useTranslation('security');
  const [email, setEmail] = useState(known);
  const [isMalformed, setIsMalformed] = useState(false);
  const ask = useMutation({ mutationFn: () => account.forgotPassword(kind, realm, email.trim()) });
  const fieldFault = ask.error ? toProblem(ask.error).fieldMessage('email') : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isFine = /^\S+@\S+$/.test(email.trim());
    setIsMalformed(!isFine);
    if (isFine) ask.mutate();
  };
  if (ask.isSuccess) {
    return (
      <div role="status">
        <StateMessage
          icon={<IconMailCheck size={22} stroke={1.5} aria-hidden />}
          tone="brand"
          title={t('forgot.sentTitle')}
          text={t('forgot.sentText', { email: email.trim() })}
          action={<Button onClick={() => onCode(email.trim())}>{t('forgot.enterCode')}</Button>}
        >
          <Anchor component="button" type="button" size="sm" data-alone onClick={() => ask.reset()}>{t('forgot.other')}</Anchor>
        </StateMessage>
      </div>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput size="md" label={t('email')} type="email" inputMode="email" autoComplete="username" autoFocus value={email} error={isMalformed ? t('emailInvalid') : fieldFault} onChange={(event) => (setEmail(event.currentTarget.value), setIsMalformed(false))} />
        {!fieldFault && <Fault error={ask.error} />}
        <Button type="submit" size="md" loading={ask.isPending}>{t('forgot.submit')}</Button>
        {signIn}
      </Stack>
    </form>
  );
}
