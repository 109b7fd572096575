/**
 * What the official client goes through when the server dies and comes back on the same port: it reconnects by itself,
 * joins again with the last number it knows, and its transcript is the table's.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { call, openBusiness, openConversation, registerCustomer } from '../harness/api.js';
import { startServer } from '../harness/server.js';
import { ask, connected, next } from '../harness/sockets.js';
import { within } from '../harness/within.js';

const RETRY_MS = 100;
const CAUGHT_UP_MS = 30_000;
const REPLAY_MESSAGES_MAX = 200;

/** A client as an app would keep it: what it has seen by number, and a join after every connect. */
class Reader {
  constructor(server, token, conversationId, transport) {
    this.seen = new Map();
    this.repeated = [];
    this.resync = null;
    this.rejoined = 0;
    this.afterEach = () => undefined;
    this.socket = io(server.url, { auth: { token, dialect: 'pair' }, transports: [transport], forceNew: true, reconnectionDelay: RETRY_MS, reconnectionDelayMax: RETRY_MS });
    this.socket.on('connect', () => {
      this.rejoined += 1;
      this.socket.emit('join_conversation', { conversationId, afterSeq: this.lastSeq() });
    });
    for (const event of ['message_received', 'message_sent']) {
      this.socket.on(event, (message) => {
        if (this.seen.has(message.seq)) this.repeated.push(message.seq);
        this.seen.set(message.seq, message);
        this.afterEach();
      });
    }
    this.socket.on('resync_required', (told) => (this.resync = told));
  }

  lastSeq() {
    return Math.max(0, ...this.seen.keys());
  }

  /** Resolves when all numbers up to this one have come. */
  async until(seq) {
    const has = () => this.seen.size >= seq;
    if (has()) return;
    const complete = new Promise((resolve) => {
      this.afterEach = () => has() && resolve();
    });
    await within(CAUGHT_UP_MS, `message ${seq}`, complete).catch((error) => {
      throw new Error(`${error.message}; there are ${[...this.seen.keys()]}`);
    });
  }

  transcript() {
    return [...this.seen.values()].sort((a, b) => a.seq - b.seq).map(({ seq, content }) => [seq, content]);
  }
}

async function tableOf(server, token, conversationId) {
  const { messages } = await call(server, 'GET', `/api/messages/conversations/${conversationId}?after_seq=0&limit=500`, { token });
  return messages.map(({ seq, content }) => [seq, content]);
}

describe('reconnecting with the official client', () => {
  let server;
  let business;
  const readers = [];
  before(async () => {
    server = await startServer();
    business = await openBusiness(server);
  });
  after(async () => {
    for (const { socket } of readers) socket.disconnect();
    await server?.stop();
  });
  const read = (token, conversationId, transport) => {
    const reader = new Reader(server, token, conversationId, transport);
    readers.push(reader);
    return reader;
  };
  const post = (token, body) => call(server, 'POST', '/api/messages/send', { token, body });

  for (const transport of ['websocket', 'polling']) {
    test(`killed and started again: nothing is missing, nothing comes twice (${transport})`, async () => {
      const customer = await registerCustomer(server, business);
      const conversation = await openConversation(server, customer);
      const owner = read(business.token, conversation.id, transport);
      const theirs = read(customer.token, conversation.id, transport);
      await Promise.all([connected(owner.socket), connected(theirs.socket)]);
      const send = (text) => ask(theirs.socket, 'send_message', { conversationId: conversation.id, content: text, clientMessageId: randomUUID() });
      for (const text of ['one', 'two']) assert.equal((await send(text)).success, true);
      await Promise.all([owner.until(2), theirs.until(2)]);

      // The reader is cut off for a while; what is written meanwhile must be caught up by number.
      owner.socket.disconnect();
      for (const text of ['three', 'four']) assert.equal((await send(text)).success, true);
      const lost = next(theirs.socket, 'disconnect');
      await server.kill();
      await lost;

      // Written while the server is away: the client buffers it and sends it on reconnect, once.
      const late = { conversationId: conversation.id, content: 'five', clientMessageId: randomUUID() };
      const buffered = theirs.socket.emitWithAck('send_message', late);
      await server.start();
      owner.socket.connect();
      const acked = await within(CAUGHT_UP_MS, 'the ack of what was written in between', buffered);
      assert.equal(acked.success, true);
      const again = await ask(theirs.socket, 'send_message', late);
      assert.equal(again.message.id, acked.message.id, 'sent twice with one client id, stored once');

      await Promise.all([owner.until(5), theirs.until(5)]);
      const table = await tableOf(server, business.token, conversation.id);
      assert.deepEqual(table, ['one', 'two', 'three', 'four', 'five'].map((text, index) => [index + 1, text]));
      assert.deepEqual(owner.transcript(), table);
      assert.deepEqual(theirs.transcript(), table);
      // The writer's client flushes what it buffered before it joins again with the number it then knew, so it asks for its
      // own message once more and may get it: such a client tells messages apart by number.
      assert.deepEqual(owner.repeated, []);
      assert.deepEqual(theirs.repeated.filter((seq) => seq !== 5), []);
      assert.equal(theirs.rejoined, 2);
    });
  }

  test('somebody who missed more than is replayed is told to read again', async () => {
    const customer = await registerCustomer(server, business);
    const conversation = await openConversation(server, customer);
    const owner = read(business.token, conversation.id, 'websocket');
    await connected(owner.socket);
    const first = await post(customer.token, { conversationId: conversation.id, content: 'the first' });
    await owner.until(1);
    owner.socket.disconnect();
    let last = first.message.seq;
    for (let index = 0; index <= REPLAY_MESSAGES_MAX; index += 1) {
      last = (await post(customer.token, { conversationId: conversation.id, content: `missed ${index}` })).message.seq;
    }
    const told = next(owner.socket, 'resync_required');
    owner.socket.connect();
    assert.deepEqual(await told, { conversationId: conversation.id, lastSeq: last });
    assert.equal(owner.seen.size, 1, 'part of a gap is worse than none');
    assert.equal((await tableOf(server, business.token, conversation.id)).length, REPLAY_MESSAGES_MAX + 2);
  });

  test('a session that ends closes its socket, and its token opens no other', async () => {
    const customer = await registerCustomer(server, business);
    const socket = io(server.url, { auth: { token: customer.token }, transports: ['websocket'], forceNew: true, reconnection: false });
    await connected(socket);
    const closed = next(socket, 'disconnect');
    await call(server, 'POST', '/api/customers/auth/logout', { token: customer.token, body: {} });
    assert.equal(await closed, 'io server disconnect');
    await assert.rejects(connected(socket.connect()), /Authentication error/);
  });
});
