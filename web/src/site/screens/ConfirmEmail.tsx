/** Where the link to a user's new address leads. */
import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ConfirmAddress } from '~/features/security';
import { SitePage } from '../parts/SitePage';

export function ConfirmEmail() {
  const { t } = useTranslation('security');
  const { token } = useSearch({ from: '/confirm-email' });
  return (
    <SitePage title={t('address.page')}>
      <ConfirmAddress kind="user" realm={{}} token={token} goOn={<Button renderRoot={(props) => <Link {...props} to="/dashboard" />}>{t('verify.goOn')}</Button>} />
    </SitePage>
  );
}
