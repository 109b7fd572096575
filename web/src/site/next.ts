/**
 * Where a sign-in leads: an address is written by anybody, so only a page of the desk or of the console, or an invitation
 * to a desk, on this very site, may follow.
 */
const DESK = /^\/((dashboard|operator)(\/|$)|invitation$)/;

/** The path, query and fragment of a page of the desk; nothing for another site, another area, or what is no address. */
export function parseNext(next: unknown, origin: string): string | undefined {
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, origin)) return undefined;
  // Read as a browser reads it: "//elsewhere" and "/\\elsewhere" name another site, "/dashboard/../x" another area.
  const url = new URL(next, origin);
  return url.origin === origin && DESK.test(url.pathname) ? url.pathname + url.search + url.hash : undefined;
}
