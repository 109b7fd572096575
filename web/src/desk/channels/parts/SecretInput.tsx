/** A secret that can be written and never read: what is saved stays when nothing is typed. */
import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTranslation } from 'react-i18next';

const SECRET_CHARACTERS_MAX = 1024;

export function SecretInput({ isKept, ...props }: PasswordInputProps & { isKept: boolean }) {
  const { t } = useTranslation('setup');
  return <PasswordInput autoComplete="new-password" maxLength={SECRET_CHARACTERS_MAX} placeholder={isKept ? t('channels.secretKept') : t('channels.secretNew')} description={t('channels.secretHint')} {...props} />;
}
