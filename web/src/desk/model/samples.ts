/** An appointment for tests, with every field filled. */
import type { Appointment } from '~/api';

export function sampleAppointment(change: Partial<Appointment> = {}): Appointment {
  return {
    id: 'appt_1', status: 'pending', customerId: 'cust_1', customer: { id: 'cust_1', name: 'Amina', email: 'amina@example.com', phone: null },
    serviceId: 'svc_1', service: 'Braids', staffId: 'user_1', staffName: 'Grace', time: '2027-05-14T07:00:00.000Z', start: '2027-05-14T07:00:00.000Z', end: '2027-05-14T10:00:00.000Z',
    timezone: 'Africa/Nairobi', durationMinutes: 180, price: { amount: 250_000, currency: 'KES' }, notes: null, reason: null, source: 'storefront', conversationId: null,
    createdAt: '2027-05-12T07:00:00.000Z', updatedAt: '2027-05-12T07:00:00.000Z', ...change,
  };
}
