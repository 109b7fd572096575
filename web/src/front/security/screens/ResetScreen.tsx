/** Choosing a new password, for customers of a business. */
import { Anchor, Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Reset } from '~/features/security';
import { RealmFrame } from '../RealmFrame';

export function ResetScreen() {
  const { t } = useTranslation('security');
  const { business: named, token, email } = useSearch({ from: '/client/reset-password' });
  return (
    <RealmFrame named={named} title={t('reset.title')}>
      {({ slug, inviteCode }) => (
        <Reset
          kind="customer"
          realm={{ inviteCode }}
          token={token}
          email={email}
          signIn={<Button size="md" renderRoot={(props) => <Link {...props} to="/client/sign-in" search={{ business: slug }} />}>{t('signIn')}</Button>}
          askAgain={<Anchor size="sm" data-alone renderRoot={(props) => <Link {...props} to="/client/forgot-password" search={{ business: slug }} />}>{t('reset.askAgain')}</Anchor>}
        />
      )}
    </RealmFrame>
  );
}
