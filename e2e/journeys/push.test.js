/**
 * Notices on the screen of a device, as far as a browser without a push service can go: Chromium alone has none, so the
 * service's part is stood in for. What the page asks for, what the server keeps, and what the worker shows are their own;
 * that a message can be opened with the keys of a browser is proved by the tests of the server against its simulator.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { call, openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { within } from '../harness/within.js';
import { signIn, signInAsCustomer } from './moves.js';

const SHOWN_MS = 10_000;
const ENDPOINT = 'https://push.example.com/send/a-device';

/** The stand-in: gives what a push service would give, and keeps what it was asked with. */
function standIn({ endpoint, p256dh, auth }) {
  const subscription = { endpoint, toJSON: () => ({ endpoint, keys: { p256dh, auth } }), unsubscribe: async () => (window.localStorage.removeItem('test.push'), true) };
  PushManager.prototype.subscribe = async function subscribe(options) {
    window.localStorage.setItem('test.push', JSON.stringify({ visible: options.userVisibleOnly, key: Array.from(new Uint8Array(options.applicationServerKey)) }));
    return subscription;
  };
  PushManager.prototype.getSubscription = async () => (window.localStorage.getItem('test.push') ? subscription : null);
}

async function makeKeys(page) {
  const p256dh = await page.evaluate(async () => {
    const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
    const bytes = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
    return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  });
  return { endpoint: ENDPOINT, p256dh, auth: randomBytes(16).toString('base64url') };
}

/** Waits until the page's own worker is there and in charge. */
async function awaitWorker(visitor) {
  await visitor.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

/** Hands the worker a message as the browser does when one has come. */
async function deliver(visitor, payload) {
  const devtools = await visitor.context.newCDPSession(visitor.page);
  const known = new Promise((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => registrations.length > 0 && resolve(registrations[0].registrationId));
  });
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.deliverPushMessage', { origin: visitor.server.url, registrationId: await known, data: JSON.stringify(payload) });
}

/** What stands on the screen, once there is something. */
function shown(visitor) {
  const look = visitor.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (;;) {
      const list = await registration.getNotifications();
      if (list.length > 0) return list.map(({ title, body, tag, data }) => ({ title, body, tag, url: data.url }));
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  return within(SHOWN_MS, 'a notice on the screen', look);
}

/** Takes everything off the screen. */
function clear(visitor) {
  const gone = visitor.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (let list = await registration.getNotifications(); list.length > 0; list = await registration.getNotifications()) {
      for (const notification of list) notification.close();
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
  return within(SHOWN_MS, 'the notices to go', gone);
}

tell('push', {
  'it is switched on here, shows what comes, and is switched off': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business, '/dashboard/preferences', { serviceWorkers: 'allow' });
    const { page } = owner;
    await story.step('who says no when the browser asks is told how to change that', async () => {
      await awaitWorker(owner);
      await owner.button('Switch push on here').click();
      await owner.seeText('This browser was told to block notices from here');
      await owner.look('blocked');
    });
    await story.step('a browser without a push service says that it did not work', async () => {
      await owner.context.grantPermissions(['notifications'], { origin: story.server.url });
      await page.reload();
      await awaitWorker(owner);
      await owner.button('Switch push on here').click();
      await owner.seeText(/^(Your browser could not reach its push service|This browser does not allow notices from here)\./);
      await owner.seeText('Push is off here');
      // Chromium says so in its console; that is the one thing that may stand there.
      const [said, ...more] = owner.problems.splice(0);
      assert.match(said, /does not support the Push API in incognito mode/);
      assert.deepEqual(more, []);
      await owner.look('failed');
    });
    await story.step('with one, it is on, and the device stands in the list', async () => {
      await owner.context.addInitScript(standIn, await makeKeys(page));
      await page.reload();
      await owner.button('Switch push on here').click();
      await owner.seeText('Push is on here');
      await owner.see(page.getByText('Chrome on Linux'));
      await owner.see(page.getByText('This device'));
      await owner.look('on');
    });
    await story.step('the browser was asked with the key that the server shows', async () => {
      const { data } = await call(story.server, 'GET', '/api/push/key', { token: business.token });
      const asked = JSON.parse(await page.evaluate(() => window.localStorage.getItem('test.push')));
      assert.equal(asked.visible, true);
      assert.deepEqual(Buffer.from(asked.key), Buffer.from(data.publicKey, 'base64url'));
    });
    await story.step('a message is shown by the worker, without a page that asks for it', async () => {
      await awaitWorker(owner);
      await deliver(owner, { title: 'New booking', body: 'Njeri Kamau, Friday 10:00', url: '/dashboard/notices', tag: 'one', category: 'appointments', badge: 3 });
      const [notice] = await shown(owner);
      assert.deepEqual(notice, { title: 'New booking', body: 'Njeri Kamau, Friday 10:00', tag: 'one', url: `${story.server.url}/dashboard/notices` });
      await clear(owner);
    });
    await story.step('an address of another site is not followed', async () => {
      await deliver(owner, { title: 'Elsewhere', body: '', url: 'https://evil.example/' });
      const [notice] = await shown(owner);
      assert.equal(notice.url, story.server.url);
    });
    await story.step('the device is removed', async () => {
      await owner.open('/dashboard/preferences');
      await owner.button('Remove Chrome on Linux').click();
      await owner.gone(page.getByText('Your devices with push'));
      await owner.seeText('Push is off here');
      const { data } = await call(story.server, 'GET', '/api/push/subscriptions', { token: business.token });
      assert.deepEqual(data.subscriptions, []);
    });
  },

  'a customer switches it on as well': async (story) => {
    const business = await openBusiness(story.server);
    const registered = await registerCustomer(story.server, business);
    const customer = await signInAsCustomer(story, business, registered.email, PASSWORD, { serviceWorkers: 'allow' });
    const { page } = customer;
    await story.step('the customer switches it on', async () => {
      await customer.context.grantPermissions(['notifications'], { origin: story.server.url });
      await customer.context.addInitScript(standIn, await makeKeys(page));
      await customer.open(`/client/notices?business=${business.team.slug}`);
      await customer.button('Switch push on here').click();
      await customer.seeText('Push is on here');
      await customer.see(page.getByText('This device'));
      await customer.look('on');
    });
    await story.step('it is the customer’s own', async () => {
      const { data } = await call(story.server, 'GET', '/api/push/subscriptions', { token: registered.token });
      assert.equal(data.subscriptions.length, 1);
    });
    await story.step('and is switched off', async () => {
      await customer.button('Switch off here').click();
      await customer.seeText('Push is off here');
      const { data } = await call(story.server, 'GET', '/api/push/subscriptions', { token: registered.token });
      assert.deepEqual(data.subscriptions, []);
    });
  },
});
