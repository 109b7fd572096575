/** One delivery in full: what happened in words first, what to do about it, then what was sent and what came back. */
import { Alert, Button, CloseButton, CopyButton, SegmentedControl, Text, Timeline, Title, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconClock, IconCopy, IconMail, IconRefresh, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryAttempt, DeliveryDetail } from '~/api';
import { CodeBlock } from '../../parts/CodeBlock';
import { AnswerHeaders } from '../../webhooks/parts/AnswerHeaders';
import { SignatureView } from '../../webhooks/parts/SignatureView';
import { readSignature } from '../../webhooks/signature';
import { prettyJson } from '../../parts/tokens';
import { countDown } from '../model/axis';
import { DELIVERY_TONE, mayResend } from '../model/deliveries';
import { shortId } from '../model/people';
import { useNames } from '../queries';
import { useMoments, useNow } from '../useMoments';
import { useResend } from '../useResend';
import { AttemptBadge, ChannelIcon } from './Marks';
import classes from './panel.module.css';

const ANSWER_HEIGHT_MAX = 260;
/** What waits longer than this does not go out in a moment. */
const LATE_MS = 15_000;

interface Props {
  delivery: DeliveryDetail;
  index: number;
  count: number;
  /** Absent where a drawer around it has its own. */
  onClose?: (() => void) | undefined;
}

export function DeliveryPanel({ delivery, index, count, onClose }: Props) {
  const { t } = useTranslation('events');
  const name = useNames()(delivery.recipient);
  const who = name.name ?? name.address;
  const resend = useResend();
  const { moment } = useMoments();
  const rows: [string, React.ReactNode][] = [
    [t('delivery.sentTo'), name.address],
    [t('delivery.plannedAt'), moment(delivery.created_at)],
    ...(delivery.finished_at ? [[t('delivery.ended'), moment(delivery.finished_at)] as [string, React.ReactNode]] : []),
    ...(delivery.code ? [[t('delivery.code'), <code key="code">{delivery.code}</code>] as [string, React.ReactNode]] : []),
    ...(delivery.message_id ? [[t('delivery.messageId'), <Copied key="message" value={delivery.message_id} label={t('delivery.messageId')} />] as [string, React.ReactNode]] : []),
    [t('delivery.id'), <Copied key="id" value={delivery.id} label={t('delivery.id')} />],
  ];
  return (
    <div className={classes['panel']}>
      <header className={classes['head']}>
        <span className={classes['glyph']}><ChannelIcon channel={delivery.channel} /></span>
        <div className={classes['headWords']}>
          <Title order={2}>{t('delivery.title', { channel: t(`channel.${delivery.channel}`), who })}</Title>
          {onClose && <Text size="xs" c="dimmed">{t('delivery.place', { index, count })}</Text>}
        </div>
        {onClose && <CloseButton onClick={onClose} aria-label={t('delivery.close')} />}
      </header>
      <WhatHappened delivery={delivery} />
      {(mayResend(delivery.status) || delivery.channel === 'email') && (
        <div className={classes['actions']}>
          {mayResend(delivery.status) && <Button flex={1} leftSection={<IconRefresh size={16} stroke={1.75} />} loading={resend.isPending} onClick={() => resend.mutate(delivery)}>{delivery.status === 'failed' ? t('delivery.tryNow') : t('delivery.tryAgain')}</Button>}
          {delivery.channel === 'email' && <Button flex={1} variant="default" leftSection={<IconMail size={16} stroke={1.5} />} renderRoot={(props) => <Link {...props} to="/dashboard/mailbox/{-$mailId}" params={{}} search={{ q: delivery.recipient }} />}>{t('delivery.inMailbox')}</Button>}
        </div>
      )}
      {delivery.attempts_log.length > 0 && <Exchange attempts={delivery.attempts_log} />}
      <Tries delivery={delivery} />
      <dl className={classes['details']}>{rows.map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}</dl>
    </div>
  );
}

