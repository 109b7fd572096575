/**
 * What somebody has read stays readable without a network: the last answer to each of the reads below is kept on the
 * device and given again while the browser is offline, under the banner that says so. It never stands in for a server that
 * is away, because nothing on the page would tell. Signing out takes it away.
 */
import type { AnySession } from './session';

/** The reads that a page cannot do without; pages of a log and searches are not among them. */
const KEPT_PATHS = [
  /^\/api\/messages\/conversations(\/[^/]+)?$/,
  /^\/api\/messages\/customers$/,
  /^\/api\/(appointments|services|providers|notifications)$/,
  /^\/api\/public\/(store-owner\/[^/]+|services)$/,
];
const ENTRIES_MAX = 80;
const BODY_CHARACTERS_MAX = 1_000_000;
/** Searches, and older or newer parts of something longer. */
const PARTIAL = ['q', 'cursor', 'before_seq', 'after_seq'];
/** Lists say these beside their rows; nothing else of the answer's head is of use later. */
const KEPT_HEADERS = ['Content-Type', 'X-Total-Count', 'Link', 'ETag'];

export interface KeptPlace {
  cache: string;
  /** An address of our own: whose it is, then what was asked. */
  key: string;
}

/** Where the answer to a request is kept; null for what is not kept. */
export function findPlace(session: AnySession | null, request: Request): KeptPlace | null {
  if (request.method !== 'GET' || typeof caches === 'undefined') return null;
  const { pathname, search, searchParams, origin } = new URL(request.url);
  if (!KEPT_PATHS.some((path) => path.test(pathname)) || PARTIAL.some((name) => searchParams.has(name))) return null;
  if (!session) return { cache: cacheName('public'), key: `${origin}/kept/anybody${pathname}${search}` };
  const owner = findOwner(session);
  return owner === null ? null : { cache: cacheName(session.kind), key: `${origin}/kept/${owner}${pathname}${search}` };
}

/** The person in their business; null while nobody is signed in or somebody looks into a business that is not theirs. */
function findOwner(session: AnySession): string | null {
  const profile = session.getProfile();
  if (!profile || session.isLooking()) return null;
  return 'user' in profile ? `${profile.team.id}/${profile.user.id}` : `${profile.business.id}/${profile.customer.id}`;
}

function cacheName(kind: 'public' | AnySession['kind']): string {
  return `frontdesk-reads-${kind}`;
}

export async function keep({ cache, key }: KeptPlace, response: Response): Promise<void> {
  try {
    const body = await response.text();
    if (body.length > BODY_CHARACTERS_MAX) return;
    const headers = new Headers();
    for (const name of KEPT_HEADERS) {
      const value = response.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const shelf = await caches.open(cache);
    // Taken out first, so that what is read often is not the oldest.
    await shelf.delete(key);
    await shelf.put(key, new Response(body, { headers }));
    const keys = await shelf.keys();
    await Promise.all(keys.slice(0, Math.max(keys.length - ENTRIES_MAX, 0)).map((old) => shelf.delete(old)));
  } catch (error) {
    // A full or forbidden storage costs reading offline and nothing else.
    console.warn('not kept for reading offline', error);
  }
}

export async function findKept({ cache, key }: KeptPlace): Promise<Response | null> {
  try {
    return (await (await caches.open(cache)).match(key)) ?? null;
  } catch {
    return null;
  }
}

/** Takes away what a person read as soon as they are signed out, in this tab or in another. */
export function forgetWithSession(session: AnySession): void {
  let wasSignedIn = session.getProfile() !== null;
  session.subscribe(() => {
    const isSignedIn = session.getProfile() !== null;
    if (wasSignedIn && !isSignedIn && typeof caches !== 'undefined') void caches.delete(cacheName(session.kind));
    wasSignedIn = isSignedIn;
  });
}
