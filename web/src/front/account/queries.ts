/** A customer's own things: visits, details, and the devices they are signed in on. */
import { queryOptions } from '@tanstack/react-query';
import { customerApi, customerSession, must, newKey } from '~/api';

const VISITS_MAX = 200;

/** The customer is part of each key: whoever signs in next in this tab never sees what was read for the one before. */
export function visitsQuery(customerId: string) {
  return queryOptions({
    queryKey: ['front', 'appointments', customerId],
    queryFn: async ({ signal }) => {
      const params = { query: { limit: VISITS_MAX } };
      return (await must(customerApi.GET('/api/appointments', { params, signal }))).data;
    },
  });
}

export async function cancelVisit(id: string, reason: string) {
  const body = reason.trim() ? { reason: reason.trim() } : {};
  return (await must(customerApi.PUT('/api/appointments/{id}/cancel', { params: { path: { id } }, body }))).data;
}

export async function saveDetails(details: { name: string; phone: string }): Promise<void> {
  const phone = details.phone.trim();
  const body = { name: details.name.trim(), ...(phone ? { phone } : {}) };
  const { data } = await must(customerApi.PATCH('/api/customers/auth/me', { body }));
  customerSession.updateProfile({ customer: data.customer });
}

/** The server is told first; without an answer the browser forgets all the same, which is what was asked for. */
export async function signOut(): Promise<void> {
  try {
    await must(customerApi.POST('/api/customers/auth/logout', { headers: { 'Idempotency-Key': newKey() } }));
  } catch (fault) {
    console.warn('the server could not be told about the sign-out', fault);
  } finally {
    customerSession.end('signed-out');
  }
}
