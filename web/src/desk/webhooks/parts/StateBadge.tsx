/** How a webhook is doing: a word with its colour. */
import { Badge } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Webhook } from '~/api';
import marks from '../../events/parts/marks.module.css';
import { stateOf, type WebhookState } from '../model';

const TONE: Record<WebhookState, string> = { on: 'good', off: 'quiet', failing: 'waiting', disabled: 'failed' };

export function StateBadge({ webhook }: { webhook: Pick<Webhook, 'enabled' | 'disabledAt' | 'failingSince'> }) {
  const { t } = useTranslation('setup');
  const state = stateOf(webhook);
  return <Badge className={marks['badge'] ?? ''} data-tone={TONE[state]} fw={600} style={{ flexShrink: 0 }}>{t(`webhooks.state.${state}`)}</Badge>;
}
