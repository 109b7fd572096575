/** What several desk screens read: services, providers, the business, appointments. One key each, so that events find them. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { must, mustPage, userApi, userSession, useUserProfile, type AppointmentFilter, type BusinessSettings, type Role } from '~/api';

export const servicesQuery = queryOptions({
  queryKey: ['services'],
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/services', { params: { query: { limit: 200 } }, signal }))).data,
});

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: async ({ signal }) => (await must(userApi.GET('/api/providers', { signal }))).data,
});

export const businessQuery = queryOptions({
  queryKey: ['business'],
  queryFn: async ({ signal }) => {
    const call = userApi.GET('/api/settings/business', { signal });
    const { data } = await must(call);
    return { settings: data as BusinessSettings, etag: (await call).response.headers.get('ETag') };
  },
});

export const APPOINTMENTS_KEY = 'appointments';

export function appointmentsQuery(filter: AppointmentFilter) {
  return queryOptions({
    queryKey: [APPOINTMENTS_KEY, filter],
    queryFn: async ({ signal }) => (await must(userApi.GET('/api/appointments', { params: { query: filter }, signal }))).data,
  });
}

export function customersQuery(q: string, page = 1, limit = 50) {
  return queryOptions({
    queryKey: ['customers', q, page, limit],
    queryFn: async ({ signal }) => {
      const { body, total } = await mustPage(userApi.GET('/api/messages/customers', { params: { query: { ...(q ? { q } : {}), page, limit } }, signal }));
      return { rows: body.customers, total };
    },
  });
}

/** The business's zone: as last read, else as the session says. */
export function useBusinessZone(): string {
  const profile = useUserProfile();
  return profile?.team.timezone ?? 'UTC';
}

export interface Rights {
  role: Role;
  /** May change services, hours and settings, and sees everybody's appointments and conversations. */
  mayManage: boolean;
  /** May change the team and make API keys. */
  mayAdminister: boolean;
}

/** What to offer. The server decides again on every call. */
export function useRights(): Rights {
  const role = useUserProfile()?.team.role ?? 'staff';
  return { role, mayManage: role !== 'staff', mayAdminister: role === 'owner' || role === 'admin' };
}

export function useProviders() {
  return useQuery(providersQuery);
}

/** Who is signed in, as the server knows it now. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const { data } = await must(userApi.GET('/api/auth/me', { signal }));
    // What changed elsewhere, such as a confirmed address or the own role, shows here as well.
    userSession.updateProfile({ user: data.user, team: data.team });
    return data;
  },
});

/** Whether the person runs this installation, for the way to its console. */
export function useIsOperator(): boolean {
  return useQuery(meQuery).data?.operator ?? false;
}
