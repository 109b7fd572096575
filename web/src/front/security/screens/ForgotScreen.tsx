/** Asking for a new password, for customers of a business. */
import { Anchor } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Forgot } from '~/features/security';
import { RealmFrame } from '../RealmFrame';

export function ForgotScreen() {
  const { t } = useTranslation('security');
  const { business: named } = useSearch({ from: '/client/forgot-password' });
  const navigate = useNavigate();
  return (
    <RealmFrame named={named} title={t('forgot.title')}>
      {({ slug, inviteCode }) => (
        <Forgot
          kind="customer"
          realm={{ inviteCode }}
          onCode={(email) => void navigate({ to: '/client/reset-password', search: { business: slug, email } })}
          signIn={<Anchor size="sm" data-alone renderRoot={(props) => <Link {...props} to="/client/sign-in" search={{ business: slug }} />}>{t('backToSignIn')}</Anchor>}
        />
      )}
    </RealmFrame>
  );
}
