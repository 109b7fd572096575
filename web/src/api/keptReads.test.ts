import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fetchAs } from './client';
import { findPlace, findShownPlace, keepShown } from './keptReads';
import { customerSession } from './session';

/** As much of the browser's caches as is used. */
function makeCaches() {
  const shelves = new Map<string, Map<string, Response>>();
  return {
    shelves,
    open: async (name: string) => {
      const shelf = shelves.get(name) ?? new Map<string, Response>();
      shelves.set(name, shelf);
      return {
        put: async (key: string, response: Response) => void shelf.set(key, response),
        match: async (key: string) => shelf.get(key)?.clone(),
        delete: async (key: string) => shelf.delete(key),
        keys: async () => [...shelf.keys()],
      };
    },
    delete: async (name: string) => shelves.delete(name),
  };
}

const CONVERSATIONS = `${window.location.origin}/api/messages/conversations?page=1`;
const person = (id: string) => ({ customer: { id, name: 'Amina' }, business: { id: 'biz_1' }, accessToken: 'token', expiresIn: 900 }) as unknown as Parameters<typeof customerSession.start>[0];
let known: ReturnType<typeof makeCaches>;
let online: boolean;

beforeEach(() => {
  known = makeCaches();
  online = true;
  vi.stubGlobal('caches', known);
  vi.spyOn(navigator, 'onLine', 'get').mockImplementation(() => online);
  vi.stubGlobal('fetch', vi.fn(async () => {
    if (!online) throw new TypeError('Failed to fetch');
    return new Response('{"conversations":["read before"]}', { headers: { 'Content-Type': 'application/json', 'X-Total-Count': '1' } });
  }));
  customerSession.start(person('cust_1'));
});
afterEach(() => {
  customerSession.end('signed-out');
  vi.unstubAllGlobals();
});

const ask = (address = CONVERSATIONS) => fetchAs(customerSession, new Request(address));
const readOnce = async () => {
  await (await ask()).text();
  await vi.waitFor(() => expect(known.shelves.get('frontdesk-reads-customer')?.size).toBe(1));
};

describe('reading without a network', () => {
  it('gives what was read before, with its counts', async () => {
    await readOnce();
    online = false;
    const answer = await ask();
    expect(await answer.text()).toContain('read before');
    expect(answer.headers.get('X-Total-Count')).toBe('1');
  });

  it('never stands in for a server that is away', async () => {
    await readOnce();
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('Failed to fetch'))));
    await expect(ask()).rejects.toThrow('Failed to fetch');
  });

  it('shows nobody what another person read on the same device', async () => {
    await readOnce();
    customerSession.start(person('cust_2'));
    online = false;
    await expect(ask()).rejects.toThrow();
  });

  it('forgets at the sign-out', async () => {
    await readOnce();
    customerSession.end('signed-out');
    await vi.waitFor(() => expect(known.shelves.has('frontdesk-reads-customer')).toBe(false));
  });

  it('gives what the page showed last, with the counts of the answer before', async () => {
    await readOnce();
    const place = findShownPlace(customerSession, { path: '/api/messages/conversations', query: { page: 1, status: undefined } });
    await keepShown(place!, { conversations: ['came by socket'] });
    online = false;
    const answer = await ask();
    expect(await answer.json()).toEqual({ conversations: ['came by socket'] });
    expect(answer.headers.get('X-Total-Count')).toBe('1');
  });

  it('keeps what the page shows when an answer arrives that was under way before', async () => {
    await readOnce();
    const place = findShownPlace(customerSession, { path: '/api/messages/conversations', query: { page: 1 } });
    await keepShown(place!, { conversations: ['came by socket'] });
    await (await ask()).text();
    // Written in order: once this is there, the answer was.
    await keepShown(findShownPlace(customerSession, { path: '/api/services', query: {} })!, {});
    online = false;
    expect(await (await ask()).json()).toEqual({ conversations: ['came by socket'] });
  });

  it('replaces what is kept in one step, so that a page closed half way loses nothing', async () => {
    await readOnce();
    const shelf = await caches.open('frontdesk-reads-customer');
    const taken = vi.fn();
    vi.spyOn(known, 'open').mockResolvedValue({ ...shelf, delete: taken } as unknown as Awaited<ReturnType<typeof known.open>>);
    await (await ask()).text();
    await keepShown(findPlace(customerSession, new Request(CONVERSATIONS))!, { conversations: ['shown'] });
    expect(taken).not.toHaveBeenCalled();
    expect(known.shelves.get('frontdesk-reads-customer')?.size).toBe(1);
  });

  it('keeps the latest when there is too much', async () => {
    const threadOf = (n: number) => findPlace(customerSession, new Request(`${window.location.origin}/api/messages/conversations/conv_${n}`))!;
    const clock = vi.spyOn(Date, 'now');
    for (let n = 0; n < 80; n += 1) {
      clock.mockReturnValue(1000 + n);
      await keepShown(threadOf(n), { n });
    }
    clock.mockReturnValue(2000);
    await keepShown(threadOf(0), { n: 'again' });
    await keepShown(threadOf(80), { n: 80 });
    clock.mockRestore();
    const keys = [...(known.shelves.get('frontdesk-reads-customer')?.keys() ?? [])];
    expect(keys).toHaveLength(80);
    expect(keys).toContain(threadOf(0).key);
    expect(keys).not.toContain(threadOf(1).key);
  });

  it('finds the same question asked in another order', () => {
    const [one, other] = ['limit=100&page=1', 'page=1&limit=100'].map((query) => findPlace(customerSession, new Request(`http://localhost/api/messages/conversations?${query}`))?.key);
    expect(one).toBe(other);
  });

  it('leaves nothing of what was still to be written at the sign-out', async () => {
    const place = findShownPlace(customerSession, { path: '/api/messages/conversations', query: { page: 1 } });
    const written = keepShown(place!, { conversations: [] });
    customerSession.end('signed-out');
    await written;
    await vi.waitFor(() => expect(known.shelves.has('frontdesk-reads-customer')).toBe(false));
  });

  it('keeps neither searches nor parts of something longer, nor what is written', () => {
    expect(findPlace(customerSession, new Request(CONVERSATIONS))).not.toBeNull();
    for (const address of [`${CONVERSATIONS}&q=amina`, 'http://localhost/api/messages/conversations/conv_1?before_seq=9', 'http://localhost/api/auth/me']) {
      expect(findPlace(customerSession, new Request(address))).toBeNull();
    }
    expect(findPlace(customerSession, new Request(CONVERSATIONS, { method: 'POST' }))).toBeNull();
  });
});
