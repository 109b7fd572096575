/** The line at the top of every page while there is no network. */
import { Text } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOnline } from '~/live/hooks';
import classes from './OfflineBanner.module.css';

export function OfflineBanner() {
  const online = useOnline();
  const { t } = useTranslation('ui');
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const height = online ? 0 : (line.current?.offsetHeight ?? 0);
    document.documentElement.style.setProperty('--fd-offline-line', `${height}px`);
  }, [online]);
  return (
    <div role="status" aria-live="polite">
      {!online && (
        <div ref={line} className={classes['banner']}>
          <IconCloudOff size={16} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
          <Text size="xs">{t('offlineBanner')}</Text>
        </div>
      )}
    </div>
  );
}
