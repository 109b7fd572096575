/** Asking for a new password, for users of a business. */
import { Anchor } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Forgot } from '~/features/security';
import { SitePage } from '../parts/SitePage';

export function ForgotPassword() {
  const { t } = useTranslation('security');
  const navigate = useNavigate();
  return (
    <SitePage title={t('forgot.title')} text={t('forgot.text')}>
      <Forgot
        kind="user"
        realm={{}}
        onCode={(email) => void navigate({ to: '/reset-password', search: { email } })}
        signIn={<Anchor component={Link} to="/sign-in" size="sm" data-alone>{t('backToSignIn')}</Anchor>}
      />
    </SitePage>
  );
}
