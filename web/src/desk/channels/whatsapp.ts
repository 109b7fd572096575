/** The phone that a business pairs: where it stands, and the code to scan, followed live. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { must, toProblem, userApi, useUserProfile } from '~/api';
import { useLiveEvent, userLive, useLiveState } from '~/live';

/** Without a socket the state is asked for this often while somebody looks at a code. */
const POLL_MS = 4_000;

async function readStatus(business: string, signal: AbortSignal) {
  return must(userApi.GET('/whatsapp/status/{customerId}', { params: { path: { customerId: business } }, signal })).catch((error: unknown) => {
    // A server that pairs no phones has no such address.
    if (toProblem(error).status === 404) return null;
    throw error;
  });
}

export type PhoneStatus = NonNullable<Awaited<ReturnType<typeof readStatus>>>;

function statusQuery(business: string) {
  return queryOptions({ queryKey: ['whatsapp', business], queryFn: ({ signal }) => readStatus(business, signal) });
}

interface Told {
  customer_id?: string;
  status?: PhoneStatus['status'];
  timestamp?: string;
  reason?: string | null;
  qr?: string;
}

/** What a live event leaves of the state that was known. */
export function applyTold(known: PhoneStatus | null | undefined, told: Told, status: PhoneStatus['status']): PhoneStatus | null | undefined {
  if (!known) return known;
  if (known.last_updated && told.timestamp && told.timestamp < known.last_updated) return known;
  return { ...known, status, reason: told.reason ?? null, last_updated: told.timestamp ?? known.last_updated };
}

export function usePhone() {
  const business = useUserProfile()?.team.id ?? '';
  const client = useQueryClient();
  const live = useLiveState(userLive);
  const { queryKey } = statusQuery(business);
  const codeKey = ['whatsapp-code', business];
  const query = useQuery({ ...statusQuery(business), refetchInterval: ({ state }) => (live !== 'live' && state.data?.status === 'qr_ready' ? POLL_MS : false) });
  // Only what was asked for here or told since: reading the code starts a session, which nobody may do by looking.
  const code = useQuery<string | null>({ queryKey: codeKey, queryFn: () => null, enabled: false, initialData: null });
  const pair = useMutation({
    mutationFn: () => must(userApi.GET('/whatsapp/qr/{customerId}', { params: { path: { customerId: business } } })),
    onSuccess: ({ qr_code, status }) => {
      client.setQueryData(codeKey, qr_code);
      client.setQueryData<PhoneStatus | null>(queryKey, (known) => known && { ...known, status, reason: null });
    },
  });
  const logOut = useMutation({
    mutationFn: () => must(userApi.POST('/whatsapp/logout/{customerId}', { params: { path: { customerId: business } } })),
    onSuccess: () => {
      client.setQueryData(codeKey, null);
      return client.invalidateQueries({ queryKey });
    },
  });
  const hear = (told: Told, status: PhoneStatus['status'] | undefined) => {
    if (told?.customer_id !== business || !status) return;
    client.setQueryData(codeKey, status === 'qr_ready' ? (told.qr ?? null) : null);
    client.setQueryData<PhoneStatus | null>(queryKey, (known) => applyTold(known, told, status));
  };
  useLiveEvent<Told>(userLive, 'whatsapp:qr_generated', (told) => hear(told, 'qr_ready'));
  const follow = (told: Told) => hear(told, told?.status);
  useLiveEvent(userLive, 'whatsapp:client_ready', follow);
  useLiveEvent(userLive, 'whatsapp:client_authenticated', follow);
  useLiveEvent(userLive, 'whatsapp:client_auth_failed', follow);
  useLiveEvent(userLive, 'whatsapp:client_disconnected', follow);
  useLiveEvent(userLive, 'whatsapp:client_logged_out', follow);
  return { query, code: code.data, pair, logOut };
}
