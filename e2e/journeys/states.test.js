/**
 * The screens around accounts while their data is on its way, when it does not come, and without a network. Empty ones and
 * full ones are looked at in the other journeys.
 */
import assert from 'node:assert/strict';
import { openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { signIn, signInAsCustomer } from './moves.js';

const DESK = [
  { path: '/dashboard/team', api: '**/api/team', there: 'You are the only one here' },
  { path: '/dashboard/audit', api: '**/api/audit?*', there: /opened the business/ },
  { path: '/dashboard/notices', api: '**/api/notifications?*', there: /Nothing to tell you|Grace Wanjiru/ },
  { path: '/dashboard/preferences', api: '**/api/notifications/preferences', there: 'Keep quiet' },
  { path: '/dashboard/security', api: '**/api/auth/2fa/status', there: 'Set it up' },
  { path: '/dashboard/settings?tab=business', api: '**/api/settings/business', there: 'About' },
  { path: '/dashboard/settings?tab=policy', api: '**/api/settings/business', there: /Two-step sign-in for everybody/ },
  { path: '/dashboard/settings?tab=reach', api: '**/api/settings/notifications', there: /Reach out when a message stays unread/ },
];
const CONSOLE = [
  { path: '/operator/tenants', api: '**/api/operator/tenants?*', there: 'Salon Amara' },
];
const FRONT = [
  { path: '/client/notices', api: '**/api/notifications?*', there: 'What reached you' },
  { path: '/client/security', api: '**/api/customers/auth/2fa/status', there: 'Set it up' },
];

function refusal(requestId) {
  const words = 'Something went wrong on our side. Try again in a moment.';
  const body = { success: false, code: 'INTERNAL_ERROR', status: 500, title: 'Fault', detail: words, error: words, message: words, requestId };
  return { status: 500, contentType: 'application/problem+json', body: JSON.stringify(body) };
}

async function walk(visitor, { path, api, there }, business) {
  const { page } = visitor;
  const name = path.replaceAll(/[^a-z]+/gi, '-').replace(/^-/, '');
  let letGo;
  const held = new Promise((resolve) => {
    letGo = resolve;
  });
  await page.route(api, async (route) => {
    await held;
    await route.fulfill(refusal('0123456789abcdef'));
  });
  await visitor.withoutNetwork(async () => {
    await visitor.open(business ? `${path}?business=${business.team.slug}` : path);
    await page.locator('.mantine-Skeleton-root').first().waitFor({ state: 'visible' });
    await visitor.look(`${name}-loading`);
    letGo();
    // One try more is made before the fault is shown.
    await visitor.seeText(/Request 0123456789abcdef|0123456789abcdef/);
    await visitor.look(`${name}-failed`);
  });
  await page.unroute(api);
  await visitor.button('Try again').first().click();
  await visitor.see(page.getByRole('main').getByText(there));
  await visitor.withoutNetwork(async () => {
    await visitor.context.setOffline(true);
    await visitor.seeText('You are offline. What is on this page stays; changes wait until the connection is back.');
    assert.ok(await page.getByRole('main').getByText(there).first().isVisible(), 'what was there stays');
    await visitor.context.setOffline(false);
    await visitor.gone(page.getByText('You are offline.'));
  });
}

tell('states', {
  'of the desk': async (story) => {
    const owner = await signIn(story, await openBusiness(story.server));
    await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    // What else the page asks for goes on failing while the network is away.
    owner.expectNetworkErrors();
    for (const screen of DESK) await story.step(screen.path, () => walk(owner, screen));
  },

  'of the console': async (story) => {
    await openBusiness(story.server);
    await story.server.run('create-admin', '--email', 'operator@example.test', '--name', 'Olive Operator', '--password', PASSWORD);
    const operator = await signIn(story, { name: 'operator', email: 'operator@example.test' }, '/operator');
    await operator.see(operator.page.getByRole('heading', { name: 'Overview', level: 1 }));
    operator.expectNetworkErrors();
    for (const screen of CONSOLE) await story.step(screen.path, () => walk(operator, screen));
  },

  'of a customer’s account': async (story) => {
    const business = await openBusiness(story.server);
    const { email } = await registerCustomer(story.server, business);
    const customer = await signInAsCustomer(story, business, email, PASSWORD);
    customer.expectNetworkErrors();
    for (const screen of FRONT) await story.step(screen.path, () => walk(customer, screen, business));
  },
});
