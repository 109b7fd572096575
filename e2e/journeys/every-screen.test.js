/**
 * Every screen on a phone, with the demo salon's data: nothing sticks out, everything can be touched (44 px), axe is content.
 * Also what a first visit to a storefront costs, counted by the browser.
 */
import assert from 'node:assert/strict';
import { PHONE } from '../harness/browser.js';
import { tell } from '../harness/story.js';

const DEMO_PASSWORD = 'demo-salon-2026';
const FIRST_VIEW_BYTES_MAX = 200 * 1024;

const DESK = [
  '/dashboard',
  '/dashboard/messages',
  '/dashboard/messages?tab=customers',
  '/dashboard/appointments?view=day',
  '/dashboard/appointments?view=week',
  '/dashboard/appointments?view=list',
  '/dashboard/appointments?new=true',
  '/dashboard/services',
  '/dashboard/services?new=true',
  '/dashboard/events',
  '/dashboard/deliveries',
  '/dashboard/mailbox',
  '/dashboard/webhooks',
  '/dashboard/channels',
  '/dashboard/templates',
  '/dashboard/templates/invoice.sent/email',
  '/dashboard/keys',
  '/dashboard/developers',
  '/dashboard/settings',
  '/dashboard/settings?tab=hours',
  '/dashboard/settings?tab=storefront',
  '/dashboard/settings?tab=account',
  '/dashboard/settings?tab=policy',
  '/dashboard/settings?tab=reach',
  '/dashboard/team',
  '/dashboard/team?invite=true',
  '/dashboard/audit',
  '/dashboard/notices',
  '/dashboard/preferences',
  '/dashboard/security',
];
const OPERATORS = ['/operator', '/operator/tenants'];
const STRANGERS = ['/', '/sign-in', '/sign-up', '/s/demo-salon', '/s/demo-salon/book', '/s/nobody-here', '/client/sign-in?business=demo-salon', '/client/forgot-password?business=demo-salon', '/client/reset-password?business=demo-salon&token=none', '/forgot-password', '/reset-password?token=none', '/verify-email', '/confirm-email?token=none', '/restore-email?token=none', '/client/confirm-email?business=demo-salon&token=none', '/client/restore-email?business=demo-salon&token=none', '/invitation', '/sign-in/done', '/dashboard/nowhere'];
const CUSTOMERS = ['/client?business=demo-salon', '/client/messages?business=demo-salon', '/client/notices?business=demo-salon', '/client/security?business=demo-salon'];

/** The screen's heading, and no skeleton left of it. What is fetched only once somebody looks at it is looked at. */
async function settle(visitor) {
  await visitor.see(visitor.page.getByRole('heading').or(visitor.page.getByRole('main')));
  await visitor.page.waitForLoadState('networkidle');
  const skeletons = visitor.page.locator('.mantine-Skeleton-root');
  await skeletons.evaluateAll((all) => all.at(0)?.scrollIntoView());
  await skeletons.first().waitFor({ state: 'detached' });
  await visitor.page.locator('h1, h2, main').first().evaluate((start) => start.scrollIntoView({ block: 'nearest' }));
}

/** What the tabs are called: each screen by a name of its own, unless it is another view of the one before. */
const NAMELESS = 'Frontdesk';

async function lookAtEach(visitor, paths) {
  for (const path of paths) {
    await visitor.withoutNetwork(async () => {
      await visitor.open(path);
      await settle(visitor);
      const title = await visitor.page.title();
      assert.ok(title.endsWith(` · ${NAMELESS}`), `${path} is called ${title}`);
    });
    await visitor.look(path.replaceAll(/[^a-z0-9]+/gi, '-').replaceAll(/^-|-$/g, '') || 'start');
  }
}

tell('every screen', {
  'of the desk can be used with a thumb': async (story) => {
    const owner = await story.visitor('owner');
    await story.step('the owner signs in', async () => {
      await owner.open('/sign-in');
      await owner.field('E-mail').fill('owner@demo.test');
      await owner.field('Password', { exact: true }).fill(DEMO_PASSWORD);
      await owner.button('Sign in').click();
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    });
    await story.step('the desk', () => lookAtEach(owner, DESK));
    await story.step('a conversation', async () => {
      await owner.open('/dashboard/messages');
      await owner.page.getByRole('list').getByRole('link').first().click();
      await owner.see(owner.page.getByRole('log').getByRole('article'));
      await owner.look('conversation');
    });
    await story.step('a booking', async () => {
      await owner.open('/dashboard/appointments?view=list');
      await owner.page.locator('button').filter({ hasText: /KES|min| h / }).first().click();
      await owner.see(owner.page.getByRole('dialog'));
      await owner.look('booking');
    });
  },

  'of the console can be used with a thumb': async (story) => {
    const operator = await story.visitor('operator');
    await story.step('the operator signs in', async () => {
      await operator.open('/sign-in?next=/operator');
      await operator.field('E-mail').fill('operator@demo.test');
      await operator.field('Password', { exact: true }).fill(DEMO_PASSWORD);
      await operator.button('Sign in', { exact: true }).click();
      await operator.see(operator.page.getByRole('navigation', { name: 'Operator' }));
    });
    await story.step('the console', () => lookAtEach(operator, OPERATORS));
  },

  'of the front and the site can be used with a thumb': async (story) => {
    const customer = await story.visitor('customer');
    await story.step('before signing in', () => lookAtEach(customer, STRANGERS));
    await story.step('booking, to the times', async () => {
      await customer.open('/s/demo-salon');
      await customer.page.getByRole('listitem').getByRole('link').first().click();
      await customer.see(customer.button(/^(Take |\d+:\d\d)/));
      await customer.look('times');
    });
    await story.step('signed in', async () => {
      await customer.open('/client/sign-in?business=demo-salon');
      await customer.field(/^E-mail/).fill('wanjiku@demo.test');
      await customer.page.locator('input[name=password]').fill(DEMO_PASSWORD);
      await customer.page.locator('form').getByRole('button', { name: 'Sign in', exact: true }).click();
      await customer.seeText('Wanjiku Kamau');
      await lookAtEach(customer, CUSTOMERS);
    });
  },

  'the first view of a storefront fits its budget, as the browser counts': async (story) => {
    const visitor = await story.visitor('visitor');
    const network = await visitor.context.newCDPSession(visitor.page);
    await network.send('Network.enable');
    const names = new Map();
    const parts = [];
    network.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, response.url));
    network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => parts.push({ url: names.get(requestId), bytes: encodedDataLength }));
    await visitor.open('/s/demo-salon');
    await settle(visitor);
    await visitor.see(visitor.page.getByRole('listitem').getByRole('link'));
    const sum = parts.reduce((all, { bytes }) => all + bytes, 0);
    const list = parts.toSorted((a, b) => b.bytes - a.bytes).map(({ url, bytes }) => `${bytes} ${url}`).join('\n');
    assert.ok(parts.length > 5, 'nothing was counted');
    assert.ok(sum <= FIRST_VIEW_BYTES_MAX, `${Math.ceil(sum / 1024)} KiB\n${list}`);
  },
}, [PHONE], { demo: true });
