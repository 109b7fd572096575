/** Live events of the desk change the cached lists in place, through the reducers that the tests run. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { Appointment, AppointmentFilter } from '~/api';
import { useLiveEvent, userLive } from '~/live';
import { placeAppointment } from './model/appointments';
import { APPOINTMENTS_KEY } from './queries';

/** Shows a changed appointment in every list that holds it or should. */
export function showAppointment(client: QueryClient, appointment: Appointment): void {
  for (const [key, list] of client.getQueriesData<Appointment[]>({ queryKey: [APPOINTMENTS_KEY] })) {
    if (Array.isArray(list)) client.setQueryData(key, placeAppointment(list, appointment, (key[1] ?? {}) as AppointmentFilter));
  }
}

const EVENTS = ['appointment_created', 'appointment_updated', 'appointment_confirmed', 'appointment_rejected', 'appointment_completed', 'appointment_cancelled'] as const;

export function useAppointmentEvents(): void {
  const client = useQueryClient();
  const take = ({ appointment }: { appointment: Appointment }) => {
    if (appointment?.id) showAppointment(client, appointment);
  };
  useLiveEvent(userLive, EVENTS[0], take);
  useLiveEvent(userLive, EVENTS[1], take);
  useLiveEvent(userLive, EVENTS[2], take);
  useLiveEvent(userLive, EVENTS[3], take);
  useLiveEvent(userLive, EVENTS[4], take);
  useLiveEvent(userLive, EVENTS[5], take);
}
