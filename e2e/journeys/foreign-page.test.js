/** A page of somebody else's states events and pairs WhatsApp with our scripts, under its own content policy. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { call, openBusiness } from '../harness/api.js';
import { DESKTOP, openBrowser, PHONE } from '../harness/browser.js';
import { ForeignSite } from '../harness/foreign.js';
import { startServer } from '../harness/server.js';
import { Story } from '../harness/story.js';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const QR = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAB0AAAAdCAAAAABz+DjTAAAAWElEQVR42u2RwQoAIAhD9/8/vTBbErS6dojMtUp4KED6QJd02mV7jhQinRagVt4tNt5VpJKy4AnLAunHHmhYA5RHB5SWvIZrGDwQWT3ZNgwWSBP4E3x7gg31cS7uZe+ZjgAAAABJRU5ErkJggg==';
const INVOICE = { invoice_id: 123, client_email: 'client@example.test', invoice_number: 'INV-001', total_amount: 1500 };

const page = (head) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Shop</title>${head}</head><body><main><h1>Invoices</h1><div id="whatsapp-sessions"></div></main></body></html>`;

/** Light and dark, as a picture and as people with other eyes and hands find it. */
async function look(visitor, name) {
  for (const colorScheme of ['dark', 'light']) {
    await visitor.page.emulateMedia({ colorScheme });
    await visitor.shoot(`${name}-${colorScheme}`);
    await visitor.page.evaluate(AXE);
    // Fetching style sheets ahead would write inline styles, which this page's policy refuses.
    const { violations } = await visitor.page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'], preload: false }));
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`), [], `${name}, ${colorScheme}`);
  }
}

async function meet(size, act) {
  const site = await ForeignSite.open();
  const [server, browser] = await Promise.all([startServer({ env: { ALLOWED_ORIGINS: site.origin } }), openBrowser()]);
  const story = new Story('foreign-page', size, server, browser);
  try {
    site.trust(server);
    const business = await openBusiness(server);
    const made = await call(server, 'POST', '/api/api-keys', { token: business.token, body: { name: 'Shop', scopes: ['events:write', 'whatsapp:manage'] } });
    // What the other system's own server does: the key stays there, the page gets a token.
    site.put('/frontdesk-token', 'application/json', async () => {
      const body = { customer_id: business.team.id, user_id: 7, session_id: 'php-1' };
      const { token, expires_in } = await call(server, 'POST', '/auth/token', { body, headers: { 'X-API-Key': made.data.key } });
      return { token, expires_in };
    });
    const visitor = await story.visitor('clerk');
    await act({ story, server, site, business, key: made.data, visitor });
    await story.end();
  } finally {
    await browser.close();
    await server.stop();
    await site.close();
  }
}

for (const size of [PHONE, DESKTOP]) {
  describe(`a foreign page, ${size.name}`, () => {
    test('states events, watches what becomes of them, and is out when the key is revoked', () =>
      meet(size, async ({ story, server, site, business, key, visitor }) => {
        site.put('/', 'text/html', page(`<script src="${server.url}/assets/js/websocket-sidebar.js" data-token-url="/frontdesk-token" defer></script>`));
        await story.step('the page connects by itself', async () => {
          await visitor.page.goto(site.origin);
          await visitor.button('Events').click();
          await visitor.seeText('Live', { exact: true });
          await visitor.seeText('Nothing was sent from this page yet.');
          await look(visitor, 'sidebar-empty');
        });
        await story.step('an event is accepted, carried out and seen', async () => {
          const answer = await visitor.page.evaluate((data) => globalThis.websocketSidebar.triggerEvent('invoice:sent', data), INVOICE);
          assert.deepEqual([answer.success, answer.event_type], [true, 'invoice:sent']);
          assert.match(answer.event_id, /^evt_/);
          await visitor.seeText('Done', { exact: true });
          const mail = await server.mailTo(INVOICE.client_email);
          assert.match(JSON.stringify(mail), /INV-001/);
        });
        await story.step('a refusal names what is missing', async () => {
          const refusal = await visitor.page.evaluate(() => globalThis.websocketSidebar.triggerEvent('invoice:sent', { invoice_id: 1 }).catch(({ code, errors }) => ({ code, fields: errors.map(({ field }) => field) })));
          assert.equal(refusal.code, 'VALIDATION_ERROR');
          assert.ok(refusal.fields.includes('event_data.client_email'), JSON.stringify(refusal));
          await visitor.seeText('Refused', { exact: true });
          await look(visitor, 'sidebar');
        });
        await story.step('the keyboard closes it', async () => {
          await visitor.page.keyboard.press('Escape');
          await visitor.gone(visitor.page.getByRole('region', { name: 'Events' }));
        });
        await visitor.withoutNetwork(() =>
          story.step('the key is revoked, and the page is out', async () => {
            await visitor.button('Events').click();
            await call(server, 'DELETE', `/api/api-keys/${key.id}`, { token: business.token });
            await visitor.seeText('Connecting…', { exact: true });
          }),
        );
      }));

    test('pairs a phone with WhatsApp', () =>
      meet(size, async ({ story, server, site, business, visitor }) => {
        site.put('/', 'text/html', page(`<link rel="stylesheet" href="${server.url}/assets/css/whatsapp-sessions.css"><script src="${server.url}/assets/js/whatsapp-sessions.js" data-token-url="/frontdesk-token"></script><script src="/page.js" defer></script>`));
        site.put('/page.js', 'text/javascript', `globalThis.manager = new WhatsAppSessionsManager(${JSON.stringify(business.team.id)}); manager.initialize();`);
        // WhatsApp itself is not here: its states are told as the server would.
        let state = 'not_initialized';
        await visitor.context.route(`${server.url}/whatsapp/**`, async (route) => {
          assert.match(route.request().headers()['authorization'] ?? '', /^Bearer ey/);
          const isCode = route.request().url().includes('/whatsapp/qr/');
          if (isCode) state = 'qr_ready';
          if (route.request().method() === 'POST') state = 'logged_out';
          const json = isCode ? { qr_code: QR } : { success: true, status: state, last_updated: new Date().toISOString() };
          await route.fulfill({ json, headers: { 'Access-Control-Allow-Origin': site.origin } });
        });
        await story.step('the code is shown', async () => {
          await visitor.page.goto(site.origin);
          await visitor.seeText('Not connected');
          await visitor.button('Show QR code').click();
          await visitor.see(visitor.page.getByRole('img', { name: /QR code/ }));
          await look(visitor, 'whatsapp-code');
        });
        await story.step('the phone is paired', async () => {
          state = 'ready';
          await visitor.seeText('Connected', { exact: true });
          await look(visitor, 'whatsapp-ready');
        });
        await story.step('and let go', async () => {
          await visitor.button('Log out').click();
          await visitor.button('Really log out?').click();
          await visitor.seeText('Logged out', { exact: true });
        });
      }));
  });
}
