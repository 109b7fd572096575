/**
 * What somebody has read stays readable without a network: the last answer to each of the reads below is kept on the
 * device and given again while the browser is offline, under the banner that says so. A page that goes on changing after
 * its answer, by what the socket brings, keeps what it shows in the answer's place (`keepShown`). None of it stands in for
 * a server that is away, because nothing on the page would tell. Signing out takes it away.
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
/** When an answer was kept; whatever is oldest goes first. */
const KEPT_AT = 'X-Kept-At';

export interface KeptPlace {
  cache: string;
  /** An address of our own: whose it is, then what was asked. */
  key: string;
}

/** Where the answer to a request is kept; null for what is not kept. */
export function findPlace(session: AnySession | null, request: Pick<Request, 'method' | 'url'>): KeptPlace | null {
  if (request.method !== 'GET' || typeof caches === 'undefined') return null;
  const { pathname, searchParams, origin } = new URL(request.url);
  // One place for one question, in whatever order it was asked.
  searchParams.sort();
  const search = `?${searchParams.toString()}`;
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

export function keep(place: KeptPlace, response: Response): Promise<void> {
  // An answer that breaks off is not one.
  const body = response.text().catch(() => null);
  const headers = new Headers();
  for (const name of KEPT_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return enqueue(async () => {
    const text = await body;
    if (text === null) return;
    // What the page shows already holds the answer, and perhaps words that came by socket while it was under way.
    const shown = shownKeys.has(place.key) ? await (await findKept(place))?.text() : undefined;
    await shelve(place, shown ?? text, headers);
  });
}

/** Where a page keeps what it shows. */
const shownKeys = new Set<string>();

/** A read as the page asked for it. */
export interface ShownRead {
  path: string;
  query: Record<string, string | number | undefined>;
}

/** Where what a page shows for a read is kept for who is signed in now; null for what is not kept. */
export function findShownPlace(session: AnySession, { path, query }: ShownRead): KeptPlace | null {
  const url = new URL(path, window.location.origin);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return findPlace(session, { method: 'GET', url: url.href });
}

/** Keeps what the page shows now in place of the answer that it started from. */
export function keepShown(place: KeptPlace, body: unknown): Promise<void> {
  const text = JSON.stringify(body);
  shownKeys.add(place.key);
  return enqueue(async () => {
    const before = await findKept(place);
    await shelve(place, text, new Headers(before?.headers ?? { 'Content-Type': 'application/json' }));
  });
}

/** What is kept is written one after another, so that an answer never overwrites what was shown after it. */
let writing: Promise<void> = Promise.resolve();

function enqueue(write: () => Promise<void>): Promise<void> {
  // A full or forbidden storage costs reading offline and nothing else.
  writing = writing.then(write).catch((error: unknown) => console.warn('not kept for reading offline', error));
  return writing;
}

async function shelve({ cache, key }: KeptPlace, body: string, headers: Headers): Promise<void> {
  if (body.length > BODY_CHARACTERS_MAX) return;
  const shelf = await caches.open(cache);
  headers.set(KEPT_AT, String(Date.now()));
  // In one step: a page that is closed now leaves the old answer or the new one, never none.
  await shelf.put(key, new Response(body, { headers }));
  const keys = await shelf.keys();
  if (keys.length <= ENTRIES_MAX) return;
  const ages = await Promise.all(keys.map(async (entry) => ({ entry, at: Number((await shelf.match(entry))?.headers.get(KEPT_AT) ?? 0) })));
  ages.sort((one, other) => one.at - other.at);
  await Promise.all(ages.slice(0, keys.length - ENTRIES_MAX).map(({ entry }) => shelf.delete(entry)));
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
    if (wasSignedIn && !isSignedIn && typeof caches !== 'undefined') {
      const shelves = caches;
      shownKeys.clear();
      void enqueue(async () => void (await shelves.delete(cacheName(session.kind))));
    }
    wasSignedIn = isSignedIn;
  });
}
