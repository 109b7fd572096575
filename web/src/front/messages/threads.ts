/** Which threads a customer can open: the general one always, one per visit that is talked about or asked for. */
import type { Appointment, Conversation } from '~/api';
import { isUpcoming } from '../model';

export interface CustomerThread {
  /** `null` is the general thread with the business. */
  appointmentId: string | null;
  conversation: Conversation | null;
  visit: Appointment | null;
  unread: number;
}

/** The general thread first, then visits by their last word, and those nobody wrote about yet at the end. */
export function listThreads(
  conversations: readonly Conversation[],
  visits: readonly Appointment[],
  wantedAppointmentId: string | null,
  now: Date,
): CustomerThread[] {
  const direct = conversations.find(({ type }) => type === 'direct') ?? null;
  const threads: CustomerThread[] = [{ appointmentId: null, conversation: direct, visit: null, unread: direct?.unreadCount ?? 0 }];
  const visitsById = new Map(visits.map((visit) => [visit.id, visit]));
  for (const conversation of conversations) {
    const { appointmentId, unreadCount } = conversation;
    if (conversation.type !== 'appointment' || !appointmentId) continue;
    const visit = visitsById.get(appointmentId) ?? null;
    threads.push({ appointmentId, conversation, visit, unread: unreadCount });
  }
  const isListed = (id: string) => threads.some(({ appointmentId }) => appointmentId === id);
  const silent = visits.filter((visit) => !isListed(visit.id) && (visit.id === wantedAppointmentId || isUpcoming(visit, now)));
  for (const visit of silent) threads.push({ appointmentId: visit.id, conversation: null, visit, unread: 0 });
  // A visit named by a link is offered even before, or without, its details.
  if (wantedAppointmentId && !isListed(wantedAppointmentId)) {
    threads.push({ appointmentId: wantedAppointmentId, conversation: null, visit: null, unread: 0 });
  }
  return threads;
}
