/** When somebody was here last, in words. */
import { useTranslation } from 'react-i18next';
import { useAgo } from '../parts/useAgo';

const HERE_MS = 5 * 60_000;

export function useSeen(): (iso: string | null) => string {
  const { t } = useTranslation('team');
  const ago = useAgo();
  return (iso) => {
    if (!iso) return t('team.neverSeen');
    return Date.now() - Date.parse(iso) < HERE_MS ? t('team.here') : t('team.seen', { when: ago(iso) });
  };
}
