/** What the settings screens ask the server for, beside the business itself. */
import { queryOptions } from '@tanstack/react-query';
import { ask } from '~/api/ask';
import type { UserProfile } from '~/api/session';

const matching = (etag: string | null): Record<string, string> => (etag ? { 'If-Match': etag } : {});

export function changePolicy(requireTwoFactor: boolean, etag: string | null) {
  return ask('PATCH', '/api/settings/business', { body: { requireTwoFactor }, headers: matching(etag) });
}

/** The sites that may show the booking page in a frame; the whole list each time. */
export function changeEmbedOrigins(embedOrigins: string[], etag: string | null) {
  return ask('PATCH', '/api/settings/business', { body: { embedOrigins }, headers: matching(etag) });
}

export async function changeOwnProfile(change: { name: string; phone: string | null }): Promise<Pick<UserProfile, 'user'>> {
  return (await ask<Pick<UserProfile, 'user'>>('PATCH', '/api/auth/me', { body: change })).data;
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
  /** What stays unread this long is told of again. */
  againAfterHours: number;
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
