import { afterEach, describe, expect, it, vi } from 'vitest';
import { userSession } from './session';
import type { UserSession } from './types';

const signedIn = { user: { id: 'user_1' }, team: { id: 'biz_1' }, accessToken: 'token', expiresIn: 1 } as unknown as UserSession;

function answer(status: number, code: string, detail: string) {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ code, detail, status }), { status }));
}

describe('a session whose renewal is refused', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    userSession.end('signed-out');
  });

  it('keeps the words of a business that was closed, for the sign-in to show', async () => {
    userSession.start(signedIn);
    answer(403, 'BUSINESS_SUSPENDED', 'This business is closed for now: unpaid.');
    await expect(userSession.refresh()).rejects.toMatchObject({ code: 'BUSINESS_SUSPENDED' });
    expect(userSession.getProfile()).toBeNull();
    expect(userSession.getEndReason()).toBe('closed');
    expect(userSession.getEndWords()).toBe('This business is closed for now: unpaid.');
    userSession.start(signedIn);
    expect(userSession.getEndWords()).toBeNull();
  });

  it('goes on without cookies in a frame of another site, as long as the page stands', async () => {
    const sent: unknown[] = [];
    vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
      sent.push(JSON.parse(body));
      return new Response(JSON.stringify({ data: { ...signedIn, refreshToken: 'second' } }));
    });
    userSession.start({ ...signedIn, refreshToken: 'first' });
    await userSession.refresh();
    const frame = vi.spyOn(window, 'top', 'get').mockReturnValue({} as Window);
    userSession.start({ ...signedIn, refreshToken: 'first' });
    await userSession.refresh();
    await userSession.refresh();
    frame.mockRestore();
    expect(sent).toEqual([{}, { refreshToken: 'first' }, { refreshToken: 'second' }]);
  });

  it('is over without more words where its time was up', async () => {
    userSession.start(signedIn);
    answer(401, 'INVALID_REFRESH_TOKEN', 'Sign in again.');
    await expect(userSession.refresh()).rejects.toMatchObject({ status: 401 });
    expect(userSession.getEndReason()).toBe('expired');
    expect(userSession.getEndWords()).toBeNull();
  });
});
