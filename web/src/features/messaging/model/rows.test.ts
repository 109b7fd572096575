import { describe, expect, it } from 'vitest';
import type { OutboxEntry } from './outbox';
import { buildRows, countMissingAtEnd, type RowParts } from './rows';
import { sampleMessage } from './samples';

const nothing: RowParts = { messages: [], pending: [], cards: [], firstUnreadSeq: null, zone: 'Africa/Nairobi' };
const at = (hour: number, day = 12) => new Date(Date.UTC(2027, 4, day, hour)).toISOString();

function waitingEntry(createdAt: string): OutboxEntry {
  return { clientMessageId: 'key_1', conversationId: 'conv_1', appointmentId: null, content: 'hello', attachments: [], replyTo: null, createdAt, state: 'waiting', reason: null };
}

describe('rows of a transcript', () => {
  it('begin a day by the clock of the zone', () => {
    const messages = [sampleMessage(1, { timestamp: at(20) }), sampleMessage(2, { timestamp: at(22) })];
    expect(buildRows({ ...nothing, messages }).map((row) => row.dayAt)).toEqual([at(20), at(22)]);
    expect(buildRows({ ...nothing, messages, zone: 'UTC' }).map((row) => row.dayAt)).toEqual([at(20), null]);
  });

  it('keep the key of the topmost message when older ones come in above it', () => {
    const newer = [sampleMessage(3), sampleMessage(4)];
    const before = buildRows({ ...nothing, messages: newer });
    const after = buildRows({ ...nothing, messages: [sampleMessage(1), sampleMessage(2), ...newer] });
    expect(after.map((row) => row.key).indexOf(before[0]!.key)).toBe(2);
    expect(after.filter((row) => row.dayAt !== null)).toHaveLength(1);
  });

  it('put cards where they belong in time', () => {
    const messages = [sampleMessage(1, { timestamp: at(8) }), sampleMessage(2, { timestamp: at(10) })];
    const cards = [{ key: 'late', at: at(11), node: null }, { key: 'between', at: at(9), node: null }, { key: 'early', at: at(6, 1), node: null }];
    expect(buildRows({ ...nothing, messages, cards }).map((row) => row.key)).toEqual(['card-early', 'msg_1', 'card-between', 'msg_2', 'card-late']);
  });

  it('keep the key of a message from its writing to its acknowledgement', () => {
    const written = buildRows({ ...nothing, pending: [waitingEntry(at(9))] });
    const acknowledged = buildRows({ ...nothing, messages: [sampleMessage(2, { clientMessageId: 'key_1' })] });
    expect(written[0]?.key).toBe(acknowledged[0]?.key);
  });

  it('say how many messages are missing above them', () => {
    const messages = [sampleMessage(4), sampleMessage(5), sampleMessage(9)];
    expect(buildRows({ ...nothing, messages }).map((row) => row.missingBefore)).toEqual([0, 0, 3]);
    expect(countMissingAtEnd(messages, 11)).toBe(2);
    expect(countMissingAtEnd(messages, 7)).toBe(0);
  });

  it('show a message once while its acknowledgement is still on the way', () => {
    const message = sampleMessage(2, { clientMessageId: 'key_1' });
    const rows = buildRows({ ...nothing, messages: [message], pending: [waitingEntry(at(9))] });
    expect(rows.map((row) => row.kind)).toEqual(['message']);
  });

  it('stay apart when another client used one key twice', () => {
    const rows = buildRows({ ...nothing, messages: [sampleMessage(1, { clientMessageId: '1' }), sampleMessage(2, { clientMessageId: '1' })] });
    expect(new Set(rows.map((row) => row.key)).size).toBe(2);
  });

  it('never put what is being written on an earlier day than what was said', () => {
    const rows = buildRows({ ...nothing, messages: [sampleMessage(1, { timestamp: at(9) })], pending: [waitingEntry(at(9, 10))] });
    expect(rows.map((row) => row.dayAt !== null)).toEqual([true, false]);
  });

  it('group one person within minutes', () => {
    const messages = [sampleMessage(1), sampleMessage(2, { senderId: 'cust_1' }), sampleMessage(3, { senderId: 'cust_1', timestamp: at(12) })];
    expect(buildRows({ ...nothing, messages }).map((row) => row.kind === 'message' && [row.startsGroup, row.endsGroup])).toEqual([[true, false], [false, true], [true, true]]);
  });

  it('mark the first unread one', () => {
    expect(buildRows({ ...nothing, messages: [sampleMessage(1), sampleMessage(2)], firstUnreadSeq: 2 }).map((row) => row.isFirstUnread)).toEqual([false, true]);
  });
});
