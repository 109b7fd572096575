/** Every try of every delivery of an event, the newest first. */
import { Button, Skeleton, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryAttempt, DeliveryDetail } from '~/api';
import classes from '../event.module.css';
import { useMoments } from '../useMoments';
import { AttemptBadge } from './Marks';

const SHOWN_MAX = 8;
/** More would be a log, not a table. */
const SHOWN_WHOLE_MAX = 500;

interface Props {
  deliveries: readonly DeliveryDetail[];
  isPending: boolean;
  onOpen: (deliveryId: string) => void;
}

export function Attempts({ deliveries, isPending, onOpen }: Props) {
  const { t } = useTranslation('events');
  const { short } = useMoments();
  const [isWhole, setIsWhole] = useState(false);
  const all = deliveries
    .flatMap((delivery) => delivery.attempts_log.map((attempt) => ({ delivery, attempt })))
    .sort((a, b) => b.attempt.ended_at.localeCompare(a.attempt.ended_at));
  const shown = all.slice(0, isWhole ? SHOWN_WHOLE_MAX : SHOWN_MAX);
  return (
    <section className={classes['card']} aria-label={t('event.attempts')}>
      <header className={classes['cardHeader']}>
        <Title order={2}>{t('event.attempts')}</Title>
        {all.length > SHOWN_MAX && <Button size="xs" variant="subtle" onClick={() => setIsWhole(!isWhole)}>{isWhole ? t('event.seeFewer') : t('event.seeAll', { count: all.length })}</Button>}
      </header>
      {isPending ? (
        <div aria-hidden>{[1, 2, 3].map((key) => <div key={key} className={classes['attempt']}><Skeleton height={12} /><Skeleton height={12} /><Skeleton height={12} /><Skeleton height={16} radius="xl" /><Skeleton height={12} /></div>)}</div>
      ) : all.length === 0 ? (
        <p className={classes['none']}>{t('event.noAttempts')}</p>
      ) : (
        <>
          <div className={`${classes['attempt']} ${classes['attemptHead']}`} aria-hidden><span>{t('event.time')}</span><span>{t('event.channel')}</span><span>{t('event.try')}</span><span>{t('event.result')}</span><span>{t('event.answer')}</span></div>
          {shown.map(({ delivery, attempt }) => (
            <button key={`${delivery.id}-${attempt.number}`} type="button" className={classes['attempt']} onClick={() => onOpen(delivery.id)}>
              <time dateTime={attempt.ended_at}>{short(attempt.ended_at)}</time>
              <span>{t(`channel.${delivery.channel}`)}</span>
              <span className={classes['attemptTry']}>{attempt.number}</span>
              <span><AttemptBadge status={attempt.outcome} /></span>
              <span className={classes['attemptAnswer']}>{answerOf(attempt)}</span>
            </button>
          ))}
        </>
      )}
    </section>
  );
}

/** The first line of what came back, or why nothing did. */
export function answerOf(attempt: DeliveryAttempt): string {
  const line = attempt.response?.split('\n').find((text) => text.trim() !== '');
  return attempt.error ?? line ?? (attempt.http_status ? String(attempt.http_status) : '');
}
