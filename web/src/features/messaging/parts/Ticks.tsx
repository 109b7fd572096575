/** How far a message of mine has come: a clock, one tick, two ticks, two coloured ticks; never by colour alone. */
import { IconAlertTriangle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export type TickState = 'waiting' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

const ICONS = { waiting: IconClock, sending: IconClock, sent: IconCheck, delivered: IconChecks, read: IconChecks, failed: IconAlertTriangle };

export function Ticks({ state, size = 14 }: { state: TickState; size?: number }) {
  const { t } = useTranslation('chat');
  const Icon = ICONS[state];
  const color = state === 'read' ? 'var(--fd-brand-text)' : state === 'failed' ? 'var(--fd-failed-text)' : 'var(--fd-text-3)';
  return <Icon size={size} stroke={2} color={color} role="img" aria-label={t(state)} style={{ flexShrink: 0, verticalAlign: 'text-bottom' }} />;
}
