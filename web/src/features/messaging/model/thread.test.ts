import { describe, expect, it } from 'vitest';
import type { Message } from '~/api';
import { sampleConversation, sampleMessage } from './samples';
import { EMPTY_THREAD, findContiguousSeq, hasGap, reduceThread, TYPING_MS, type ThreadAction, type ThreadState } from './thread';

const conversation = sampleConversation();

function load(messages: Message[], hasOlder = false): ThreadState {
  return reduceThread(EMPTY_THREAD, { type: 'newest_page', messages, hasOlder, conversation });
}

function apply(state: ThreadState, actions: ThreadAction[]): ThreadState {
  return actions.reduce(reduceThread, state);
}

/** A generator with a fixed seed, so that a failing order can be seen again. */
function makeRandom(seed: number): () => number {
  let value = seed;
  return () => {
    value = (value * 1664525 + 1013904223) % 4294967296;
    return value / 4294967296;
  };
}

describe('events on an older snapshot', () => {
  const at = '2027-05-12T10:00:00.000Z';
  const events: ThreadAction[] = [
    { type: 'message', message: sampleMessage(4) },
    { type: 'status', upToSeq: 4, status: 'delivered', by: 'cust_1', at },
    { type: 'message', message: sampleMessage(5) },
    { type: 'message_updated', message: sampleMessage(2, { content: 'edited', editedAt: at }) },
    { type: 'status', upToSeq: 4, status: 'read', by: 'cust_1', at },
    { type: 'message_updated', message: sampleMessage(3, { content: '', isDeleted: true }) },
    { type: 'status', upToSeq: 5, status: 'read', by: 'user_1', at },
  ];
  const byCustomer = { userId: 'cust_1', readAt: at };
  const byUser = { userId: 'user_1', readAt: at };
  const fresh = [
    sampleMessage(1, { status: 'read', readBy: [byUser] }),
    sampleMessage(2, { content: 'edited', editedAt: at, status: 'read', readBy: [byCustomer] }),
    sampleMessage(3, { content: '', isDeleted: true, status: 'read', readBy: [byUser] }),
    sampleMessage(4, { status: 'read', readBy: [byCustomer] }),
    sampleMessage(5, { status: 'read', readBy: [byUser] }),
  ];
  const snapshot = [1, 2, 3].map((seq) => sampleMessage(seq));

  it('equal a fresh fetch', () => {
    expect(apply(load(snapshot), events).messages).toEqual(fresh);
  });

  it('equal a fresh fetch when each comes twice', () => {
    expect(apply(load(snapshot), [...events, ...events]).messages).toEqual(fresh);
  });

  it('equal a fresh fetch when that fetch overtakes any of them', () => {
    const random = makeRandom(7);
    for (let round = 0; round < 200; round += 1) {
      const cut = Math.floor(random() * (events.length + 1));
      const state = apply(load(snapshot), events.slice(0, cut));
      const refetched = reduceThread(state, { type: 'newest_page', messages: fresh, hasOlder: false, conversation });
      expect(apply(refetched, events.slice(cut)).messages).toEqual(fresh);
    }
  });

  it('equal a fresh fetch when a stale page arrives late', () => {
    const state = apply(load(snapshot), events);
    expect(reduceThread(state, { type: 'newest_page', messages: snapshot, hasOlder: false, conversation }).messages).toEqual(fresh);
  });
});

describe('the transcript', () => {
  it('keeps messages in the order of seq whatever order they come in', () => {
    const state = apply(load([sampleMessage(1)]), [
      { type: 'message', message: sampleMessage(3) },
      { type: 'message', message: sampleMessage(2) },
    ]);
    expect(state.messages.map((message) => message.seq)).toEqual([1, 2, 3]);
  });

  it('sees a gap, and sees it closed by the catch-up', () => {
    const gapped = reduceThread(load([sampleMessage(1)]), { type: 'message', message: sampleMessage(4) });
    expect(hasGap(gapped.messages)).toBe(true);
    expect(findContiguousSeq(gapped.messages)).toBe(1);
    const whole = reduceThread(gapped, { type: 'caught_up', messages: [sampleMessage(2), sampleMessage(3)] });
    expect(hasGap(whole.messages)).toBe(false);
  });

  it('puts an older page before the window and remembers whether more is behind it', () => {
    const state = reduceThread(load([sampleMessage(3)], true), { type: 'older_page', messages: [sampleMessage(1), sampleMessage(2)], hasOlder: false });
    expect(state.messages.map((message) => message.seq)).toEqual([1, 2, 3]);
    expect(state.hasOlder).toBe(false);
  });

  it('does not forget that older messages exist when the newest page is read again', () => {
    const deep = reduceThread(load([sampleMessage(5), sampleMessage(6)], true), { type: 'older_page', messages: [sampleMessage(3), sampleMessage(4)], hasOlder: false });
    const again = reduceThread(deep, { type: 'newest_page', messages: [sampleMessage(5), sampleMessage(6)], hasOlder: true, conversation });
    expect(again.hasOlder).toBe(false);
  });

  it('leaves events before the first page to the catch-up', () => {
    expect(reduceThread(EMPTY_THREAD, { type: 'message', message: sampleMessage(9) })).toBe(EMPTY_THREAD);
  });

  it('never un-deletes a message by an older copy of it', () => {
    const deleted = reduceThread(load([sampleMessage(1)]), { type: 'message_updated', message: sampleMessage(1, { isDeleted: true, content: '' }) });
    expect(reduceThread(deleted, { type: 'message', message: sampleMessage(1) }).messages[0]?.isDeleted).toBe(true);
  });
});

describe('marks', () => {
  const at = '2027-05-12T10:00:00.000Z';

  it('do not count the sender as reader of the own message', () => {
    const state = reduceThread(load([sampleMessage(1)]), { type: 'status', upToSeq: 1, status: 'read', by: 'cust_1', at });
    expect(state.messages[0]?.readBy).toEqual([]);
    expect(state.messages[0]?.status).toBe('sent');
  });

  it('let a colleague read along without turning the ticks', () => {
    const state = reduceThread(load([sampleMessage(2)]), { type: 'status', upToSeq: 2, status: 'read', by: 'user_2', at });
    expect(state.messages[0]?.status).toBe('sent');
    expect(state.messages[0]?.readBy).toEqual([{ userId: 'user_2', readAt: at }]);
  });

  it('never go back', () => {
    const read = reduceThread(load([sampleMessage(2)]), { type: 'status', upToSeq: 2, status: 'read', by: 'cust_1', at });
    expect(reduceThread(read, { type: 'status', upToSeq: 2, status: 'delivered', by: 'cust_1', at }).messages[0]?.status).toBe('read');
  });
});

describe('typing', () => {
  const sign: ThreadAction = { type: 'typing', userId: 'cust_1', userName: 'Amina', now: 1000 };

  it('ends by itself', () => {
    const typing = reduceThread(load([]), sign);
    expect(reduceThread(typing, { type: 'typing_expired', now: 1000 + TYPING_MS - 1 }).typing).toHaveLength(1);
    expect(reduceThread(typing, { type: 'typing_expired', now: 1000 + TYPING_MS }).typing).toHaveLength(0);
  });

  it('ends when the message arrives', () => {
    expect(apply(load([]), [sign, { type: 'message', message: sampleMessage(1) }]).typing).toHaveLength(0);
  });
});