function WhatHappened({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation('events');
  const { short } = useMoments();
  const tone = DELIVERY_TONE[delivery.status];
  const isWaiting = delivery.status === 'pending';
  const isLate = useNow(isWaiting) - new Date(delivery.updated_at).getTime() > LATE_MS && isWaiting;
  const isBad = tone === 'failed' || tone === 'waiting';
  // Who says that it arrived is not the same for every channel.
  const deliveredText = (channel: DeliveryDetail['channel']) => channel === 'webhook' ? t('delivery.deliveredWebhook') : channel === 'inapp' ? t('delivery.deliveredInapp') : t('delivery.deliveredText');
  const texts = { pending: isLate ? t('delivery.pendingLong') : t('delivery.pendingText'), held: t('delivery.heldText'), sending: t('delivery.sendingText'), sent: t('delivery.sentText'), delivered: deliveredText(delivery.channel), failed: delivery.next_attempt_at ? t('delivery.nextTry', { when: short(delivery.next_attempt_at) }) : '', dead: t('delivery.deadText'), cancelled: t('delivery.cancelledText') };
  const tried = delivery.attempts > 0 && isBad ? `${t('delivery.textTried', { count: delivery.attempts })} ` : '';
  return (
    <Alert className={classes['said'] ?? ''} data-tone={tone} icon={isBad ? <IconAlertTriangle size={18} stroke={1.5} /> : undefined} title={isBad && delivery.error ? delivery.error : t(`delivery.said.${delivery.status}`)}>
      {tried}{texts[delivery.status]}
    </Alert>
  );
}

type Side = 'answer' | 'request' | 'signature';

function Exchange({ attempts }: { attempts: readonly DeliveryAttempt[] }) {
  const { t } = useTranslation('events');
  const { span } = useMoments();
  const [side, setSide] = useState<Side>('answer');
  const [picked, setPicked] = useState<number | null>(null);
  const attempt = attempts.find((entry) => entry.number === picked) ?? attempts.at(-1);
  if (!attempt) return null;
  const signature = readSignature(attempt.request);
  const text = side === 'answer' ? attempt.response : attempt.request;
  return (
    <section className={classes['exchange']}>
      <SegmentedControl fullWidth value={side} onChange={(value) => setSide(value as Side)} data={[{ value: 'answer', label: t('delivery.answer') }, { value: 'request', label: t('delivery.request') }, ...(signature ? [{ value: 'signature', label: t('delivery.signature') }] : [])]} aria-label={t('delivery.answer')} />
      <div className={classes['tryRow']}>
        <div className={classes['tryPicks']}>
          {attempts.map(({ number }) => <UnstyledButton key={number} className={classes['tryPick'] ?? ''} aria-pressed={number === attempt.number} onClick={() => setPicked(number)}>{t('delivery.tryNumber', { number })}</UnstyledButton>)}
        </div>
        {attempt.http_status !== null && <span className={classes['status']} data-bad={attempt.http_status >= 300 || undefined}>{attempt.http_status}</span>}
        <span className="tabular">{span(attempt.duration_ms)}</span>
      </div>
      {attempt.error && side === 'answer' && <Text size="sm">{attempt.error}</Text>}
      {side === 'signature' && signature ? <SignatureView signature={signature} /> : text ? <CodeBlock text={readable(text)} label={side === 'answer' ? t('delivery.answer') : t('delivery.request')} wraps maxHeight={ANSWER_HEIGHT_MAX} /> : <Text size="sm" c="dimmed">{side === 'request' ? t('delivery.noRequest') : attempt.http_status ? t('delivery.emptyAnswer') : t('delivery.noAnswer')}</Text>}
      {side === 'answer' && <AnswerHeaders headers={attempt.response_headers} />}
    </section>
  );
}

/** A body of JSON behind headers is set out on lines of its own. */
function readable(text: string): string {
  const at = text.search(/\r?\n\r?\n/);
  if (at < 0) return prettyJson(text);
  const body = text.slice(at).trim();
  return `${text.slice(0, at)}\n\n${prettyJson(body)}`;
}

function Tries({ delivery }: { delivery: DeliveryDetail }) {
  const { t } = useTranslation('events');
  const { short } = useMoments();
  const isPlanned = delivery.status === 'failed' && delivery.next_attempt_at !== null;
  const now = useNow(isPlanned);
  if (delivery.attempts_log.length === 0 && !isPlanned) return null;
  const left_ms = isPlanned ? new Date(delivery.next_attempt_at!).getTime() - now : 0;
  const isGood = (attempt: DeliveryAttempt) => attempt.outcome === 'sent' || attempt.outcome === 'delivered';
  return (
    <section>
      <Title order={3} mb="xs">{t('delivery.tries')}</Title>
      <Timeline bulletSize={20} lineWidth={2} className={classes['timeline'] ?? ''}>
        {delivery.attempts_log.map((attempt) => (
          <Timeline.Item key={attempt.number} bullet={isGood(attempt) ? <IconCheck size={12} stroke={3} /> : attempt.outcome === 'failed' || attempt.outcome === 'dead' ? <IconX size={12} stroke={3} /> : <IconClock size={12} stroke={2} />} className={classes['try'] ?? ''} data-tone={isGood(attempt) ? 'good' : attempt.outcome === 'held' ? 'waiting' : 'failed'}>
            <span className={classes['tryLine']}><span>{t('delivery.tryNumber', { number: attempt.number })}{attempt.http_status ? ` · ${attempt.http_status}` : ''}</span><AttemptBadge status={attempt.outcome} /><time dateTime={attempt.ended_at}>{short(attempt.ended_at)}</time></span>
          </Timeline.Item>
        ))}
        {isPlanned && (
          <Timeline.Item lineVariant="dashed" bullet={<IconClock size={12} stroke={2} />} className={classes['try'] ?? ''} data-tone="waiting">
            <span className={classes['tryLine']}><span>{t('delivery.planned', { number: delivery.attempts + 1 })}</span><strong>{left_ms > 0 ? t('event.in', { time: countDown(left_ms) }) : t('event.soon')}</strong></span>
          </Timeline.Item>
        )}
      </Timeline>
    </section>
  );
}

function Copied({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation('ui');
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => <UnstyledButton className={classes['copied'] ?? ''} onClick={copy} aria-label={`${t('copy')}: ${label} ${shortId(value)}`} title={value}>{shortId(value)}{copied ? <IconCheck size={14} stroke={2} aria-hidden /> : <IconCopy size={14} stroke={1.5} aria-hidden />}</UnstyledButton>}
    </CopyButton>
  );
}
