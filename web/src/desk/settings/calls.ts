/** What the settings screens ask the server for, beside the business itself. */
import { queryOptions } from '@tanstack/react-query';
import { ask } from '~/api/ask';

const matching = (etag: string | null): Record<string, string> => (etag ? { 'If-Match': etag } : {});

export function changePolicy(requireTwoFactor: boolean, etag: string | null) {
  return ask('PATCH', '/api/settings/business', { body: { requireTwoFactor }, headers: matching(etag) });
}

export function uploadLogo(file: File) {
  const body = new FormData();
  body.append('file', file);
  return ask('POST', '/api/settings/business/logo', { body });
}

export function removeLogo() {
  return ask('DELETE', '/api/settings/business/logo');
}

export interface ReachBack {
  enabled: boolean;
  afterMinutes: number;
}

export interface Reach {
  /** Telling those who are away of messages they have not read. */
  reachBack: ReachBack;
  /** Reminding customers of their appointments. */
  appointmentReminder: { enabled: boolean; hoursBefore: number };
}

export const reachQuery = queryOptions({
  queryKey: ['settings-notifications'] as const,
  queryFn: async ({ signal }) => {
    const { data, etag } = await ask<Reach>('GET', '/api/settings/notifications', { signal });
    return { reach: data, etag };
  },
});

export function changeReach(reach: Reach, etag: string | null) {
  return ask<Reach>('PUT', '/api/settings/notifications', { body: reach, headers: matching(etag) });
}
