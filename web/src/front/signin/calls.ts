/** The ways a customer proves who they are. None of them takes a token, so all go out as a stranger's. */
import { customerSession, must, newKey, publicApi, type CustomerSession } from '~/api';
import type { Factor } from '~/features/security';

export async function signInWithPassword(inviteCode: string, email: string, password: string, factor?: Factor): Promise<void> {
  const { data } = await must(publicApi.POST('/api/customers/auth/login', { body: { inviteCode, email: email.trim(), password, ...factor } }));
  customerSession.start(data);
}

export interface NewAccount {
  name: string;
  email: string;
  password: string;
  phone: string;
}

export async function createAccount(inviteCode: string, account: NewAccount): Promise<void> {
  const phone = account.phone.trim();
  const body = {
    inviteCode,
    name: account.name.trim(),
    email: account.email.trim(),
    password: account.password,
    ...(phone ? { phone } : {}),
  };
  const { data } = await must(publicApi.POST('/api/customers/auth/register', { body }));
  customerSession.start(data);
}

export interface Guest {
  name: string;
  email: string;
  phone: string;
}

/** A known e-mail is never taken over: then nobody is signed in, and its owner gets a link by mail. */
export async function continueAsGuest(inviteCode: string, guest: Guest): Promise<'signedIn' | 'linkSent'> {
  const email = guest.email.trim();
  const phone = guest.phone.trim();
  const body = { inviteCode, name: guest.name.trim(), ...(email ? { email } : {}), ...(phone ? { phone } : {}) };
  const { data } = await must(publicApi.POST('/api/customers/auth/guest', { body, headers: { 'Idempotency-Key': newKey() } }));
  if (!isSession(data)) return 'linkSent';
  customerSession.start(data);
  return 'signedIn';
}

function isSession(data: object): data is CustomerSession {
  return 'accessToken' in data;
}

export async function sendSignInLink(inviteCode: string, email: string): Promise<void> {
  await must(publicApi.POST('/api/customers/auth/link', { body: { inviteCode, email: email.trim() } }));
}

export async function verifySignInLink(token: string): Promise<CustomerSession> {
  const { data } = await must(publicApi.POST('/api/customers/auth/link/verify', { body: { token } }));
  customerSession.start(data);
  return data;
}
