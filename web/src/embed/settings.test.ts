import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { baseOf, FrontdeskError, openTokens, readSettings } from './settings';

const answers = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', answers);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answers.mockReset();
});

const answer = (body: unknown, status = 200): void => void answers.mockResolvedValueOnce(new Response(JSON.stringify(body), { status }));

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const fault = await promise.then(() => null, (error: unknown) => error);
  return fault instanceof FrontdeskError ? fault.code : `no refusal but ${String(fault)}`;
}

describe('the tag of a script', () => {
  it('says where Frontdesk is, or else it is where the script came from', () => {
    const script = document.createElement('script');
    script.src = 'https://desk.example.com/assets/js/websocket-sidebar.js';
    script.dataset['tokenUrl'] = '/token.php';
    expect(readSettings(script)).toEqual({ token: undefined, tokenUrl: '/token.php', url: 'https://desk.example.com' });
    script.dataset['url'] = 'https://other.example.com/x';
    expect(baseOf(readSettings(script))).toBe('https://other.example.com');
  });
});

describe('a token', () => {
  it('is none without being named', () => expect(openTokens({})).toBeNull());

  it('from the tag is taken as it is, but never an API key', async () => {
    expect(await openTokens({ token: 'a.b.c' })?.get()).toBe('a.b.c');
    expect(await codeOf(openTokens({ token: 'fdk_0123' })?.get() ?? Promise.resolve())).toBe('API_KEY_IN_PAGE');
  });

  it('from an address is fetched once and again before it ends', async () => {
    const tokens = openTokens({ tokenUrl: '/token.php' });
    answer({ token: 'first', expires_in: 600 });
    expect(await Promise.all([tokens?.get(), tokens?.get()])).toEqual(['first', 'first']);
    expect(String(answers.mock.calls[0]?.[0])).toBe(new URL('/token.php', document.baseURI).href);
    vi.advanceTimersByTime(539_000);
    expect(await tokens?.get()).toBe('first');
    vi.advanceTimersByTime(2_000);
    answer({ token: 'second' });
    expect(await tokens?.get()).toBe('second');
    tokens?.forget();
    answer({ token: 'third' });
    expect(await tokens?.get()).toBe('third');
    expect(answers).toHaveBeenCalledTimes(3);
  });

  it('that cannot be had is asked for again the next time', async () => {
    const tokens = openTokens({ tokenUrl: '/token.php' });
    if (!tokens) throw new Error('there is an address');
    answer({}, 500);
    expect(await codeOf(tokens.get())).toBe('NO_TOKEN');
    answer({ nothing: 1 });
    expect(await codeOf(tokens.get())).toBe('NO_TOKEN');
    answers.mockRejectedValueOnce(new TypeError('offline'));
    expect(await codeOf(tokens.get())).toBe('NO_TOKEN');
    answer({ token: 'fdk_secret' });
    expect(await codeOf(tokens.get())).toBe('API_KEY_IN_PAGE');
    answer({ token: 'good' });
    expect(await tokens.get()).toBe('good');
  });
});
