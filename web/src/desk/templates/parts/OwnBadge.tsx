import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import marks from '../../events/parts/marks.module.css';

/** Whose text it is. */
export function OwnBadge({ isOwn }: { isOwn: boolean }) {
  const { t } = useTranslation('setup');
  return <Badge className={marks['badge'] ?? ''} data-tone={isOwn ? 'brand' : 'quiet'} fw={600} style={{ flexShrink: 0 }}>{isOwn ? t('templates.own') : t('templates.default')}</Badge>;
}
