import { describe, expect, it, vi } from 'vitest';
import { Problem, type Message } from '~/api';
import { Outbox, OUTBOX_ENTRIES_MAX, type OutboxDraft, type OutboxEntry, type OutboxParts } from './outbox';
import { sampleMessage } from './samples';

const draft: OutboxDraft = { conversationId: 'conv_1', appointmentId: null, content: 'hello', attachments: [], replyTo: null };
const offline = new Problem({ code: 'OFFLINE', detail: 'offline' });
const refused = new Problem({ code: 'CONVERSATION_CLOSED', detail: 'This conversation is closed.', status: 409 });

function makeStorage() {
  const map = new Map<string, string>();
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
    key: (index: number) => [...map.keys()][index] ?? null,
    get length() {
      return map.size;
    },
  };
}

function open(send: (entry: OutboxEntry) => Promise<Message>, storage = makeStorage(), alone?: OutboxParts['alone']) {
  const planned: (() => void)[] = [];
  const sent: string[] = [];
  const outbox = new Outbox({
    storage,
    storageKey: 'outbox',
    send,
    onSent: (_message, entry) => sent.push(entry.content),
    schedule: (task) => planned.push(task),
    ...(alone ? { alone } : {}),
  });
  return { outbox, storage, planned, sent };
}

const acked = () => Promise.resolve(sampleMessage(1));

describe('the outbox', () => {
  it('lets a message go once it is acknowledged', async () => {
    const { outbox, sent, storage } = open(acked);
    outbox.add(draft);
    await vi.waitFor(() => expect(sent).toEqual(['hello']));
    expect(outbox.getEntries()).toEqual([]);
    expect(storage.length).toBe(0);
  });

  it('keeps a message written offline and sends it with the same key later', async () => {
    const keys: string[] = [];
    let online = false;
    const { outbox, planned, sent } = open((entry) => {
      keys.push(entry.clientMessageId);
      return online ? acked() : Promise.reject(offline);
    });
    outbox.add(draft);
    await vi.waitFor(() => expect(planned).toHaveLength(1));
    expect(outbox.getEntries()[0]?.state).toBe('waiting');
    online = true;
    outbox.flush();
    await vi.waitFor(() => expect(sent).toEqual(['hello']));
    expect(new Set(keys).size).toBe(1);
  });

  it('survives a reload, also of a message that was on its way', async () => {
    const first = open(() => new Promise<Message>(() => undefined));
    first.outbox.add(draft);
    expect(first.outbox.getEntries()[0]?.state).toBe('sending');
    const second = open(acked, first.storage);
    expect(second.outbox.getEntries()[0]).toMatchObject({ content: 'hello', state: 'waiting' });
    second.outbox.flush();
    await vi.waitFor(() => expect(second.sent).toEqual(['hello']));
  });

  it('sends one conversation in the order it was written', async () => {
    const order: string[] = [];
    const { outbox, sent } = open(async (entry) => {
      order.push(entry.content);
      return sampleMessage(1);
    });
    for (const content of ['one', 'two', 'three']) outbox.add({ ...draft, content });
    await vi.waitFor(() => expect(sent).toHaveLength(3));
    expect(order).toEqual(['one', 'two', 'three']);
  });

  it('holds later messages back while an earlier one cannot get through', async () => {
    const order: string[] = [];
    const { outbox, planned } = open((entry) => {
      order.push(entry.content);
      return Promise.reject(offline);
    });
    outbox.add({ ...draft, content: 'one' });
    outbox.add({ ...draft, content: 'two' });
    await vi.waitFor(() => expect(planned).toHaveLength(1));
    expect(order).toEqual(['one']);
  });

  it('marks a refused message failed with the reason, and goes on with the next', async () => {
    const { outbox, sent } = open((entry) => (entry.content === 'bad' ? Promise.reject(refused) : acked()));
    outbox.add({ ...draft, content: 'bad' });
    outbox.add({ ...draft, content: 'good' });
    await vi.waitFor(() => expect(sent).toEqual(['good']));
    expect(outbox.getEntries()).toMatchObject([{ content: 'bad', state: 'failed', reason: 'This conversation is closed.' }]);
  });

  it('tries a failed message again when asked, and forgets it when told to', async () => {
    let refuse = true;
    const { outbox, sent } = open(() => (refuse ? Promise.reject(refused) : acked()));
    outbox.add(draft);
    await vi.waitFor(() => expect(outbox.getEntries()[0]?.state).toBe('failed'));
    refuse = false;
    outbox.retry(outbox.getEntries()[0]!.clientMessageId);
    await vi.waitFor(() => expect(sent).toEqual(['hello']));
    outbox.add(draft);
    outbox.discard(outbox.getEntries()[0]!.clientMessageId);
    expect(outbox.getEntries()).toEqual([]);
  });

  it('settles a message whose ack was lost but which the transcript shows', async () => {
    const { outbox, planned } = open(() => Promise.reject(offline));
    outbox.add(draft);
    await vi.waitFor(() => expect(planned).toHaveLength(1));
    outbox.settle([sampleMessage(1, { clientMessageId: outbox.getEntries()[0]!.clientMessageId })]);
    expect(outbox.getEntries()).toEqual([]);
  });

  it('is bounded, and says so before a text is lost', () => {
    const { outbox } = open(() => new Promise<Message>(() => undefined));
    for (let count = 0; count < OUTBOX_ENTRIES_MAX; count += 1) expect(outbox.add(draft)).toBe(true);
    expect(outbox.add(draft)).toBe(false);
  });
});

