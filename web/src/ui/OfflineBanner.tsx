/** The line at the top of every page while there is no network. */
import { Text } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOnline } from '~/live';
import classes from './OfflineBanner.module.css';

export function OfflineBanner() {
  const online = useOnline();
  const { t } = useTranslation('ui');
  return (
    <div role="status" aria-live="polite">
      {!online && (
        <div className={classes['banner']}>
          <IconCloudOff size={16} stroke={1.5} aria-hidden />
          <Text size="xs">{t('offlineBanner')}</Text>
        </div>
      )}
    </div>
  );
}
