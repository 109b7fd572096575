/**
 * Another system's side of a webhook, as its developers would write it: the published `standardwebhooks` library checks one
 * signature, a few lines of `node:crypto` the other. Both see the request exactly as it came over the wire.
 */
import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { call, openBusiness } from '../harness/api.js';
import { Receiver } from '../harness/receiver.js';
import { startServer } from '../harness/server.js';

/** The older scheme: `sha256=` and the hexadecimal HMAC of `timestamp.body`, keyed with the secret as it was shown. */
function isSigned(secret, { headers, body }, name = 'x-webhook-signature') {
  const wanted = `sha256=${createHmac('sha256', secret).update(`${headers['x-webhook-timestamp']}.${body}`).digest('hex')}`;
  const given = headers[name] ?? '';
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

for (const database of ['sqlite', 'postgres']) {
  describe(`webhooks on ${database}`, () => {
    let server;
    let receiver;
    let business;
    let webhook;

    before(async () => {
      receiver = await new Receiver().start();
      server = await startServer({ database, env: { OUTBOUND_ALLOWED_CIDRS: '127.0.0.1' } });
      business = await openBusiness(server);
      const body = { url: receiver.url, events: ['invoice:sent'], description: 'Our ERP' };
      webhook = (await call(server, 'POST', '/api/webhooks', { token: business.token, body })).data;
    });
    after(async () => {
      await server?.stop();
      receiver?.stop();
    });

    async function state() {
      const event_data = { invoice_id: 7, invoice_number: 'INV-7', total_amount: '1500.00', client_email: 'client@example.com', note: 'Grüße 👋 "x" \\ </script>' };
      const body = { event_type: 'invoice:sent', event_data };
      const accepted = await call(server, 'POST', '/api/events', { token: business.token, body });
      return { id: accepted.data.event_id, event_data };
    }

    test('a request passes the published library and the older scheme, and a changed one neither', async () => {
      const stated = await state();
      const taken = await receiver.next();
      const payload = new Webhook(webhook.secret).verify(taken.body, taken.headers);
      assert.equal(payload.id, stated.id);
      assert.equal(taken.headers['webhook-id'], stated.id);
      assert.deepEqual([payload.type, payload.event, taken.headers['x-webhook-event']], Array(3).fill('invoice.sent'));
      assert.deepEqual(payload.data, stated.event_data);
      assert.ok(isSigned(webhook.secret, taken));
      const forged = { ...taken, body: taken.body.replace('INV-7', 'INV-8') };
      assert.throws(() => new Webhook(webhook.secret).verify(forged.body, forged.headers), WebhookVerificationError);
      assert.ok(!isSigned(webhook.secret, forged));
    });

    test('after a rotation both secrets pass', async () => {
      const renewed = (await call(server, 'POST', `/api/webhooks/${webhook.id}/regenerate-secret`, { token: business.token })).data;
      await state();
      const taken = await receiver.next();
      for (const secret of [webhook.secret, renewed.secret]) new Webhook(secret).verify(taken.body, taken.headers);
      assert.ok(isSigned(renewed.secret, taken));
      assert.ok(isSigned(webhook.secret, taken, 'x-webhook-signature-previous'));
      const stranger = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
      assert.throws(() => new Webhook(stranger).verify(taken.body, taken.headers), WebhookVerificationError);
    });
  });
}
