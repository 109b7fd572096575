/**
 * The typed client: one for the business side, one for customers, one for strangers.
 *
 * A call is `await must(userApi.GET('/api/services'))`; it gives the answer's body or throws a `Problem`.
 */
import createClient, { type Client } from 'openapi-fetch';
import { findKept, findPlace, forgetWithSession, keep } from './keptReads';
import type { paths } from './schema';
import { CODE_UNREADABLE, parseProblem, Problem, toProblem } from './problem';
import { customerSession, userSession, type AnySession } from './session';

const REQUEST_TIMEOUT_MS = 20_000;

/** As `sendAs`; without a network the last answer to the same read is given again, where one is kept. */
export async function fetchAs(session: AnySession | null, request: Request): Promise<Response> {
  const place = findPlace(session, request);
  if (!place) return sendAs(session, request);
  try {
    const response = await sendAs(session, request);
    // Who signed out while it was on its way leaves nothing behind.
    if (response.ok && findPlace(session, request)?.key === place.key) void keep(place, response.clone());
    return response;
  } catch (error) {
    const kept = navigator.onLine ? null : await findKept(place);
    if (kept) return kept;
    throw error;
  }
}

/** Sends a request as the session's person; a token refused once is renewed once, and the request repeated. */
async function sendAs(session: AnySession | null, request: Request): Promise<Response> {
  const again = request.clone();
  const token = session ? await session.findToken() : null;
  const response = await sendWith(request, token);
  if (response.status !== 401 || !session || !token) return response;
  const renewed = await session.refresh();
  return sendWith(again, renewed);
}

async function sendWith(request: Request, token: string | null): Promise<Response> {
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  return fetch(request, { signal: AbortSignal.any([request.signal, timeout]) });
}

function createApi(session: AnySession | null): Client<paths> {
  return createClient<paths>({
    baseUrl: typeof window === 'undefined' ? '' : window.location.origin,
    credentials: 'include',
    fetch: (request) => fetchAs(session, request),
  });
}

forgetWithSession(userSession);
forgetWithSession(customerSession);

export const userApi = createApi(userSession);
export const customerApi = createApi(customerSession);
export const publicApi = createApi(null);
export type Api = Client<paths>;

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of a good answer; anything else is thrown as a `Problem`. */
export async function must<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch((error: unknown) => {
    throw isAbort(error) ? error : toProblem(error);
  });
  if (answer.error !== undefined || !answer.response.ok) throw parseProblem(answer.error, answer.response);
  // 204 says all there is to say; the calls that may get it look at nothing in the body.
  if (answer.data === undefined && answer.response.status !== 204) {
    throw new Problem({ code: CODE_UNREADABLE, detail: 'The server sent an empty answer.', status: answer.response.status });
  }
  return answer.data as T;
}

/** As `must`, with the headers that a list puts beside its rows. */
export async function mustPage<T>(call: Promise<Answer<T>>): Promise<{ body: T; total: number | null }> {
  const answer = await call.catch((error: unknown) => {
    throw isAbort(error) ? error : toProblem(error);
  });
  const body = await must(Promise.resolve(answer));
  const total = answer.response.headers.get('X-Total-Count');
  return { body, total: total === null ? null : Number(total) };
}

/** As `must`, for a growing log: with the cursor of the next page, which stands in the `Link` header. */
export async function mustSlice<T>(call: Promise<Answer<T>>): Promise<{ body: T; next: string | null }> {
  const answer = await call.catch((error: unknown) => {
    throw isAbort(error) ? error : toProblem(error);
  });
  const body = await must(Promise.resolve(answer));
  return { body, next: parseNextCursor(answer.response.headers.get('Link')) };
}

export function parseNextCursor(link: string | null): string | null {
  const target = /<([^>]*)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return target ? new URL(target, 'http://any').searchParams.get('cursor') : null;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** A key that makes a repeated write the same write. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  // Plain http on a phone in the same network is no secure context and has no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
