import { describe, expect, it } from 'vitest';
import { Problem, type Message } from '~/api';
import { Outbox } from '../model/outbox';
import { buildRows } from '../model/rows';
import { sampleConversation, sampleMessage } from '../model/samples';
import type { ThreadAction } from '../model/thread';
import type { Chat } from './chat';
import { ThreadEngine } from './threadEngine';

/** A thread with one message of mine written, whose acknowledgement was lost with the connection. */
async function writeAndLose() {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key), key: (index: number) => [...kept.keys()][index] ?? null, get length() { return kept.size; } };
  const outbox = new Outbox({ storage, storageKey: 'outbox', send: async () => Promise.reject(new Problem({ code: 'NO_ANSWER', detail: 'lost' })), onSent: () => undefined, schedule: () => undefined });
  const engine = new ThreadEngine({ findOutbox: () => outbox } as unknown as Chat, 'conv_1');
  engine.take({ type: 'newest_page', messages: [sampleMessage(1)], hasOlder: false, conversation: sampleConversation() });
  outbox.add({ conversationId: 'conv_1', appointmentId: null, content: 'are you there?', attachments: [], replyTo: null });
  await Promise.resolve();
  const mine = sampleMessage(2, { content: 'are you there?', clientMessageId: outbox.getEntries()[0]!.clientMessageId });
  const rows = () => buildRows({ messages: engine.getView().messages, pending: outbox.getEntries(), cards: [], firstUnreadSeq: null });
  return { engine, outbox, mine, rows };
}

describe('a message of mine whose acknowledgement was lost', () => {
  const ways: [string, (mine: Message) => ThreadAction[]][] = [
    ['live and again by replay', (mine) => [{ type: 'message', message: mine }, { type: 'message', message: { ...mine } }]],
    ['live and again by catching up', (mine) => [{ type: 'message', message: mine }, { type: 'caught_up', messages: [{ ...mine }] }]],
    ['by catching up alone', (mine) => [{ type: 'caught_up', messages: [mine] }]],
    ['with the newest page and again live', (mine) => [{ type: 'newest_page', messages: [sampleMessage(1), mine], hasOlder: false, conversation: sampleConversation() }, { type: 'message', message: { ...mine } }]],
  ];

  it.each(ways)('that comes %s is there once and no longer on its way', async (_, actionsFor) => {
    const { engine, outbox, mine, rows } = await writeAndLose();
    expect(rows().map((row) => row.kind)).toEqual(['message', 'pending']);
    for (const action of actionsFor(mine)) engine.take(action);
    expect(rows().map((row) => row.kind)).toEqual(['message', 'message']);
    expect(outbox.getEntries()).toEqual([]);
  });
});
