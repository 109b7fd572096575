/** How a user signs in, and where they are signed in. */
import { Alert } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useUserProfile } from '~/api';
import { SecurityCards } from '~/features/security';
import { SettingsFrame } from '../settings/parts/SettingsFrame';
import { useSetupRequired } from './useSetupRequired';

/** `onKeepingCodes` hears when codes are on the screen that must not be taken away. */
export function SecurityScreen({ onKeepingCodes }: { onKeepingCodes?: (isKeeping: boolean) => void }) {
  const { t } = useTranslation('security');
  const profile = useUserProfile();
  const { isRequired, reread } = useSetupRequired();
  if (!profile) return null;
  return (
    <SettingsFrame place="security" title={t('page.title')} text={t('page.text')}>
      {isRequired && <Alert color="yellow" mb="md" role="alert" icon={<IconShieldLock size={18} stroke={1.5} />} title={t('page.forcedTitle')}>{t('page.forcedText')}</Alert>}
      <SecurityCards kind="user" personId={profile.user.id} isForced={isRequired} onTwoFactorChange={reread} onKeepingCodes={onKeepingCodes} />
    </SettingsFrame>
  );
}
