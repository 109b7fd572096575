/**
 * The calls around one's own account. Users and customers have the same ones under two paths, so one function serves both;
 * what differs is whose session goes with them.
 */
import { customerSession, must, userSession, type AnySession, type CustomerProfile, type UserProfile } from '~/api';
import { fetchAs } from '~/api/client';
import type { Factor } from './signin/SecondFactor';
import type { AttemptPage, BackupCodeSet, DeviceRow, FreshProof, Invitation, OidcProvider, OwnAddress, Passkey, PasskeyChallenge, RestoredAddress, TwoFactorSetup, TwoFactorStatus } from './types';

export type AccountKind = 'user' | 'customer';

const PATHS: Record<AccountKind, string> = { user: '/api/auth', customer: '/api/customers/auth' };
const SESSIONS: Record<AccountKind, AnySession> = { user: userSession, customer: customerSession };
/** As many attempts as are read at a time. */
const HISTORY_PAGE = 20;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

async function send<T>(session: AnySession | null, method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const request = new Request(new URL(path, window.location.origin), {
    method,
    credentials: 'include',
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    ...(signal ? { signal } : {}),
  });
  const answered = fetchAs(session, request).then(async (response) => {
    const answer = (await response.json().catch(() => null)) as { data?: T } | null;
    return response.ok ? { data: answer?.data as T, response } : { error: answer, response };
  });
  return must<T>(answered);
}

function own<T>(kind: AccountKind, method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  return send<T>(SESSIONS[kind], method, `${PATHS[kind]}/${path}`, body, signal);
}

function anybody<T>(kind: AccountKind, method: Method, path: string, body?: unknown): Promise<T> {
  return send<T>(null, method, `${PATHS[kind]}/${path}`, body);
}

/** Which business a customer's call means; users need none. */
export interface Realm {
  inviteCode?: string;
}

export interface ResetProof {
  token?: string;
  email?: string;
  code?: string;
}

/** How somebody joins: as themselves, who are signed in; with a new account; or with the account they have, by its password. */
export type Joining = null | { name: string; password: string } | ({ password: string } & Partial<Record<'code' | 'backupCode', string>>);

