/** Where the two links about a customer's changed address lead. */
import { Anchor, Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ConfirmAddress, RestoreAddress } from '~/features/security';
import { RealmFrame } from '../RealmFrame';

export function ConfirmEmailScreen() {
  const { t } = useTranslation('security');
  const { business: named, token } = useSearch({ from: '/client/confirm-email' });
  return (
    <RealmFrame named={named} title={t('address.page')}>
      {({ slug, inviteCode }) => (
        <ConfirmAddress kind="customer" realm={{ inviteCode }} token={token} goOn={<Button size="md" renderRoot={(props) => <Link {...props} to="/client" search={{ business: slug }} />}>{t('verify.goOn')}</Button>} />
      )}
    </RealmFrame>
  );
}

export function RestoreEmailScreen() {
  const { t } = useTranslation('security');
  const { business: named, token } = useSearch({ from: '/client/restore-email' });
  return (
    <RealmFrame named={named} title={t('address.restorePage')}>
      {({ slug, inviteCode }) => (
        <RestoreAddress
          kind="customer"
          realm={{ inviteCode }}
          token={token}
          goOn={<Button size="md" renderRoot={(props) => <Link {...props} to="/client/sign-in" search={{ business: slug }} />}>{t('signIn')}</Button>}
          askAgain={<Anchor size="sm" data-alone renderRoot={(props) => <Link {...props} to="/client/forgot-password" search={{ business: slug }} />}>{t('reset.askAgain')}</Anchor>}
        />
      )}
    </RealmFrame>
  );
}