/** One task of a name at a time, as the browser's locks give it. */
function makeLocks(): NonNullable<OutboxParts['alone']> {
  const last = new Map<string, Promise<void>>();
  return (name, task) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(task);
    last.set(name, turn);
    return turn;
  };
}

describe('the outbox of two tabs', () => {
  const refuseAll = () => Promise.reject(offline);

  it('keeps what each of them wrote, in the order of writing', async () => {
    const one = open(refuseAll);
    const other = open(refuseAll, one.storage);
    one.outbox.add({ ...draft, content: 'from one' });
    other.outbox.add({ ...draft, content: 'from the other' });
    await vi.waitFor(() => expect(other.planned).toHaveLength(1));
    const next = open(acked, one.storage);
    next.outbox.flush();
    await vi.waitFor(() => expect(next.sent).toEqual(['from one', 'from the other']));
    expect(one.storage.length).toBe(0);
  });

  it('shows what the other wrote, and sends it when that one is gone', async () => {
    const one = open(() => new Promise<Message>(() => undefined));
    const other = open(acked, one.storage);
    one.outbox.add(draft);
    const key = `outbox.${one.outbox.getEntries()[0]!.clientMessageId}`;
    other.outbox.follow('outbox2.else');
    expect(other.outbox.getEntries()).toEqual([]);
    other.outbox.follow(key);
    expect(other.outbox.getEntries()).toMatchObject([{ content: 'hello', state: 'waiting' }]);
    expect(one.outbox.getEntries()[0]?.state).toBe('sending');
    other.planned[0]!();
    await vi.waitFor(() => expect(other.sent).toEqual(['hello']));
    one.outbox.follow(key);
    expect(one.outbox.getEntries()).toEqual([]);
  });

  it('sends each entry once, one tab at a time', async () => {
    const storage = makeStorage();
    const locks = makeLocks();
    let isOnline = false;
    const asked: string[] = [];
    const send = (entry: OutboxEntry) => {
      if (!isOnline) return refuseAll();
      asked.push(entry.content);
      return acked();
    };
    const one = open(send, storage, locks);
    const other = open(send, storage, locks);
    one.outbox.add({ ...draft, content: 'first' });
    other.outbox.add({ ...draft, content: 'second' });
    await vi.waitFor(() => expect(one.planned.length + other.planned.length).toBeGreaterThan(1));
    isOnline = true;
    one.outbox.flush();
    other.outbox.flush();
    await vi.waitFor(() => expect(storage.length).toBe(0));
    expect(asked).toEqual(['first', 'second']);
  });

  it('does not bring back what the other took away', async () => {
    let fail = (_problem: Problem): void => undefined;
    const one = open(() => new Promise<Message>((_resolve, reject) => (fail = reject)));
    one.outbox.add(draft);
    const other = open(acked, one.storage);
    other.outbox.discard(other.outbox.getEntries()[0]!.clientMessageId);
    fail(offline);
    await vi.waitFor(() => expect(one.outbox.getEntries()).toEqual([]));
    expect(one.storage.length).toBe(0);
  });

  it('takes up the one list that all entries lay in before', () => {
    const storage = makeStorage();
    const old = ['one', 'two'].map((content, index) => ({ ...draft, content, clientMessageId: `key-${index}`, createdAt: `2026-01-0${index + 1}T00:00:00.000Z`, state: 'sending', reason: null }));
    storage.setItem('outbox', JSON.stringify(old));
    expect(open(acked, storage).outbox.getEntries()).toMatchObject([{ content: 'one', state: 'waiting' }, { content: 'two', state: 'waiting' }]);
    expect(storage.getItem('outbox')).toBeNull();
    expect(storage.length).toBe(2);
  });

  it('leaves the text with its author when the storage is full', () => {
    const storage = { ...makeStorage(), length: 0, setItem: () => { throw new Error('full'); } };
    const { outbox } = open(acked, storage);
    expect(outbox.add(draft)).toBe(false);
    expect(outbox.getEntries()).toEqual([]);
  });
});
