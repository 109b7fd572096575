/** Everything about one customer in one line of time, the newest first. Pure. */
import type { Appointment, Delivery } from '~/api';

export type Moment = { key: string; at: string } & ({ kind: 'visit'; appointment: Appointment } | { kind: 'told'; delivery: Delivery });

/** A visit stands where it takes place, a word of ours where it was sent. What is in both lists of one person is there once. */
export function mergeTimeline(appointments: readonly Appointment[], deliveries: readonly Delivery[]): Moment[] {
  const moments = new Map<string, Moment>();
  for (const appointment of appointments) moments.set(appointment.id, { key: appointment.id, at: appointment.start, kind: 'visit', appointment });
  for (const delivery of deliveries) moments.set(delivery.id, { key: delivery.id, at: delivery.created_at, kind: 'told', delivery });
  return [...moments.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || a.key.localeCompare(b.key));
}
