/** "9 min ago", "just now", "on 12 May": a span within a sentence. */
import { useTranslation } from 'react-i18next';
import { formatAgo } from '~/ui';
import { useBusinessZone } from '../queries';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export function useAgo(): (iso: string) => string {
  const { t } = useTranslation('setup');
  const zone = useBusinessZone();
  return (iso) => {
    const age = Date.now() - new Date(iso).getTime();
    if (age < MINUTE_MS) return t('now');
    return t(age < DAY_MS ? 'ago' : 'onDay', { when: formatAgo(iso, zone) });
  };
}
