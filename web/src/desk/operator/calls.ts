/** What the operator's console asks the server for. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Role, Team } from '~/api';
import { ask } from '~/api/ask';

export interface Tenant {
  id: string;
  name: string;
  slug: string;
  owner: { id?: string; name: string; email: string } | null;
  members: number;
  customers: number;
  createdAt: string;
  lastActiveAt: string | null;
  suspendedAt: string | null;
  suspendedReason: string | null;
}

export interface TenantMember {
  id: string;
  name: string;
  email: string;
  role: Role;
  suspendedAt: string | null;
}

export interface TenantDetail extends Tenant {
  team: TenantMember[];
}

export interface Overview {
  tenants: number;
  users: number;
  customers: number;
  sockets: number;
  queue: { waiting: number; dead: number };
  database: { kind: string; sizeBytes: number | null };
  version: string;
  /** Seconds. */
  uptime: number;
}

export type TenantStatus = 'active' | 'suspended';

const PAGE_ROWS = 50;
export const OVERVIEW_EVERY_MS = 10_000;

export const overviewQuery = queryOptions({
  queryKey: ['operator-overview'] as const,
  refetchInterval: OVERVIEW_EVERY_MS,
  queryFn: async ({ signal }) => (await ask<Overview>('GET', '/api/operator/overview', { signal })).data,
});

export const TENANTS_KEY = 'operator-tenants';

export function tenantsQuery(q: string, status: TenantStatus | null) {
  return infiniteQueryOptions({
    queryKey: [TENANTS_KEY, q, status] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = new URLSearchParams({ page: String(pageParam), limit: String(PAGE_ROWS), ...(q ? { q } : {}), ...(status ? { status } : {}) });
      const { data } = await ask<{ tenants: Tenant[]; total?: number }>('GET', `/api/operator/tenants?${query}`, { signal });
      return { rows: data.tenants, total: data.total ?? null };
    },
    initialPageParam: 1,
    getNextPageParam: (last, all) => (last.rows.length < PAGE_ROWS ? null : all.length + 1),
  });
}

export const tenantQuery = (id: string) => queryOptions({
  queryKey: ['operator-tenant', id] as const,
  queryFn: async ({ signal }) => (await ask<TenantDetail>('GET', `/api/operator/tenants/${id}`, { signal })).data,
});

export const suspendTenant = (id: string, reason: string) => ask('POST', `/api/operator/tenants/${id}/suspend`, { body: { reason } });
export const resumeTenant = (id: string) => ask('POST', `/api/operator/tenants/${id}/resume`, { body: {} });
export const suspendUser = (id: string, reason: string) => ask('POST', `/api/operator/users/${id}/suspend`, { body: { reason } });
export const resumeUser = (id: string) => ask('POST', `/api/operator/users/${id}/resume`, { body: {} });
export const lookInto = async (id: string, reason: string) => (await ask<{ accessToken: string; expiresIn: number; team: Team }>('POST', `/api/operator/tenants/${id}/impersonate`, { body: { reason } })).data;
