/** The code samples of the documents that this house's messaging was described by, run as printed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { book, call, openBusiness, openConversation, registerCustomer } from '../harness/api.js';
import { renderHook } from '../harness/hooks.js';
import { startServer } from '../harness/server.js';
import { ask, collect, connected, next } from '../harness/sockets.js';
import { within } from '../harness/within.js';
import { findMissingKeys, readRequest, readSample, runSample } from './loader.js';

const SAID_MS = 15_000;

/** The axios instance that document B's components share: its base is the API's, its answers stand under `data`. */
function axiosLike(server) {
  return {
    async post(path, body, { headers }) {
      const { status, ...data } = await call(server, 'POST', `/api${path}`, { body, headers });
      return { status, data };
    },
  };
}

for (const database of ['sqlite', 'postgres']) {
  for (const transport of ['polling', 'websocket']) {
    describe(`documents B and D on ${database}, ${transport} alone`, () => {
      let server;
      let business;
      const sockets = [];
      before(async () => {
        server = await startServer({ database });
        business = await openBusiness(server);
      });
      after(async () => {
        for (const socket of sockets.splice(0)) socket.disconnect();
        await server?.stop();
      });

      /** The other side of a sample: the official client as document B connects it. */
      async function listen(token, conversationId) {
        const socket = io(server.url, { auth: { token }, transports: [transport], forceNew: true });
        sockets.push(socket);
        await connected(socket);
        assert.equal(socket.io.engine.transport.name, transport);
        if (conversationId) assert.equal((await ask(socket, 'join_conversation', conversationId)).success, true);
        return socket;
      }

      test('D: a first message by booking opens the conversation, and the JavaScript client talks in it', async (t) => {
        const customer = await registerCustomer(server, business);
        const appointment = await book(server, business, customer);
        const request = await readRequest('d/first-message.http', { 123: JSON.stringify(appointment.id) });
        const first = await call(server, request.method, request.path, { token: customer.token, body: request.body });
        assert.equal(first.status, 201);
        assert.equal(first.message.content, request.body.messageText);
        assert.equal(first.message.senderType, 'customer');

        const owner = await listen(business.token);
        const notice = next(owner, 'new_message_notification', (told) => told.preview === 'Hello!');
        // The sample says what it hears by console.log, and may do so before anybody else can listen to its socket.
        let printed;
        const said = within(SAID_MS, 'the sample to say what it heard', new Promise((resolve) => (printed = resolve)));
        t.mock.method(console, 'log', (...words) => printed(words));
        const { socket } = await runSample('d/websocket-client.js', {
          transport,
          replacements: { 'http://localhost:3000': server.url, 'your-jwt-token': customer.token, 123: JSON.stringify(first.conversationId) },
          names: ['socket'],
        });
        sockets.push(socket);
        const strays = collect(socket, 'message_sent');
        const [words, message] = await said;
        assert.equal(words, 'New message:');
        assert.equal(socket.io.engine.transport.name, transport);
        assert.equal(message.content, 'Hello!');
        assert.equal(message.conversationId, first.conversationId);
        assert.equal(message.seq, first.message.seq + 1);
        assert.deepEqual(strays, [], "a client that joined with an object hears document D's names only");
        assert.equal((await notice).conversationId, first.conversationId);
      });

      test('D: the React Native hook joins, hears, types and reports what was read', async () => {
        const customer = await registerCustomer(server, business);
        const appointment = await book(server, business, customer);
        const send = (token, body) => call(server, 'POST', '/api/messages/send', { token, body });
        const { conversationId } = await send(customer.token, { appointmentId: appointment.id, messageText: 'Is Friday fine?' });
        const { useWebSocket } = await runSample('d/use-web-socket.js', {
          transport,
          replacements: { 'http://your-server:3000': server.url },
          names: ['useWebSocket'],
        });
        const hook = renderHook(() => useWebSocket(business.token, conversationId));
        const provider = hook.result;
        sockets.push(provider);
        await connected(provider);
        // The room is joined when the ack of a later event on the same socket is there.
        assert.equal((await ask(provider, 'join_conversation', { conversationId })).success, true);
        const other = await listen(customer.token);
        await ask(other, 'join_conversation', { conversationId });

        const heard = next(provider, 'new_message');
        const acked = await ask(other, 'send_message', { conversationId, messageText: 'Hello!', senderType: 'provider' });
        assert.equal(acked.success, true);
        const message = await heard;
        assert.equal(message.id, acked.message.id);
        assert.equal(message.senderType, 'customer', 'who writes is known from the token, whatever the payload says');

        const typing = next(provider, 'user_typing');
        other.emit('typing_start', { conversationId });
        assert.equal((await typing).conversationId, conversationId);
        const stopped = next(provider, 'user_stopped_typing');
        other.emit('typing_stop', { conversationId });
        assert.equal((await stopped).userId, customer.id);

        const status = next(other, 'message_status_update', (told) => told.status === 'read');
        provider.emit('message_read', { messageId: message.id });
        assert.deepEqual(
          (({ conversationId, messageId, upToSeq }) => ({ conversationId, messageId, upToSeq }))(await status),
          { conversationId, messageId: message.id, upToSeq: message.seq },
        );

        const updated = [provider, other].map((socket) => next(socket, 'conversation_updated'));
        await call(server, 'PATCH', `/api/messages/conversations/${conversationId}`, { token: business.token, body: { priority: 'high' } });
        const [desk, theirs] = await Promise.all(updated);
        assert.deepEqual([desk.conversation.id, desk.conversation.priority], [conversationId, 'high']);
        assert.equal(theirs.conversation.id, conversationId);

        hook.unmount();
        assert.equal(provider.connected, false, 'the hook hangs up when its screen is left');
      });

      test('D: the message endpoints answer by their names', async () => {
        const customer = await registerCustomer(server, business);
        const appointment = await book(server, business, customer);
        const { conversationId, message } = await call(server, 'POST', '/api/messages/send', { token: customer.token, body: { appointmentId: appointment.id, messageText: 'One question' } });
        const unread = (token) => call(server, 'GET', `/api/messages/conversations/${conversationId}/unread-count`, { token });
        assert.equal((await unread(business.token)).unreadCount, 1);
        await call(server, 'PUT', `/api/messages/${message.id}/read`, { token: business.token, body: {} });
        assert.equal((await unread(business.token)).unreadCount, 0);
        const form = new FormData();
        form.append('conversationId', conversationId);
        form.append('file', new Blob(['Two strands, please.\n'], { type: 'text/plain' }), 'wish.txt');
        const uploaded = await fetch(`${server.url}/api/messages/upload`, { method: 'POST', headers: { Authorization: `Bearer ${customer.token}` }, body: form });
        const { attachment } = await uploaded.json();
        assert.equal(uploaded.status, 201);
        assert.equal(attachment.name, 'wish.txt');
        await call(server, 'POST', '/api/messages/send', { token: customer.token, body: { conversationId, attachments: [attachment.id] } });
        const { messages } = await call(server, 'GET', `/api/messages/conversations/${conversationId}`, { token: business.token });
        const file = await fetch(new URL(messages.at(-1).attachments[0].url, server.url));
        assert.equal(await file.text(), 'Two strands, please.\n');
        const watched = await call(server, 'GET', '/api/admin/conversations', { token: business.token });
        assert.ok(watched.conversations.some(({ id }) => id === conversationId));
        assert.equal((await call(server, 'GET', `/api/admin/conversations/${conversationId}`, { token: business.token })).messages.length, 2);
      });

      test('B: the owner starts the conversation, the customer writes, both hear it by their names', async () => {
        const customer = await registerCustomer(server, business, 'John Doe');
        let opened = null;
        const { startConversation } = await runSample('b/start-conversation.js', {
          transport,
          names: ['startConversation'],
          globals: { api: axiosLike(server), token: business.token, setActiveConversation: (conversation) => (opened = conversation) },
        });
        await startConversation(customer);
        assert.equal(opened.name, 'John Doe');

        const owner = await listen(business.token, opened.id);
        const socket = await listen(customer.token, opened.id);
        const { sendMessage } = await runSample('b/send-message.js', {
          transport,
          names: ['sendMessage'],
          globals: { api: axiosLike(server), customerToken: customer.token, conversation: null, customer, newMessage: 'Hello!', socket },
        });
        // Without a conversation the sample makes one and goes on with what its state then holds: the same one, as
        // there is one per customer.
        globalThis.conversation = opened;
        const strays = collect(socket, 'message_received');
        const [received, sent] = [next(owner, 'message_received'), next(socket, 'message_sent')];
        await sendMessage({ preventDefault: () => undefined });
        const message = await received;
        assert.equal(message.content, 'Hello!');
        assert.equal(message.senderId, customer.id);
        assert.equal((await sent).id, message.id);
        assert.deepEqual(strays, [], 'nobody receives what they sent themselves');

        globalThis.conversation = await openConversation(server, customer);
        assert.equal(globalThis.conversation.id, opened.id);

        const typing = next(owner, 'user_typing');
        socket.emit('typing_start', { conversationId: opened.id, userId: 'somebody else', userName: 'Somebody Else' });
        const { userId, userName } = await typing;
        assert.deepEqual({ userId, userName }, { userId: customer.id, userName: 'John Doe' });
        const stopped = next(owner, 'user_stopped_typing');
        socket.emit('typing_stop', { conversationId: opened.id, userId: customer.id });
        await stopped;

        await ask(owner, 'leave_conversation', opened.id);
        const noticed = next(owner, 'new_message_notification');
        globalThis.newMessage = 'And one more';
        await sendMessage({ preventDefault: () => undefined });
        assert.deepEqual(await noticed, { conversationId: opened.id, from: 'John Doe', preview: 'And one more' });

        const refused = next(socket, 'message_error');
        socket.emit('send_message', { conversationId: opened.id, message: '' });
        assert.equal(typeof (await refused).error, 'string');
      });

      test('B: the REST examples answer with the printed keys', async () => {
        const customer = await registerCustomer(server, business, 'Jane Smith');
        const made = await call(server, 'POST', '/api/messages/conversations', {
          token: business.token,
          body: JSON.parse(await readSample('b/create-conversation.json', { customer_id: customer.id })),
        });
        assert.equal(made.conversation.name, 'Jane Smith', 'the stored name counts, not the one in the body');
        const body = JSON.parse(await readSample('b/send.json', { conv_id: made.conversation.id }));
        const { message } = await call(server, 'POST', '/api/messages/send', { token: customer.token, body });
        assert.equal(message.content, 'Message text');

        const printed = async (name) => JSON.parse(await readSample(`b/${name}.json`));
        const list = await call(server, 'GET', '/api/messages/conversations', { token: business.token });
        assert.deepEqual(findMissingKeys(await printed('conversations'), list), []);
        assert.equal(list.conversations[0].unreadCount, 1);
        const page = await call(server, 'GET', `/api/messages/conversations/${made.conversation.id}`, { token: business.token });
        assert.deepEqual(findMissingKeys(await printed('messages'), page), []);
        const customers = await call(server, 'GET', '/api/messages/customers', { token: business.token });
        assert.deepEqual(findMissingKeys(await printed('customers'), customers), []);
        const jane = customers.customers.find(({ id }) => id === customer.id);
        assert.deepEqual([jane.hasConversation, jane.conversationId, jane.unreadCount], [true, made.conversation.id, 1]);
        await call(server, 'POST', `/api/messages/${message.id}/read`, { token: business.token, body: {} });
        const own = await call(server, 'GET', `/api/messages/conversations/${made.conversation.id}`, { token: customer.token });
        assert.equal(own.messages[0].status, 'read');
      });

      test('a wrong token is refused at the handshake, with words', async () => {
        const socket = io(server.url, { auth: { token: 'invalid-token' }, transports: [transport], forceNew: true, reconnection: false });
        sockets.push(socket);
        await assert.rejects(connected(socket), /^Error: Authentication error: /);
      });
    });
  }
}
