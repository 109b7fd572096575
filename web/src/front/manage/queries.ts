/** One booking, opened by the secret in its link instead of a sign-in. */
import { queryOptions } from '@tanstack/react-query';
import { must, newKey, publicApi } from '~/api';

export function managedBookingQuery(token: string) {
  return queryOptions({
    queryKey: ['front', 'managed', token],
    queryFn: ({ signal }) => must(publicApi.GET('/api/public/appointments/manage', { params: { query: { token } }, signal })),
  });
}

export function cancelManaged(token: string, reason: string) {
  const body = { token, ...(reason.trim() ? { reason: reason.trim() } : {}) };
  const headers = { 'Idempotency-Key': newKey() };
  return must(publicApi.POST('/api/public/appointments/manage/cancel', { body, headers }));
}

/** The key makes sending the same wish again safe. */
export function moveManaged(token: string, time: string, idempotencyKey: string) {
  const headers = { 'Idempotency-Key': idempotencyKey };
  return must(publicApi.POST('/api/public/appointments/manage/reschedule', { body: { token, time }, headers }));
}
