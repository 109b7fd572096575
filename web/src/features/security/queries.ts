/** What the security screens read. The person is part of each key, so that nobody sees what was read for another. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { account, type AccountKind } from './account';

export function twoFactorQuery(kind: AccountKind, personId: string) {
  return queryOptions({ queryKey: ['security', kind, personId, '2fa'], queryFn: ({ signal }) => account.twoFactor(kind, signal) });
}

export function addressQuery(kind: AccountKind, personId: string) {
  return queryOptions({ queryKey: ['security', kind, personId, 'address'], queryFn: ({ signal }) => account.ownAddress(kind, signal) });
}

export function devicesQuery(kind: AccountKind, personId: string) {
  return queryOptions({ queryKey: ['security', kind, personId, 'devices'], queryFn: ({ signal }) => account.devices(kind, signal) });
}

export function passkeysQuery(kind: AccountKind, personId: string) {
  return queryOptions({ queryKey: ['security', kind, personId, 'passkeys'], queryFn: ({ signal }) => account.passkeys(kind, signal) });
}

export function historyQuery(kind: AccountKind, personId: string) {
  return infiniteQueryOptions({
    queryKey: ['security', kind, personId, 'history'],
    initialPageParam: null as string | null,
    queryFn: ({ signal, pageParam }) => account.history(kind, pageParam, signal),
    getNextPageParam: (last) => last.nextCursor ?? null,
  });
}
