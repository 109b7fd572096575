/**
 * The lines at the top of every page: that there is no network, and that simulators stand in for the outside. Pages begin
 * below them, by the height that is measured here.
 */
import { Text } from '@mantine/core';
import { IconCloudOff, IconFlask } from '@tabler/icons-react';
import { useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useOnline } from '~/live/hooks';
import classes from './Banners.module.css';

interface Props {
  /** Where what is written offline is kept and sent later, which only conversations do. */
  keepsWriting: boolean;
  /** Nothing that is sent from here reaches anybody outside. */
  isSimulated: boolean;
}

export function Banners({ keepsWriting, isSimulated }: Props) {
  const online = useOnline();
  const { t } = useTranslation('ui');
  const lines = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = lines.current;
    if (!box) return;
    const measure = () => document.documentElement.style.setProperty('--fd-banners', `${box.offsetHeight}px`);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={lines} className={classes['lines']} {...(isSimulated || !online ? { role: 'region', 'aria-label': t('bannersLabel') } : {})}>
      <div role="status" aria-live="polite">
        {!online && (
          <div className={classes['line']} data-tone="offline">
            <IconCloudOff size={16} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
            <Text size="xs">{t(keepsWriting ? 'offlineBannerChat' : 'offlineBanner')}</Text>
          </div>
        )}
      </div>
      {isSimulated && (
        <div className={classes['line']} role="note">
          <IconFlask size={16} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />
          <Text size="xs">{t('simulatorsBanner')}</Text>
        </div>
      )}
    </div>
  );
}
