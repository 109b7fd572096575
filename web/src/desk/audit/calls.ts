/** What the audit log's screen asks the server for. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ask } from '~/api/ask';

export type ActorKind = 'user' | 'customer' | 'key' | 'system' | 'operator';

export interface AuditEntry {
  id: string;
  at: string;
  actor: { id: string | null; name: string | null; kind: ActorKind };
  action: string;
  object: { id: string | null; kind: string | null; label?: string | null };
  details: Record<string, unknown> | null;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
  ip: string | null;
  userAgent?: string | null;
}

export interface AuditFilter {
  actor?: string;
  action?: string;
  from?: string;
  to?: string;
}

const PAGE_ROWS = 50;

export function auditQuery(filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', filter] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({ ...filter, limit: String(PAGE_ROWS), ...(pageParam ? { cursor: pageParam } : {}) });
      const { data } = await ask<{ entries: AuditEntry[]; nextCursor: string | null }>('GET', `/api/audit?${query}`, { signal });
      return { rows: data.entries, next: data.nextCursor };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
}

export const auditActionsQuery = queryOptions({
  queryKey: ['audit-actions'] as const,
  queryFn: async ({ signal }) => (await ask<{ actions: string[] }>('GET', '/api/audit/actions', { signal })).data.actions,
});
