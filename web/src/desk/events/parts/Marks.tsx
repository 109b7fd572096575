/** How events, deliveries and their channels are shown everywhere: a word with its colour, an icon, a bar that is true. */
import { Badge, Progress } from '@mantine/core';
import { IconBell, IconBrandWhatsapp, IconDeviceMobile, IconMail, IconMessage, IconWebhook } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ChannelKind, DeliveryStatus, EventStatus } from '~/api';
import { DELIVERY_TONE, type Tone } from '../model/deliveries';
import { sharesOf, type Shares } from '../model/shares';
import classes from './marks.module.css';

const EVENT_TONE: Record<EventStatus, Tone> = { pending: 'quiet', scheduled: 'waiting', processing: 'brand', completed: 'good', failed: 'failed', cancelled: 'quiet' };

export function EventBadge({ status }: { status: EventStatus }) {
  const { t } = useTranslation('events');
  return <Badge className={classes['badge'] ?? ''} data-tone={EVENT_TONE[status]} fw={600}>{t(`eventStatus.${status}`)}</Badge>;
}

export function DeliveryBadge({ status }: { status: DeliveryStatus }) {
  const { t } = useTranslation('events');
  return <Badge className={classes['badge'] ?? ''} data-tone={DELIVERY_TONE[status]} fw={600}>{t(`deliveryStatus.${status}`)}</Badge>;
}

/** What one try came to: it failed, even where the delivery goes on. */
export function AttemptBadge({ status }: { status: DeliveryStatus }) {
  const { t } = useTranslation('events');
  return <Badge className={classes['badge'] ?? ''} data-tone={status === 'failed' ? 'failed' : DELIVERY_TONE[status]} fw={600}>{t(`attempt.${status}`)}</Badge>;
}

const CHANNEL_ICONS = { email: IconMail, sms: IconMessage, whatsapp: IconBrandWhatsapp, webhook: IconWebhook, push: IconDeviceMobile, inapp: IconBell } as const;

export function ChannelIcon({ channel, size = 18 }: { channel: ChannelKind; size?: number }) {
  const Icon = CHANNEL_ICONS[channel];
  return <Icon size={size} stroke={1.5} aria-hidden style={{ flexShrink: 0 }} />;
}

/** How much is done, and how much of that was given up or called off. */
export function ProgressBar({ event }: { event: Shares }) {
  const { t } = useTranslation('events');
  const { failed, cancelled } = event.deliveries;
  const { done, lost, calledOff } = sharesOf(event);
  return (
    <Progress.Root size={6} radius="xl" className={classes['bar'] ?? ''}>
      <Progress.Section value={done} color={event.progress >= 100 ? 'var(--fd-good-mark)' : 'var(--fd-brand-fill)'} aria-label={t('list.progress', { percent: event.progress })} />
      {lost > 0 && <Progress.Section value={lost} color="var(--fd-failed-fill)" aria-label={t('list.failedCount', { count: failed })} />}
      {calledOff > 0 && <Progress.Section value={calledOff} color="var(--fd-pending-fill)" aria-label={t('list.cancelledCount', { count: cancelled })} />}
    </Progress.Root>
  );
}

export function useProgressWords(): (event: Shares) => string {
  const { t } = useTranslation('events');
  return (event) => {
    const { total, done } = event.deliveries;
    if (total > 0) return t('list.of', { done, total });
    return event.status === 'completed' ? t('list.nobody') : '';
  };
}
