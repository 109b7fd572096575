/**
 * For who belongs to no business any more: whom nobody can let in but an invitation, or a business of one's own. The password
 * that was just typed proves them, and a code where their account asks for one.
 */
import { Button, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { must, toProblem, userApi, type UserSession } from '~/api';
import { asksForFactor, SecondFactor, type Factor } from '~/features/security';
import { viewerZone } from '~/ui';
import { COUNTRIES, countryName, guessCountry } from '../countries';
import { FormProblem } from './FormProblem';

interface Props {
  email: string;
  password: string;
  onStarted: (session: UserSession) => void;
  onBack: () => void;
}

export function StartBusiness({ email, password, onStarted, onBack }: Props) {
  const { t } = useTranslation('site');
  const guess = guessCountry(viewerZone());
  const [name, setName] = useState('');
  const [code, setCode] = useState(guess.code);
  const [isMissing, setIsMissing] = useState(false);
  const start = useMutation({
    mutationFn: async (factor: Factor | null) => {
      const { code: country, currency, timezone } = COUNTRIES.find((entry) => entry.code === code) ?? guess;
      const body = { email, password, businessName: name.trim(), country, currency, timezone, ...factor };
      return (await must(userApi.POST('/api/auth/businesses', { body }))).data;
    },
    onSuccess: onStarted,
  });
  if (asksForFactor(start.error) || (start.isPending && start.variables)) {
    return <SecondFactor error={start.error} isBusy={start.isPending} onSubmit={start.mutate} onBack={() => start.reset()} />;
  }
  const problem = start.error ? toProblem(start.error) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isEmpty = name.trim() === '';
    setIsMissing(isEmpty);
    if (!isEmpty) start.mutate(null);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">{t('startText')}</Text>
        <TextInput size="md" label={t('businessName')} autoComplete="organization" autoFocus value={name} error={isMissing ? t('required') : problem?.fieldMessage('businessName')} onChange={(event) => (setName(event.currentTarget.value), setIsMissing(false))} />
        <Select size="md" label={t('country')} searchable allowDeselect={false} data={COUNTRIES.map((entry) => ({ value: entry.code, label: countryName(entry.code) }))} value={code} onChange={(value) => setCode(value ?? guess.code)} />
        <FormProblem problem={problem && !problem.fieldMessage('businessName') ? problem : null} />
        <Button type="submit" size="md" loading={start.isPending}>{t('startGo')}</Button>
        <Button variant="subtle" color="gray" onClick={onBack}>{t('startBack')}</Button>
      </Stack>
    </form>
  );
}
