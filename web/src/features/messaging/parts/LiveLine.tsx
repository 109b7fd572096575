/** How the connection is doing, in a word and a dot. */
import { useTranslation } from 'react-i18next';
import { useLiveState, type LiveConnection } from '~/live';
import classes from './messaging.module.css';

export function useLiveWords(connection: LiveConnection): { words: string; isGood: boolean } {
  const { t } = useTranslation('chat');
  const state = useLiveState(connection);
  const words = { idle: t('connecting'), connecting: t('connecting'), live: t('live'), reconnecting: t('reconnecting'), polling: t('polling'), offline: t('offlineState') }[state];
  return { words, isGood: state === 'live' };
}

export function LiveLine({ connection, suffix }: { connection: LiveConnection; suffix?: string | undefined }) {
  const { words, isGood } = useLiveWords(connection);
  return (
    <span className={classes['live']} role="status" data-live={isGood || undefined}>
      <i aria-hidden />
      {words}
      {suffix && isGood ? ` · ${suffix}` : ''}
    </span>
  );
}
