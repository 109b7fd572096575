/** What the preferences ask the server for. */
import { queryOptions } from '@tanstack/react-query';
import { ask } from '../parts/ask';
import type { NoticeCategory } from '../routes';

/** In the order in which they are offered. */
export const WAYS = ['inapp', 'push', 'email', 'sms', 'whatsapp'] as const;
export type Way = (typeof WAYS)[number];

export interface Preferences {
  categories: Partial<Record<NoticeCategory, Record<Way, boolean>>>;
  quietHours: { enabled: boolean; from: string; to: string };
  timezone: string | null;
  language: string | null;
  digest: { enabled: boolean; at: string };
}

export const preferencesQuery = queryOptions({
  queryKey: ['notice-preferences'] as const,
  queryFn: async ({ signal }) => {
    const { data, etag } = await ask<Preferences>('GET', '/api/notifications/preferences', { signal });
    return { preferences: data, etag };
  },
});

export function savePreferences(preferences: Preferences, etag: string | null) {
  return ask<Preferences>('PUT', '/api/notifications/preferences', { body: preferences, headers: etag ? { 'If-Match': etag } : {} });
}
