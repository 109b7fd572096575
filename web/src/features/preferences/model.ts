/** Clock times of a day, and what a change makes of the matrix. */
import type { Preferences, Way } from './calls';
import type { NoticeCategory } from './categories';

export function sameClock(one: string, other: string): boolean {
  return one.slice(0, 5) === other.slice(0, 5);
}

/** Whether a stretch that begins at one time and ends at another goes on into the next day. */
export function crossesMidnight(from: string, to: string): boolean {
  return to.slice(0, 5) < from.slice(0, 5);
}

/** Mail about the safety of the account cannot be turned off. */
export function isLocked(category: NoticeCategory, way: Way): boolean {
  return category === 'security' && way === 'email';
}

export function setWay(categories: Preferences['categories'], category: NoticeCategory, way: Way, on: boolean): Preferences['categories'] {
  const row = categories[category];
  return row ? { ...categories, [category]: { ...row, [way]: on } } : categories;
}
