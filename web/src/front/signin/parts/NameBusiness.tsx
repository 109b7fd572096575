/** Asks which business an account is with, when neither the address nor this browser knows. */
import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';

interface NameBusinessProps {
  /** The code that named no business, if one was tried. */
  wasUnknown: string | null;
}

export function NameBusiness({ wasUnknown }: NameBusinessProps) {
  const { t } = useTranslation('front');
  const navigate = useNavigate();
  const search = useSearch({ from: '/client/sign-in' });
  const [code, setCode] = useState(wasUnknown ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const business = code.trim();
    if (business) void navigate({ to: '/client/sign-in', search: { ...search, business } });
  };
  const isSameAgain = wasUnknown !== null && code === wasUnknown;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Title order={2}>{t('signIn.noBusinessTitle')}</Title>
        <Text>{t('signIn.noBusiness')}</Text>
        <TextInput
          label={t('signIn.businessCode')}
          size="md"
          required
          autoCapitalize="none"
          value={code}
          error={isSameAgain ? t('signIn.businessNotFound') : undefined}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" size="lg">
          {t('signIn.findBusiness')}
        </Button>
      </Stack>
    </form>
  );
}
