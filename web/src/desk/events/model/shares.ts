/** Which parts of an event's bar are which. Pure. */
import type { EventRow } from '~/api';

export type Shares = Pick<EventRow, 'deliveries' | 'progress' | 'status'>;

/** Hundredths of the bar: what went out, what was given up, what was called off. */
export function sharesOf(event: Shares): { done: number; lost: number; calledOff: number } {
  const { total, failed, cancelled } = event.deliveries;
  const part = (count: number) => (total > 0 ? (count * 100) / total : 0);
  const lost = total > 0 ? part(failed) : event.status === 'failed' ? event.progress : 0;
  const calledOff = part(cancelled);
  return { done: Math.max(0, event.progress - lost - calledOff), lost, calledOff };
}
