/** When a key ends, as people choose it. */
import { addDays, dayKey, fromWallClock } from '~/ui';

export const CHOICES = ['never', 'days30', 'days90', 'year', 'date'] as const;
export type Choice = (typeof CHOICES)[number];

const DAYS = { days30: 30, days90: 90, year: 365 } as const;

/** The instant after which it is refused: the end of its last day where the business is. */
export function expiryOf(choice: Choice, day: string | null, zone: string, now = new Date()): string | null {
  if (choice === 'never') return null;
  const last = choice === 'date' ? day : addDays(dayKey(now, zone), DAYS[choice]);
  return last ? fromWallClock(`${addDays(last, 1)} 00:00:00`, zone) : null;
}