export const account = {
  forgotPassword: (kind: AccountKind, realm: Realm, email: string) => anybody<unknown>(kind, 'POST', 'forgot-password', { ...realm, email }),
  resetPassword: (kind: AccountKind, realm: Realm, proof: ResetProof, password: string) => anybody<unknown>(kind, 'POST', 'reset-password', { ...realm, ...proof, password }),
  verifyEmail: (kind: AccountKind, realm: Realm, token: string) => anybody<unknown>(kind, 'POST', 'verify-email', { ...realm, token }),
  sendVerification: (kind: AccountKind) => own<unknown>(kind, 'POST', 'send-verification'),
  changePassword: (kind: AccountKind, currentPassword: string, newPassword: string) =>
    own<unknown>(kind, 'PUT', 'password', { ...(currentPassword ? { currentPassword } : {}), newPassword }),

  ownAddress: (kind: AccountKind, signal?: AbortSignal) => own<OwnAddress>(kind, 'GET', 'email', undefined, signal),
  changeAddress: (kind: AccountKind, email: string, proof: FreshProof) => own<OwnAddress>(kind, 'POST', 'email', { email, ...proof }),
  keepAddress: (kind: AccountKind) => own<OwnAddress>(kind, 'DELETE', 'email'),
  confirmAddress: (kind: AccountKind, realm: Realm, token: string) => anybody<{ email: string }>(kind, 'POST', 'email/confirm', { ...realm, token }),
  restoreAddress: (kind: AccountKind, realm: Realm, token: string) => anybody<RestoredAddress>(kind, 'POST', 'email/restore', { ...realm, token }),
  /** Whoever is signed in here may be the one whose address has changed. */
  rereadOwn: async (kind: AccountKind) => {
    if (!SESSIONS[kind].getProfile()) return;
    if (kind === 'user') userSession.updateProfile({ user: (await own<Pick<UserProfile, 'user'>>('user', 'GET', 'me')).user });
    else customerSession.updateProfile({ customer: (await own<Pick<CustomerProfile, 'customer'>>('customer', 'GET', 'me')).customer });
  },

  twoFactor: (kind: AccountKind, signal?: AbortSignal) => own<TwoFactorStatus>(kind, 'GET', '2fa/status', undefined, signal),
  /** A sign-in of long ago is asked for a proof: the refusal names what is missing. */
  setUpTwoFactor: (kind: AccountKind, proof: FreshProof) => own<TwoFactorSetup>(kind, 'POST', '2fa/setup', proof),
  confirmTwoFactor: (kind: AccountKind, code: string) => own<{ enabled: boolean }>(kind, 'POST', '2fa/verify', { code }),
  disableTwoFactor: (kind: AccountKind, password: string, code: string) => own<{ enabled: boolean }>(kind, 'POST', '2fa/disable', { ...(password ? { password } : {}), code }),
  renewBackupCodes: (kind: AccountKind, password: string, code: string) => own<BackupCodeSet>(kind, 'POST', '2fa/backup-codes', { ...(password ? { password } : {}), code }),

  devices: async (kind: AccountKind, signal?: AbortSignal) => (await own<{ sessions: DeviceRow[] }>(kind, 'GET', 'sessions', undefined, signal)).sessions,
  endDevice: (kind: AccountKind, id: string) => own<unknown>(kind, 'DELETE', `sessions/${encodeURIComponent(id)}`),
  history: (kind: AccountKind, cursor: string | null, signal?: AbortSignal) =>
    own<AttemptPage>(kind, 'GET', `login-history?${new URLSearchParams({ limit: String(HISTORY_PAGE), ...(cursor ? { cursor } : {}) })}`, undefined, signal),

  passkeys: async (kind: AccountKind, signal?: AbortSignal) => (await own<{ passkeys: Passkey[] }>(kind, 'GET', 'passkeys', undefined, signal)).passkeys,
  /** Asks for a proof like setting up a second factor. */
  startPasskey: (kind: AccountKind, proof: FreshProof) => own<PasskeyChallenge>(kind, 'POST', 'passkeys/register/start', proof),
  finishPasskey: (kind: AccountKind, challengeId: string, credential: unknown, name: string) => own<{ passkey: Passkey }>(kind, 'POST', 'passkeys/register/finish', { challengeId, credential, name }),
  renamePasskey: (kind: AccountKind, id: string, name: string) => own<unknown>(kind, 'PATCH', `passkeys/${encodeURIComponent(id)}`, { name }),
  removePasskey: (kind: AccountKind, id: string) => own<unknown>(kind, 'DELETE', `passkeys/${encodeURIComponent(id)}`),
  startPasskeySignIn: (kind: AccountKind, realm: Realm, email: string) => anybody<PasskeyChallenge>(kind, 'POST', 'passkeys/login/start', { ...realm, ...(email ? { email } : {}) }),
  finishPasskeySignIn: <T>(kind: AccountKind, realm: Realm, challengeId: string, credential: unknown) =>
    anybody<T>(kind, 'POST', 'passkeys/login/finish', { ...realm, challengeId, credential }),

  oidcProviders: async () => (await anybody<{ providers: OidcProvider[] }>('user', 'GET', 'oidc/providers')).providers,
  finishOidc: <T>(kind: AccountKind, realm: Realm, code: string, factor: Factor | null) => anybody<T>(kind, 'POST', 'oidc/finish', { ...realm, code, ...nameFactor(factor) }),

  invitation: (token: string) => send<Invitation>(null, 'GET', `/api/invitations/${encodeURIComponent(token)}`),
  /** With the session of whoever is signed in, since that may be who is invited. */
  acceptInvitation: <T>(token: string, joining: Joining) => send<T>(joining ? null : userSession, 'POST', '/api/invitations/accept', { token, ...joining }),
};

/** `code` is the other house's word here, so the app's code has another name. */
function nameFactor(factor: Factor | null): object {
  if (factor === null) return {};
  return 'code' in factor ? { twoFactorCode: factor.code } : factor;
}

/** Where a browser goes to sign in at another house. */
export function startOfOther(kind: AccountKind, provider: string, realm: Realm, next: string | undefined): string {
  const query = new URLSearchParams({ ...realm, ...(next ? { next } : {}) });
  return `${PATHS[kind]}/oidc/${encodeURIComponent(provider)}/start${query.size > 0 ? `?${query}` : ''}`;
}

export function emailOf(kind: AccountKind): string {
  if (kind === 'user') return userSession.getProfile()?.user.email ?? '';
  return customerSession.getProfile()?.customer.email ?? '';
}
