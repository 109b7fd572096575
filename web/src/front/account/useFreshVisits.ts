/** The business confirms, moves or calls off a visit while its customer looks at it: the list is read again then. */
import { useQueryClient } from '@tanstack/react-query';
import { customerLive, useLiveEvent } from '~/live';

export function useFreshVisits(): void {
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: ['front', 'appointments'] });
  useLiveEvent(customerLive, 'appointment_created', refresh);
  useLiveEvent(customerLive, 'appointment_updated', refresh);
  useLiveEvent(customerLive, 'appointment_confirmed', refresh);
  useLiveEvent(customerLive, 'appointment_rejected', refresh);
  useLiveEvent(customerLive, 'appointment_completed', refresh);
  useLiveEvent(customerLive, 'appointment_cancelled', refresh);
}
