/** Choosing a new password by the mailed link, or by the code from the same mail. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconLinkOff } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '~/api';
import { StateMessage } from '~/ui/StateView';
import { account, type AccountKind, type Realm } from '../account';
import { CodeInput } from '../parts/CodeInput';
import { Fault } from '../parts/Fault';
import { CODE_PATTERN, isTooShort } from '../words';

interface Props {
  kind: AccountKind;
  realm: Realm;
  token?: string | undefined;
  email?: string | undefined;
  /** The ways on from here. */
  signIn: ReactNode;
  askAgain: ReactNode;
}

type Field = 'email' | 'code' | 'password';

export function Reset({ kind, realm, token, email: known = '', signIn, askAgain }: Props) {
  const { t } = useTranslation('security');
  const [email, setEmail] = useState(known);
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [faults, setFaults] = useState<Partial<Record<Field, string>>>({});
  const reset = useMutation({
    mutationFn: () => account.resetPassword(kind, realm, token ? { token } : { email: email.trim(), code }, password),
  });
  if (reset.isSuccess) {
    return <div role="status"><StateMessage icon={<IconCircleCheck size={22} stroke={1.5} aria-hidden />} tone="brand" title={t('reset.doneTitle')} text={t('reset.doneText')} action={signIn} /></div>;
  }
  const problem = reset.error ? toProblem(reset.error) : null;
  const isDead = problem?.code === 'INVALID_RESET_TOKEN';
  if (isDead && token) {
    return <div role="alert"><StateMessage icon={<IconLinkOff size={22} stroke={1.5} aria-hidden />} title={t('reset.deadTitle')} text={t('reset.deadText')} action={askAgain} /></div>;
  }
  const passwordFault = faults.password ?? problem?.fieldMessage('password') ?? problem?.fieldMessage('newPassword');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found: Partial<Record<Field, string>> = {};
    if (!token && !/^\S+@\S+$/.test(email.trim())) found.email = t('emailInvalid');
    if (!token && !CODE_PATTERN.test(code)) found.code = t('factor.codeInvalid');
    if (isTooShort(password)) found.password = t('passwordShort');
    setFaults(found);
    if (Object.keys(found).length === 0) reset.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {!token && (
          <>
            <TextInput size="md" label={t('email')} type="email" autoComplete="username" value={email} error={faults.email} onChange={(event) => setEmail(event.currentTarget.value)} />
            <CodeInput label={t('reset.code')} value={code} onChange={setCode} error={faults.code ?? (isDead ? t('reset.deadCode') : undefined)} autoFocus={known !== ''} />
          </>
        )}
        <PasswordInput size="md" label={t('newPassword')} description={t('passwordHint')} autoComplete="new-password" autoFocus={token !== undefined} value={password} error={passwordFault} onChange={(event) => (setPassword(event.currentTarget.value), setFaults({}))} visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }} />
        {problem && !isDead && !passwordFault && <Fault error={reset.error} />}
        <Text size="xs" c="dimmed">{t('reset.text')}</Text>
        <Button type="submit" size="md" loading={reset.isPending}>{t('reset.submit')}</Button>
        {!token && askAgain}
      </Stack>
    </form>
  );
}
