/**
 * Lists of appointments under live events: pure functions, so that a list plus the events equals the list read again.
 */
import type { Appointment, AppointmentFilter, AppointmentStatus } from '~/api';

/** Whether a list read with this filter would hold the appointment. */
export function fitsFilter(appointment: Appointment, filter: AppointmentFilter): boolean {
  if (filter.from && appointment.start < new Date(filter.from).toISOString()) return false;
  if (filter.to && appointment.start >= new Date(filter.to).toISOString()) return false;
  if (filter.status && !filter.status.split(',').includes(appointment.status)) return false;
  if (filter.staffId && appointment.staffId !== filter.staffId) return false;
  if (filter.customerId && appointment.customerId !== filter.customerId) return false;
  return true;
}

/** Puts a changed appointment into a list, moves it, or takes it out. An older copy never replaces a newer one. */
export function placeAppointment(list: readonly Appointment[], changed: Appointment, filter: AppointmentFilter): Appointment[] {
  const known = list.find((entry) => entry.id === changed.id);
  if (known && known.updatedAt > changed.updatedAt) return [...list];
  const others = list.filter((entry) => entry.id !== changed.id);
  if (!fitsFilter(changed, filter)) return others;
  return [...others, changed].sort((a, b) => a.start.localeCompare(b.start) || a.id.localeCompare(b.id));
}

export type Move = 'confirm' | 'reject' | 'start' | 'complete' | 'cancel' | 'no-show';

const MOVES: Record<AppointmentStatus, readonly Move[]> = {
  pending: ['confirm', 'reject', 'cancel'],
  confirmed: ['start', 'complete', 'no-show', 'cancel'],
  in_progress: ['complete'],
  rejected: [],
  cancelled: [],
  completed: [],
  no_show: [],
};

/** People come early: a visit may begin so long before the agreed time. */
const EARLY_START_MS = 60 * 60_000;

/** What may be done next; the server's rules say the same and have the last word. */
export function movesFrom({ status, start }: Pick<Appointment, 'status' | 'start'>, now: Date): readonly Move[] {
  const untilStart = Date.parse(start) - now.getTime();
  return MOVES[status].filter((move) => {
    if (move === 'start') return untilStart <= EARLY_START_MS;
    if (move === 'complete') return status === 'in_progress' || untilStart <= 0;
    return move !== 'no-show' || untilStart <= 0;
  });
}

export const STATUS_AFTER: Record<Move, AppointmentStatus> = {
  confirm: 'confirmed',
  reject: 'rejected',
  start: 'in_progress',
  complete: 'completed',
  cancel: 'cancelled',
  'no-show': 'no_show',
};

/** Appointments that still take up their time. */
export function isStanding(appointment: Appointment): boolean {
  return appointment.status !== 'rejected' && appointment.status !== 'cancelled';
}
