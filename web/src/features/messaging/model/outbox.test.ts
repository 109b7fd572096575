import { describe, expect, it, vi } from 'vitest';
import { Problem, type Message } from '~/api';
import { Outbox, OUTBOX_ENTRIES_MAX, type OutboxDraft, type OutboxEntry } from './outbox';
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
  };
}

function open(send: (entry: OutboxEntry) => Promise<Message>, storage = makeStorage()) {
  const planned: (() => void)[] = [];
  const sent: string[] = [];
  const outbox = new Outbox({
    storage,
    storageKey: 'outbox',
    send,
    onSent: (_message, entry) => sent.push(entry.content),
    schedule: (task) => planned.push(task),
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
    expect(storage.getItem('outbox')).toBeNull();
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
