/** Signing in to a business. */
import { Alert, Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, userSession } from '~/api';
import { FormProblem } from '../parts/FormProblem';
import { SitePage } from '../parts/SitePage';

export function SignIn() {
  const { t } = useTranslation('site');
  const { next } = useSearch({ from: '/sign-in' });
  const router = useRouter();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value) ? null : t('emailInvalid')),
      password: (value) => (value ? null : t('required')),
    },
  });
  const signIn = useMutation({
    mutationFn: async (body: { email: string; password: string }) => (await must(userApi.POST('/api/auth/login', { body }))).data,
    onSuccess: (session) => {
      userSession.start(session);
      // A whole address, with what it says behind the question mark; `navigate` takes only its path.
      router.history.replace(next ?? '/dashboard');
    },
  });
  const expired = userSession.getEndReason() === 'expired' && !signIn.error;
  return (
    <SitePage title={t('signInTitle')} footer={<Text size="sm" ta="center" c="dimmed">{t('noAccount')} <Anchor component={Link} to="/sign-up" fw={600} size="sm">{t('createAccount')}</Anchor></Text>}>
      <form onSubmit={form.onSubmit((values) => signIn.mutate(values))} noValidate>
        <Stack gap="md">
          {expired && <Alert variant="light" color="yellow">{t('sessionExpired')}</Alert>}
          <TextInput size="md" label={t('email')} type="email" autoComplete="username" autoFocus required withAsterisk={false} key={form.key('email')} {...form.getInputProps('email')} />
          <PasswordInput size="md" label={t('password')} autoComplete="current-password" required withAsterisk={false} key={form.key('password')} {...form.getInputProps('password')} />
          <FormProblem problem={signIn.error ? toProblem(signIn.error) : null} />
          <Button type="submit" size="md" loading={signIn.isPending}>{t('signIn')}</Button>
        </Stack>
      </form>
    </SitePage>
  );
}
