/** What the team's screens ask the server for. */
import { queryOptions } from '@tanstack/react-query';
import type { Role } from '~/api';
import { ask } from '~/api/ask';

export interface Member {
  id: string;
  userId: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: string;
  lastSeenAt: string | null;
  /** Absent where the server does not tell. */
  twoFactorEnabled?: boolean;
  hasPasskey?: boolean;
  suspended?: boolean;
  isYou: boolean;
}

export interface Invitation {
  id: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  createdAt: string;
  expiresAt: string;
  /** Whether the link works; `inviter_gone`: who sent it left, or may not give this role any more. */
  state: 'open' | 'expired' | 'inviter_gone';
}

export interface RoleLine {
  role: Role;
  title: string;
  description: string;
}

export interface RightLine {
  right: string;
  title: string;
  description: string;
  roles: Role[];
}

export const teamQuery = queryOptions({
  queryKey: ['team'] as const,
  queryFn: async ({ signal }) => (await ask<{ members: Member[]; invitations: Invitation[] }>('GET', '/api/team', { signal })).data,
});

export const rolesQuery = queryOptions({
  queryKey: ['team-roles'] as const,
  staleTime: 60 * 60_000,
  queryFn: async ({ signal }) => (await ask<{ roles: RoleLine[]; rights: RightLine[] }>('GET', '/api/team/roles', { signal })).data,
});

export const invite = (body: { email: string; role: Role; name?: string }) => ask('POST', '/api/team/invitations', { body });
export const resendInvitation = (id: string) => ask('POST', `/api/team/invitations/${id}/resend`);
export const withdrawInvitation = (id: string) => ask('DELETE', `/api/team/invitations/${id}`);
export const changeRole = (userId: string, role: Role) => ask('PUT', `/api/team/${userId}`, { body: { role } });
export const removeMember = (userId: string) => ask('DELETE', `/api/team/${userId}`);
/** The code is sent where the own account asks for one. */
export const transferOwnership = (userId: string, password: string, code: string) => ask('POST', '/api/team/transfer', { body: { userId, password, ...(code ? { code } : {}) } });
