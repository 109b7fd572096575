/** What a customer may still do with a booking, decided from its state and the clock. */
import type { Appointment } from '~/api';

type Standing = Pick<Appointment, 'status' | 'start' | 'end'>;

/** A customer may still move or give up a visit that has not begun. */
export function isCancellable({ status, start }: Standing, now: Date): boolean {
  return (status === 'pending' || status === 'confirmed') && Date.parse(start) > now.getTime();
}

export function isUpcoming({ status, end }: Standing, now: Date): boolean {
  const stands = status === 'pending' || status === 'confirmed' || status === 'in_progress';
  return stands && Date.parse(end) > now.getTime();
}

/** The next visit first; what is over, the latest first. */
export function splitByTime<T extends Standing>(visits: readonly T[], now: Date): { upcoming: T[]; past: T[] } {
  const upcoming = visits.filter((visit) => isUpcoming(visit, now));
  const past = visits.filter((visit) => !isUpcoming(visit, now));
  upcoming.sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  past.sort((a, b) => Date.parse(b.start) - Date.parse(a.start));
  return { upcoming, past };
}
