import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '~/api';
import { customerSession, fetchAs, findShownPlace, keepShown } from '~/api';
import { conversationsKey } from '../conversations';
import { sampleConversation, sampleMessage } from '../model/samples';
import type { Chat } from './chat';
import { keepLists, keepThread, KEPT_MESSAGES_MAX, PAGE_CONVERSATIONS } from './keptShown';
import { ThreadEngine } from './threadEngine';

const signIn = (id: string) => customerSession.start({ customer: { id, name: 'Amina' }, business: { id: 'biz_1' }, accessToken: 'token', expiresIn: 900 } as unknown as Parameters<typeof customerSession.start>[0]);
const putAway = () => document.dispatchEvent(new Event('visibilitychange'));

let shelf: Map<string, Response>;
beforeEach(() => {
  shelf = new Map();
  const opened = {
    put: async (key: string, response: Response) => void shelf.set(key, response),
    match: async (key: string) => shelf.get(key)?.clone(),
    delete: async (key: string) => shelf.delete(key),
    keys: async () => [...shelf.keys()],
  };
  vi.stubGlobal('caches', { open: async () => opened, delete: async () => (shelf.clear(), true) });
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('Failed to fetch')));
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  signIn('cust_1');
});
afterEach(() => {
  customerSession.end('signed-out');
  vi.unstubAllGlobals();
});

/** A thread whose first page has one message. */
function openThread() {
  const engine = new ThreadEngine({ findOutbox: () => null } as unknown as Chat, 'conv_1');
  keepThread(customerSession, engine);
  engine.take({ type: 'newest_page', messages: [sampleMessage(1)], hasOlder: false, conversation: sampleConversation() });
  return engine;
}

/** What a reload without a network reads. */
async function readOffline(address: string) {
  const answer = await fetchAs(customerSession, new Request(`${window.location.origin}${address}`));
  return answer.json() as Promise<{ messages: Message[]; hasMore: boolean; conversations: { id: string }[] }>;
}
const THREAD = '/api/messages/conversations/conv_1?limit=50';
const seqs = (messages: readonly Message[]) => messages.map((message) => message.seq);

describe('a thread read again without a network', () => {
  it('has what came and went by socket after its page', async () => {
    const engine = openThread();
    engine.take({ type: 'message', message: sampleMessage(2, { content: 'mine' }) });
    engine.take({ type: 'message', message: sampleMessage(3, { content: 'their answer' }) });
    engine.take({ type: 'message_updated', message: sampleMessage(2, { content: '', isDeleted: true }) });
    putAway();
    await vi.waitFor(async () => expect(seqs((await readOffline(THREAD)).messages)).toEqual([1, 2, 3]));
    expect((await readOffline(THREAD)).messages[1]).toMatchObject({ content: '', isDeleted: true });
  });

  it('has no more than its newest messages and says that there are older ones', async () => {
    const engine = openThread();
    engine.take({ type: 'caught_up', messages: Array.from({ length: KEPT_MESSAGES_MAX + 4 }, (_, index) => sampleMessage(index + 2)) });
    putAway();
    await vi.waitFor(() => expect(shelf.size).toBe(1));
    const { messages, hasMore } = await readOffline(THREAD);
    expect([messages.length, messages.at(-1)?.seq, hasMore]).toEqual([KEPT_MESSAGES_MAX, KEPT_MESSAGES_MAX + 5, true]);
  });

  it('is kept for nobody else who signed in meanwhile', async () => {
    openThread();
    signIn('cust_2');
    putAway();
    // What is kept is written in order: once this is there, all that came before it was written.
    await keepShown(findShownPlace(customerSession, { path: '/api/services', query: {} })!, {});
    expect([...shelf.keys()].filter((key) => !key.includes('/api/services'))).toEqual([]);
  });
});

describe('lists read again without a network', () => {
  const query = { status: 'active' } as const;
  const rows = Array.from({ length: PAGE_CONVERSATIONS + 1 }, (_, index) => sampleConversation({ id: `conv_${1000 + index}` }));

  it('are cut into the pages in which they are asked for', async () => {
    const client = new QueryClient();
    client.setQueryData(conversationsKey('customer', query, 'cust_1'), { pages: [rows], pageParams: [1] });
    keepLists(customerSession, client, 'cust_1');
    await vi.waitFor(() => expect(shelf.size).toBe(2));
    expect((await readOffline('/api/messages/conversations?status=active&page=1&limit=100')).conversations).toHaveLength(PAGE_CONVERSATIONS);
    expect((await readOffline('/api/messages/conversations?status=active&page=2&limit=100')).conversations.map(({ id }) => id)).toEqual(['conv_1000']);
  });

  it('leave out what another person asked for', () => {
    const client = new QueryClient();
    client.setQueryData(conversationsKey('customer', query, 'cust_2'), { pages: [rows], pageParams: [1] });
    keepLists(customerSession, client, 'cust_1');
    expect(shelf.size).toBe(0);
  });
});
