/** Free days, free times and the one write of a booking. */
import { queryOptions } from '@tanstack/react-query';
import { customerApi, must, publicApi, type PublicAppointmentAnswer, type PublicAppointmentBody } from '~/api';
import type { BookingContact, BookingDraft } from './draft';

/** Free times age fast: somebody else may be booking right now. */
const FRESH_MS = 15_000;

export interface Choice {
  code: string;
  serviceId: string;
  staffId: string | null;
  /** The link of a booking that looks for another time: its own length and provider count, and its own time is free. */
  moving?: string | undefined;
}

export function freeDaysQuery(choice: Choice, month: string) {
  return queryOptions({
    queryKey: ['front', 'freeDays', choice.code, choice.serviceId, choice.staffId, month, choice.moving],
    queryFn: ({ signal }) => {
      if (choice.moving) return must(publicApi.GET('/api/public/appointments/manage/availability/days', { params: { query: { token: choice.moving, month } }, signal }));
      const params = { query: { ...choiceSearch(choice), month } };
      return must(publicApi.GET('/api/public/availability/days', { params, signal }));
    },
    staleTime: FRESH_MS,
  });
}

export function freeTimesQuery(choice: Choice, date: string) {
  return queryOptions({
    queryKey: ['front', 'freeTimes', choice.code, choice.serviceId, choice.staffId, date, choice.moving],
    queryFn: ({ signal }) => {
      if (choice.moving) return must(publicApi.GET('/api/public/appointments/manage/availability', { params: { query: { token: choice.moving, date } }, signal }));
      const params = { query: { ...choiceSearch(choice), date } };
      return must(publicApi.GET('/api/public/availability', { params, signal }));
    },
    staleTime: FRESH_MS,
  });
}

function choiceSearch({ code, serviceId, staffId }: Choice) {
  return { inviteCode: code, service: serviceId, ...(staffId ? { staff: staffId } : {}) };
}

/** What is empty is left out: the server refuses an empty phone as a wrong one. */
export function bookingBody(inviteCode: string, draft: BookingDraft): PublicAppointmentBody | null {
  const { serviceId, slot, staffId, contact } = draft;
  if (!serviceId || !slot) return null;
  const staff = staffId ? { staff: staffId } : {};
  return { inviteCode, service: serviceId, time: slot.start, ...staff, ...namedContact(contact) };
}

function namedContact(contact: BookingContact) {
  const phone = contact.phone.trim();
  const notes = contact.notes.trim();
  return {
    customerName: contact.name.trim(),
    customerEmail: contact.email.trim(),
    ...(phone ? { customerPhone: phone } : {}),
    ...(notes ? { notes } : {}),
  };
}

/**
 * The key makes sending the same words again safe, whatever became of the first answer. Somebody signed in with this
 * business books as themselves; a customer of another business is a stranger here.
 */
export function sendBooking(body: PublicAppointmentBody, idempotencyKey: string, asCustomer: boolean): Promise<PublicAppointmentAnswer> {
  const api = asCustomer ? customerApi : publicApi;
  return must(api.POST('/api/public/appointments', { body, headers: { 'Idempotency-Key': idempotencyKey } }));
}
