import { afterEach, describe, expect, it, vi } from 'vitest';
import { endLook, takeEndedLook } from './look';
import { userSession } from './session';
import type { UserSession } from './types';

const own = { user: { id: 'user_1' }, team: { id: 'biz_1', name: 'House' }, accessToken: 'own', expiresIn: 900 } as unknown as UserSession;
const other = { ...own, team: { id: 'biz_2', name: 'Salon Amara' }, accessToken: 'look' } as unknown as UserSession;

function listenToServer() {
  const sent: [string, RequestInit][] = [];
  vi.stubGlobal('fetch', async (url: string, options: RequestInit) => {
    sent.push([url, options]);
    return new Response(null, { status: 204 });
  });
  return sent;
}

describe('an operator’s look', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    userSession.end('signed-out');
    sessionStorage.clear();
  });

  it('ends on the server with the page that showed it, and the next page can say so once', () => {
    const sent = listenToServer();
    userSession.start(own);
    userSession.look(other);
    window.dispatchEvent(new Event('pagehide'));
    expect(sent).toMatchObject([['/api/auth/logout', { method: 'POST', credentials: 'omit', keepalive: true, headers: { Authorization: 'Bearer look' } }]]);
    expect(takeEndedLook()).toBe('Salon Amara');
    expect(takeEndedLook()).toBeNull();
  });

  it('is the only session that ends with a page', () => {
    const sent = listenToServer();
    userSession.start(own);
    window.dispatchEvent(new Event('pagehide'));
    expect(sent).toEqual([]);
    expect(takeEndedLook()).toBeNull();
  });

  it('ends by hand after the server heard of it and its screen was left', async () => {
    const sent = listenToServer();
    userSession.start(own);
    userSession.look(other);
    await endLook(async () => {
      expect(sent).toHaveLength(1);
      expect(userSession.isLooking()).toBe(true);
    });
    expect(userSession.getProfile()?.team.id).toBe('biz_1');
    expect(takeEndedLook()).toBeNull();
  });

  it('is over on a page that the browser shows again from its memory', () => {
    listenToServer();
    userSession.start(own);
    userSession.look(other);
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    expect(userSession.isLooking()).toBe(false);
  });
});
