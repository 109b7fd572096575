/** Moments and spans as these screens say them. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayKey, formatDay } from '~/ui';
import { useBusinessZone } from '../queries';
import { measure } from './model/axis';

const DAY_MS = 24 * 60 * 60_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** "9:47:03": tries follow each other within seconds. */
export function formatSecond(iso: string, zone: string): string {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZone: zone });
    formatters.set(zone, formatter);
  }
  return formatter.format(new Date(iso));
}

interface Moments {
  /** "Today, 9:47:03", "Mon 16 Nov, 9:47:03" */
  moment: (iso: string) => string;
  /** "9:47:03" of today, with its day before. */
  short: (iso: string) => string;
  span: (ms: number) => string;
}

export function useMoments(): Moments {
  const { t } = useTranslation('events');
  const zone = useBusinessZone();
  const moment = (iso: string) => {
    const clock = formatSecond(iso, zone);
    const day = dayKey(iso, zone);
    if (day === dayKey(new Date(), zone)) return t('time.today', { clock });
    if (day === dayKey(new Date(Date.now() - DAY_MS), zone)) return t('time.yesterday', { clock });
    return `${formatDay(iso, zone)}, ${clock}`;
  };
  const short = (iso: string) => (dayKey(iso, zone) === dayKey(new Date(), zone) ? formatSecond(iso, zone) : moment(iso));
  const span = (ms: number) => {
    const { unit, count } = measure(ms);
    return t(`time.${unit}`, { value: count });
  };
  return { moment, short, span };
}

/** The present, drawn anew every so often while somebody waits for a moment. */
export function useNow(isTicking: boolean, every_ms = 1_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = window.setInterval(tick, every_ms);
    return () => window.clearInterval(timer);
  }, [isTicking, every_ms]);
  return now;
}
