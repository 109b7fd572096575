/** What the preferences ask the server for, for users and customers alike. */
import { queryOptions } from '@tanstack/react-query';
import { customerSession, userSession, type AnySession, type SessionKind } from '~/api';
import { ask } from '~/api/ask';
import type { NoticeCategory } from './categories';

/** In the order in which they are offered. */
export const WAYS = ['inapp', 'push', 'email', 'sms', 'whatsapp'] as const;
export type Way = (typeof WAYS)[number];

export interface Preferences {
  categories: Partial<Record<NoticeCategory, Record<Way, boolean>>>;
  quietHours: { enabled: boolean; from: string; to: string };
  timezone: string;
  language: string;
  digest: { enabled: boolean; at: string };
}

export interface Device {
  id: string;
  deviceName: string;
  createdAt: string;
  lastUsedAt: string | null;
  isCurrent: boolean;
}

export function sessionOf(kind: SessionKind): AnySession {
  return kind === 'user' ? userSession : customerSession;
}

export function preferencesQuery(kind: SessionKind) {
  return queryOptions({
    queryKey: ['notice-preferences', kind] as const,
    queryFn: async ({ signal }) => {
      const { data, etag } = await ask<Preferences>('GET', '/api/notifications/preferences', { signal, session: sessionOf(kind) });
      return { preferences: data, etag };
    },
  });
}

export function savePreferences(kind: SessionKind, preferences: Preferences, etag: string | null) {
  return ask<Preferences>('PUT', '/api/notifications/preferences', { body: preferences, headers: etag ? { 'If-Match': etag } : {}, session: sessionOf(kind) });
}

export function devicesQuery(kind: SessionKind) {
  return queryOptions({
    queryKey: ['push-devices', kind] as const,
    queryFn: async ({ signal }) => (await ask<{ subscriptions: Device[] }>('GET', '/api/push/subscriptions', { signal, session: sessionOf(kind) })).data.subscriptions,
  });
}

export const removeDevice = (kind: SessionKind, id: string) => ask('DELETE', `/api/push/subscriptions/${id}`, { session: sessionOf(kind) });
export const testPush = async (kind: SessionKind) => (await ask<{ sent: number; failed: number }>('POST', '/api/push/test', { session: sessionOf(kind) })).data;
