import { describe, expect, it } from 'vitest';
import type { Message, PushedConversation } from '~/api';
import { asListed, clearUnread, countMessage, countNotice, countUnread, findListed, flattenConversations, isLastDeleted, placeConversation, retellMessage, type ConversationPages } from './conversations';
import { sampleConversation, sampleMessage } from './samples';

const rowA = sampleConversation({ id: 'conv_1', lastSeq: 4, unreadCount: 1, lastMessageTime: '2027-05-12T09:00:04.000Z' });
const rowB = sampleConversation({ id: 'conv_2', lastSeq: 9, lastMessageTime: '2027-05-12T09:30:00.000Z' });
const list: ConversationPages = { pages: [[rowB], [rowA]], pageParams: [1, 2] };

function pushed(change: Partial<PushedConversation>): PushedConversation {
  const { unreadCount: _unreadCount, ...rest } = rowA;
  return { ...rest, ...change };
}

const unreadOf = (data: ConversationPages, id = 'conv_1') => findListed(data, id)?.unreadCount;

describe('unread counts', () => {
  it('survive a push that carries none', () => {
    const moved = placeConversation(list, pushed({ lastSeq: 5, lastMessageTime: '2027-05-12T10:00:00.000Z' }), true);
    expect(unreadOf(moved)).toBe(1);
    expect(flattenConversations(moved).map((row) => row.id)).toEqual(['conv_1', 'conv_2']);
  });

  it.each(['message first', 'push first'])('count a message once, %s', (order) => {
    const message = sampleMessage(5);
    const push = pushed({ lastSeq: 5 });
    const steps = [(data: ConversationPages) => countMessage(data, message, 'provider', false), (data: ConversationPages) => placeConversation(data, push, true)];
    if (order === 'push first') steps.reverse();
    const counted = steps.reduce((data, step) => step(data), list);
    expect(unreadOf(counted)).toBe(2);
    expect(unreadOf(countMessage(counted, message, 'provider', false))).toBe(2);
  });

  it('do not count what was counted before, what I wrote, and what I am reading', () => {
    expect(unreadOf(countMessage(list, sampleMessage(3), 'provider', false))).toBe(1);
    expect(unreadOf(countMessage(list, sampleMessage(6), 'provider', false))).toBe(1);
    expect(unreadOf(countMessage(list, sampleMessage(5), 'provider', true))).toBe(1);
    expect(unreadOf(countMessage(list, sampleMessage(6), 'customer', false))).toBe(2);
  });

  it('count a notice, and not the same message again when it is replayed', () => {
    const noticed = countNotice(list, 'conv_1', 'Hi', '2027-05-12T11:00:00.000Z');
    expect(flattenConversations(noticed)[0]).toMatchObject({ id: 'conv_1', lastMessage: 'Hi', lastSeq: 5 });
    expect(unreadOf(noticed)).toBe(2);
    expect(unreadOf(countMessage(noticed, sampleMessage(5), 'provider', false))).toBe(2);
  });

  it('are cleared by reading, and start again after it', () => {
    const read = clearUnread(list, 'conv_1');
    expect(unreadOf(read)).toBe(0);
    expect(unreadOf(countMessage(read, sampleMessage(5), 'provider', false))).toBe(1);
  });
});

describe('how many conversations are unread', () => {
  const answered: ConversationPages = { pages: [asListed([rowB], 3), asListed([rowA], undefined)], pageParams: [1, 2] };

  it('is what the server counted, also on pages that are not here', () => {
    expect(countUnread(answered)).toEqual({ count: 3, isExact: true });
    expect(countUnread({ pages: [asListed([rowB], 3)], pageParams: [1] }).count).toBe(3);
  });

  it('follows what is read and what comes', () => {
    const read = clearUnread(answered, 'conv_1');
    expect(countUnread(read).count).toBe(2);
    const written = countMessage(read, sampleMessage(11, { conversationId: 'conv_2' }), 'provider', false);
    expect(countUnread(written).count).toBe(3);
    const moved = placeConversation(written, pushed({ id: 'conv_2', lastSeq: 11 }), true);
    expect(countUnread(moved).count).toBe(3);
    // The same conversation, once more on the page that it moved to.
    expect(countUnread({ pages: [...moved.pages, moved.pages[0] ?? []], pageParams: [1, 2, 3] }).count).toBe(3);
  });

  it('is counted here where the server does not', () => {
    expect(countUnread(list)).toEqual({ count: 1, isExact: false });
    expect(countUnread(undefined)).toEqual({ count: 0, isExact: false });
  });
});

describe('last words', () => {
  it('are those of the newest message, whoever wrote it', () => {
    const moved = countMessage(list, sampleMessage(6, { timestamp: '2027-05-12T12:00:00.000Z' }), 'provider', false);
    expect(flattenConversations(moved)[0]).toMatchObject({ id: 'conv_1', lastMessage: 'message 6', lastSeq: 6 });
    expect(findListed(countMessage(moved, sampleMessage(5), 'provider', false), 'conv_1')?.lastMessage).toBe('message 6');
  });

  it('follow an edit of that message', () => {
    expect(findListed(retellMessage(list, sampleMessage(4, { content: 'edited' })), 'conv_1')?.lastMessage).toBe('edited');
    expect(retellMessage(list, sampleMessage(3, { content: 'edited' }))).toBe(list);
  });
});

describe('places', () => {
  it('take out a row that does not belong any more', () => {
    expect(flattenConversations(placeConversation(list, pushed({ status: 'archived' }), false)).map((row) => row.id)).toEqual(['conv_2']);
  });
});

describe('the last message of a row', () => {
  const lastOf = (data: ConversationPages) => findListed(data, 'conv_1')!;
  const file = { id: 'file_1', name: 'colours.png', type: 'image/png', size: 5, url: '/f', thumbnailUrl: null, width: null, height: null } as unknown as Message['attachments'][number];

  it('is told as deleted when it was, and not when it has no words or there is none yet', () => {
    expect(isLastDeleted(lastOf(retellMessage(list, sampleMessage(4, { content: '', isDeleted: true }))))).toBe(true);
    expect(isLastDeleted(lastOf(retellMessage(list, sampleMessage(4, { content: '', attachments: [file] }))))).toBe(false);
    expect(isLastDeleted(sampleConversation({ lastMessage: null }))).toBe(false);
  });
});
