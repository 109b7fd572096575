/**
 * The end of an operator's look into a business: by hand, or with the page that showed it. Its token is kept nowhere, so
 * a reload cannot go on with it; the server hears of the end in both cases, because the business reads of it in its log.
 */
import { userSession } from './session';

/** The name of the business, for the page that comes after the one that showed it. */
const ENDED_KEY = 'frontdesk.look-ended';

/** Without cookies: the look ends, and the operator's own session stays. */
function tellServer(token: string): Promise<Response> {
  return fetch('/api/auth/logout', { method: 'POST', credentials: 'omit', keepalive: true, headers: { Authorization: `Bearer ${token}` } });
}

/** Ends the look on the server; where that cannot be told, the look ends by itself after its half hour. */
async function endOnServer(): Promise<void> {
  const token = userSession.findLookToken();
  if (token) await tellServer(token).catch((error: unknown) => console.warn('the look ends by itself', error));
}

/** What is to be done with the page comes between, so that nothing of the own business is asked for in its place. */
export async function endLook(leave: () => Promise<void>): Promise<void> {
  await endOnServer();
  await leave();
  userSession.endLook();
}

/** The name of the business whose look ended with the page before this one; told once. */
export function takeEndedLook(): string | null {
  const name = sessionStorage.getItem(ENDED_KEY);
  sessionStorage.removeItem(ENDED_KEY);
  return name;
}

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => {
    if (!userSession.isLooking()) return;
    sessionStorage.setItem(ENDED_KEY, userSession.getProfile()?.team.name ?? '');
    void endOnServer();
  });
  // A page that the browser took out of its memory again has a token that is worth nothing any more.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) userSession.endLook();
  });
}
