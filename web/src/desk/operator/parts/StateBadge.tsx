/** Whether a business works, in a word and a colour. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function StateBadge({ isSuspended }: { isSuspended: boolean }) {
  const { t } = useTranslation('operator');
  const tone = isSuspended ? 'failed' : 'good';
  return <Badge style={{ flexShrink: 0, backgroundColor: `var(--fd-${tone}-tint)`, color: `var(--fd-${tone}-text)` }}>{t(isSuspended ? 'tenants.suspended' : 'tenants.active')}</Badge>;
}
