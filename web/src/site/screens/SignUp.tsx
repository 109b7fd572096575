/** Opening a business: the owner's account, and where the business is. */
import { Anchor, Button, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, userSession, type RegisterBody } from '~/api';
import { viewerZone } from '~/ui';
import { COUNTRIES, countryName, guessCountry } from '../countries';
import { FormProblem } from '../parts/FormProblem';
import { SitePage } from '../parts/SitePage';

const PASSWORD_CHARACTERS_MIN = 8;

export function SignUp() {
  const { t } = useTranslation('site');
  const navigate = useNavigate();
  const zone = viewerZone();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { businessName: '', name: '', email: '', password: '', country: guessCountry(zone).code },
    validate: {
      businessName: (value) => (value.trim() ? null : t('required')),
      name: (value) => (value.trim() ? null : t('required')),
      email: (value) => (/^\S+@\S+$/.test(value) ? null : t('emailInvalid')),
      password: (value) => (value.length >= PASSWORD_CHARACTERS_MIN ? null : t('passwordShort')),
    },
  });
  const signUp = useMutation({
    mutationFn: async (body: RegisterBody) => (await must(userApi.POST('/api/auth/register', { body }))).data,
    onSuccess: (session) => {
      userSession.start(session);
      void navigate({ to: '/dashboard', replace: true });
    },
    onError: (error) => {
      for (const { field, message } of toProblem(error).errors) if (field in form.getValues()) form.setFieldError(field, message);
    },
  });
  const submit = form.onSubmit((values) => {
    const country = COUNTRIES.find((entry) => entry.code === values.country) ?? guessCountry(zone);
    // The viewer's own zone counts where the country is the guessed one: large countries have several.
    const timezone = country.code === guessCountry(zone).code && country.timezone === zone ? zone : country.timezone;
    signUp.mutate({ ...values, currency: country.currency, timezone });
  });
  return (
    <SitePage title={t('signUpTitle')} text={t('signUpText')} footer={<Text size="sm" ta="center" c="dimmed">{t('haveAccount')} <Anchor component={Link} to="/sign-in" fw={600} size="sm">{t('signIn')}</Anchor></Text>}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <TextInput size="md" label={t('businessName')} autoComplete="organization" autoFocus key={form.key('businessName')} {...form.getInputProps('businessName')} />
          <TextInput size="md" label={t('yourName')} autoComplete="name" key={form.key('name')} {...form.getInputProps('name')} />
          <TextInput size="md" label={t('email')} type="email" autoComplete="email" key={form.key('email')} {...form.getInputProps('email')} />
          <PasswordInput size="md" label={t('password')} description={t('passwordHint')} autoComplete="new-password" key={form.key('password')} {...form.getInputProps('password')} />
          <Select size="md" label={t('country')} searchable allowDeselect={false} data={COUNTRIES.map(({ code }) => ({ value: code, label: countryName(code) }))} key={form.key('country')} {...form.getInputProps('country')} />
          <FormProblem problem={signUp.error && !toProblem(signUp.error).errors.some(({ field }) => field in form.getValues()) ? toProblem(signUp.error) : null} />
          <Button type="submit" size="md" loading={signUp.isPending}>{t('createAccount')}</Button>
        </Stack>
      </form>
    </SitePage>
  );
}
