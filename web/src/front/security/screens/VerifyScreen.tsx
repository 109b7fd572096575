/** Where the link of the verification mail leads, for customers of a business. */
import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Verify } from '~/features/security';
import { RealmFrame } from '../RealmFrame';

export function VerifyScreen() {
  const { t } = useTranslation('security');
  const { business: named, token } = useSearch({ from: '/client/verify-email' });
  return (
    <RealmFrame named={named} title={t('verify.title')}>
      {({ slug, inviteCode }) => (
        <Verify kind="customer" realm={{ inviteCode }} token={token} goOn={<Button size="md" renderRoot={(props) => <Link {...props} to="/client" search={{ business: slug }} />}>{t('verify.goOn')}</Button>} />
      )}
    </RealmFrame>
  );
}
