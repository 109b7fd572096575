/** The samples of document C, by which events come from a PHP shop and from its pages, run as printed. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { call, openBusiness } from '../harness/api.js';
import { openBrowser } from '../harness/browser.js';
import { ForeignSite } from '../harness/foreign.js';
import { startServer } from '../harness/server.js';
import { connected, next } from '../harness/sockets.js';
import { readRequest, readSample } from './loader.js';
import { runPhp } from './php.js';

const QR = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

async function makeKey(server, business) {
  const { data } = await call(server, 'POST', '/api/api-keys', { token: business.token, body: { name: 'Shop', scopes: ['events:write', 'whatsapp:manage'] } });
  return data.key;
}

/** The token that document C's pages and sockets go by, asked for as it prints it. */
async function fetchToken(server, business, key) {
  const { method, path, body } = await readRequest('c/auth-token.http', { CUSTOMER_ID: business.team.id });
  const { token } = await call(server, method, path, { body, headers: { 'X-API-Key': key } });
  return token;
}

async function findEvent(server, business, id) {
  const { data } = await call(server, 'GET', '/api/events', { token: business.token });
  return data.find((event) => (event.event_id ?? event.id) === id);
}

for (const database of ['sqlite', 'postgres']) {
  describe(`document C on ${database}`, () => {
    let server;
    let business;
    let key;
    before(async () => {
      server = await startServer({ database });
      business = await openBusiness(server);
      key = await makeKey(server, business);
    });
    after(() => server?.stop());

    test('PHP posts an invoice, and the client has it in the mail', async () => {
      const text = await readSample('c/trigger-event.php', {
        'http://localhost:3001': server.url,
        // The original took whatever came from anywhere; here the shop says who it is.
        "'Content-Type: application/json'": `"Content-Type: application/json\\r\\nX-API-Key: ${key}"`,
        'client@example.com': `php-${database}@example.test`,
      });
      const { status, body } = await runPhp(text);
      assert.equal(status, 202, JSON.stringify(body));
      assert.equal(body.data.event_type, 'invoice:sent', 'the sender hears its own spelling');
      const mail = await server.mailTo(`php-${database}@example.test`);
      assert.match(mail.text, /INV-001/);
      assert.match(mail.text, /1,500/);
      const event = await findEvent(server, business, body.data.event_id);
      assert.equal(event.type, 'invoice.sent');
    });

    test('PHP without a key is nobody', async () => {
      const { status, body } = await runPhp(await readSample('c/trigger-event.php', { 'http://localhost:3001': server.url }));
      assert.equal(status, 401, JSON.stringify(body));
      assert.equal(body.success, false);
    });

    for (const transport of ['polling', 'websocket']) {
      test(`an event stated over the socket is told step by step, ${transport} alone`, async () => {
        const socket = io(server.url, { auth: { token: await fetchToken(server, business, key) }, transports: [transport], forceNew: true });
        try {
          await connected(socket);
          const email = `socket-${transport}-${database}@example.test`;
          const told = Object.fromEntries(['event:acknowledged', 'event:progress', 'event:completed'].map((name) => [name, next(socket, name)]));
          // The owner's notice in the app is one more delivery of it.
          told['message:sent'] = next(socket, 'message:sent', ({ channel }) => channel === 'email');
          socket.emit('internal:event', { event_type: 'payment:received', event_data: { payment_id: 7, client_email: email, payment_amount: 250.5 } });
          const { event_id, event_type } = await told['event:acknowledged'];
          assert.equal(event_type, 'payment:received');
          const progress = await told['event:progress'];
          assert.deepEqual([progress.event_id, progress.customer_id], [event_id, business.team.id]);
          assert.ok(progress.progress >= 0 && progress.progress <= 100);
          const sent = await told['message:sent'];
          assert.equal(sent.recipient, email);
          const done = await told['event:completed'];
          assert.equal(done.event_id, event_id);
          assert.ok(Array.isArray(done.result.deliveries));
          assert.match((await server.mailTo(email)).text, /250\.50/);

          const refused = next(socket, 'event:failed');
          socket.emit('internal:event', { event_type: 'invoice:paid', event_data: { invoice_id: 1 } });
          const { event_id: none, error, errors } = await refused;
          assert.equal(none, undefined, 'what was refused has no row');
          assert.equal(typeof error, 'string');
          assert.deepEqual(errors.map(({ field }) => field).toSorted(), ['event_data.client_email', 'event_data.payment_amount']);
        } finally {
          socket.disconnect();
        }
      });
    }
  });
}

describe('document C in a page of somebody else', () => {
  let site;
  let server;
  let browser;
  let business;
  let token;
  let page;
  const faults = [];
  before(async () => {
    site = await ForeignSite.open();
    [server, browser] = await Promise.all([startServer({ env: { ALLOWED_ORIGINS: site.origin } }), openBrowser()]);
    site.trust(server);
    business = await openBusiness(server);
    token = await fetchToken(server, business, await makeKey(server, business));
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
    await site?.close();
  });

  /** A page with the document's own tags in its head, and its script run as a module: two of the samples await at the top. */
  async function openPage(head, script) {
    site.put('/', 'text/html', `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>${head}</head><body><main><h1>Invoices</h1></main><script type="module" src="/page.js"></script></body></html>`);
    site.put('/page.js', 'text/javascript', script);
    await page.goto(site.origin);
  }

  test('websocketSidebar states the invoice', async () => {
    const head = await readSample('c/sidebar.html', { 'src="': `data-token="${token}" src="${server.url}` });
    await openPage(head, await readSample('c/trigger-event.js', { 'client@example.com': 'page@example.test' }));
    assert.match((await server.mailTo('page@example.test')).text, /INV-001/);
    assert.deepEqual(faults.splice(0), []);
  });

  test('WhatsAppSessionsManager starts, shows, checks and logs out', async () => {
    const asked = [];
    page.on('request', (request) => {
      const { pathname, origin } = new URL(request.url());
      if (origin === server.url && pathname.startsWith('/whatsapp/')) asked.push(`${request.method()} ${pathname}`);
    });
    // WhatsApp itself is not here: the code it would give is told as the server does.
    await page.route(`${server.url}/whatsapp/qr/**`, (route) => route.fulfill({ json: { success: true, qr_code: QR }, headers: { 'Access-Control-Allow-Origin': site.origin } }));
    const head = await readSample('c/whatsapp.html', { 'src="': `data-token="${token}" src="${server.url}`, 'href="': `href="${server.url}` });
    const script = await readSample('c/whatsapp-sessions.js', { CUSTOMER_ID: business.team.id });
    await openPage(head, `${script}\nglobalThis.ended = { qrCode };\n`);
    const ended = await page.waitForFunction(() => globalThis.ended);
    assert.equal((await ended.jsonValue()).qrCode, QR);
    for (const path of ['GET /whatsapp/qr', 'GET /whatsapp/status', 'POST /whatsapp/logout']) assert.ok(asked.includes(`${path}/${business.team.id}`), `${path} was not asked: ${asked.join(', ')}`);
    const { status } = await call(server, 'GET', `/whatsapp/status/${business.team.id}`, { token }).then((answer) => ({ status: answer.status }));
    assert.equal(status, 200);
    assert.deepEqual(faults.splice(0), []);
  });
});
