/** Where the link of the verification mail leads, for users of a business. */
import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Verify } from '~/features/security';
import { SitePage } from '../parts/SitePage';

export function VerifyEmail() {
  const { t } = useTranslation('security');
  const { token } = useSearch({ from: '/verify-email' });
  return (
    <SitePage title={t('verify.title')}>
      <Verify kind="user" realm={{}} token={token} goOn={<Button renderRoot={(props) => <Link {...props} to="/dashboard" />}>{t('verify.goOn')}</Button>} />
    </SitePage>
  );
}
