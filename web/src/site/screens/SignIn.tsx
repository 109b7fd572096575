/** Signing in to a business: by password, with a second step where the account has one, or by another way that the server offers. */
import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, userSession, type UserSession } from '~/api';
import { asksForFactor, isLocked, Locked, PasskeySignIn, OtherHouses, SecondFactor, TurnedBack, type Factor } from '~/features/security';
import { FormProblem } from '../parts/FormProblem';
import { SitePage } from '../parts/SitePage';
import { StartBusiness } from '../parts/StartBusiness';

interface Credentials {
  email: string;
  password: string;
}

export function SignIn() {
  const { t } = useTranslation('site');
  const { t: ts } = useTranslation('security');
  const { next, problem: turnedBack } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const form = useForm<Credentials>({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value) ? null : t('emailInvalid')),
      password: (value) => (value ? null : t('required')),
    },
  });
  const enter = (session: UserSession) => {
    userSession.start(session);
    // A whole address, with what it says behind the question mark; `navigate` takes only its path.
    router.history.replace(next ?? '/dashboard');
  };
  const signIn = useMutation({
    mutationFn: async (body: Credentials & Partial<{ code: string; backupCode: string }>) => (await must(userApi.POST('/api/auth/login', { body }))).data,
    onSuccess: enter,
  });
  // Once the password was right, it is kept for the second step, also while that one is on its way.
  const asked = signIn.variables;
  const isSecondStep = asksForFactor(signIn.error) || (signIn.isPending && asked !== undefined && ('code' in asked || 'backupCode' in asked));
  if (isSecondStep && asked) {
    const tryFactor = (factor: Factor) => signIn.mutate({ email: asked.email, password: asked.password, ...factor });
    return (
      <SitePage title={ts('factor.title')}>
        <SecondFactor error={signIn.error} isBusy={signIn.isPending} onSubmit={tryFactor} onBack={() => signIn.reset()} passkey={<PasskeySignIn<UserSession> isInstead kind="user" realm={{}} onSignedIn={enter} />} />
      </SitePage>
    );
  }
  if (asked && signIn.error && toProblem(signIn.error).code === 'NO_BUSINESS') {
    return (
      <SitePage title={t('startTitle')}>
        <StartBusiness email={asked.email} password={asked.password} onStarted={enter} onBack={() => signIn.reset()} />
      </SitePage>
    );
  }
  const expired = userSession.getEndReason() === 'expired' && !signIn.error;
  const closedWords = signIn.error ? null : userSession.getEndWords();
  const forgot = (words: string) => <Anchor component={Link} to="/forgot-password" size="sm" fw={600} data-alone>{words}</Anchor>;
  return (
    <SitePage title={t('signInTitle')} footer={<Text size="sm" ta="center" c="dimmed">{t('noAccount')} <Anchor component={Link} to="/sign-up" fw={600} size="sm">{t('createAccount')}</Anchor></Text>}>
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
        <Stack gap="md">
          {!signIn.error && <TurnedBack code={turnedBack} />}
          {closedWords && <Alert role="alert" variant="light" color="red">{closedWords}</Alert>}
          {expired && <Alert variant="light" color="yellow">{t('sessionExpired')}</Alert>}
          <TextInput size="md" label={t('email')} type="email" autoComplete="username" autoFocus required withAsterisk={false} key={form.key('email')} {...form.getInputProps('email')} />
          <PasswordInput size="md" label={t('password')} autoComplete="current-password" required withAsterisk={false} key={form.key('password')} {...form.getInputProps('password')} />
          {isLocked(signIn.error) ? <Locked error={signIn.error} reset={forgot(ts('locked.reset'))} /> : <FormProblem problem={signIn.error ? toProblem(signIn.error) : null} />}
          <Button type="submit" size="md" loading={signIn.isPending}>{t('signIn')}</Button>
          {!isLocked(signIn.error) && forgot(ts('forgot.link'))}
          <PasskeySignIn<UserSession> kind="user" realm={{}} onSignedIn={enter} />
          <OtherHouses kind="user" realm={{}} next={next} />
        </Stack>
      </form>
    </SitePage>
  );
}
