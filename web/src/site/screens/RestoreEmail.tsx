/** Where a user's former address takes a change back. */
import { Anchor, Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { RestoreAddress } from '~/features/security';
import { SitePage } from '../parts/SitePage';

export function RestoreEmail() {
  const { t } = useTranslation('security');
  const { token } = useSearch({ from: '/restore-email' });
  return (
    <SitePage title={t('address.restorePage')}>
      <RestoreAddress
        kind="user"
        realm={{}}
        token={token}
        goOn={<Button renderRoot={(props) => <Link {...props} to="/sign-in" />}>{t('signIn')}</Button>}
        askAgain={<Anchor size="sm" data-alone renderRoot={(props) => <Link {...props} to="/forgot-password" />}>{t('reset.askAgain')}</Anchor>}
      />
    </SitePage>
  );
}
