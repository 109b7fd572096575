/** What the house's formatters leave to the front: calendar days without a clock, and prices that may be nothing. */
import { i18next } from '~/i18n';
import { formatMoney, type MoneyLike } from '~/ui/money';
import { formatClock, formatDay, formatDayAndClock, formatDuration, formatLongDay } from '~/ui/time';

export { formatClock as time, formatDay as day, formatDayAndClock as when, formatDuration as duration };

export function price(money: MoneyLike): string {
  return money.amount === 0 ? i18next.t('front:format.free') : formatMoney(money);
}

/** `Friday, 15 May` for a calendar day, which has no zone of its own. */
export function longDay(day: string): string {
  return formatLongDay(`${day}T00:00:00Z`, 'UTC');
}

/** `May`, with the year when it is not this one. */
export function month(yearMonth: string, now = new Date()): string {
  const isThisYear = yearMonth.startsWith(String(now.getUTCFullYear()));
  const options: Intl.DateTimeFormatOptions = { month: 'long', timeZone: 'UTC', ...(isThisYear ? {} : { year: 'numeric' }) };
  return new Intl.DateTimeFormat('en-GB', options).format(new Date(`${yearMonth}-01T00:00:00Z`));
}

/** One letter of each of the first two words, for a tile where a business has no picture. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  return words.slice(0, 2).map((word) => [...word][0]?.toUpperCase() ?? '').join('');
}

const WEEKDAY_NAMES = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** The day's name by its number in the API, where 1 is Monday. */
export function weekday(number: number): string {
  const name = WEEKDAY_NAMES[number - 1];
  return name ? i18next.t(`front:weekday.${name}`) : '';
}
