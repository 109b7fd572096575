/** Choosing a new password, for users of a business. */
import { Anchor, Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Reset } from '~/features/security';
import { SitePage } from '../parts/SitePage';

export function ResetPassword() {
  const { t } = useTranslation('security');
  const { token, email } = useSearch({ from: '/reset-password' });
  return (
    <SitePage title={t('reset.title')}>
      <Reset
        kind="user"
        realm={{}}
        token={token}
        email={email}
        signIn={<Button renderRoot={(props) => <Link {...props} to="/sign-in" />}>{t('signIn')}</Button>}
        askAgain={<Anchor component={Link} to="/forgot-password" size="sm" data-alone>{t('reset.askAgain')}</Anchor>}
      />
    </SitePage>
  );
}
