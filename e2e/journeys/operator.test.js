/** Who runs the installation: its numbers, its businesses, a look into one, one closed for a while, one person shut out. */
import assert from 'node:assert/strict';
import { call, openBusiness, PASSWORD, registerCustomer } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { openDesk, signIn } from './moves.js';

const OPERATOR = { name: 'operator', email: 'operator@example.test' };

async function appoint(story) {
  await story.server.run('create-admin', '--email', OPERATOR.email, '--name', 'Olive Operator', '--password', PASSWORD);
}

function drawer(operator, name) {
  return operator.page.getByRole('dialog', { name });
}

async function openTenant(operator, name) {
  await operator.page.locator('[data-row]').filter({ hasText: name }).click();
  await operator.see(drawer(operator, name).getByRole('list', { name: 'People' }));
}

tell('operator', {
  'the console is found from the desk and shows how the house is doing': async (story) => {
    await appoint(story);
    const business = await openBusiness(story.server);
    await registerCustomer(story.server, business);
    const operator = await signIn(story, OPERATOR);
    const { page } = operator;
    await story.step('the way there stands in the settings, or in the account menu', async () => {
      await operator.see(page.getByRole('navigation', { name: 'Main' }));
      if (operator.isPhone) await openDesk(operator, 'Settings');
      else await operator.button(/^Your account, /).click();
      await operator.see(operator.link('Operator console'));
      await operator.look('way');
      await operator.link('Operator console').click();
      await operator.see(page.getByRole('heading', { name: 'Overview', level: 1 }));
    });
    await story.step('the numbers', async () => {
      await operator.seeText('SQLite');
      await operator.seeText('Nothing was given up.');
      await operator.look('overview');
    });
    await story.step('the businesses are found by a word, and by whether they work', async () => {
      await page.getByRole('navigation', { name: 'Operator' }).getByRole('link', { name: 'Businesses' }).click();
      await operator.see(page.locator('[data-row]').filter({ hasText: 'Salon Amara' }));
      await operator.look('businesses');
      await operator.field('Find by name, address or owner').fill('nothing of the kind');
      await operator.seeText('No business fits');
      await operator.look('none-fits');
      await operator.button('Show all').click();
      await operator.field('Find by name, address or owner').fill('amara');
      await operator.gone(page.locator('[data-row]').filter({ hasText: 'Operations' }));
      await operator.see(page.locator('[data-row]').filter({ hasText: 'Salon Amara' }));
      assert.equal(await page.locator('[data-row]').count(), 1);
    });
    await story.step('nobody else gets in, and sees no way', async () => {
      const owner = await signIn(story, business);
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
      await owner.withoutNetwork(async () => {
        await owner.open('/operator');
        await owner.seeText('This is for operators');
      });
      await owner.look('closed');
    });
  },

  'an operator looks into a business, and can change nothing there': async (story) => {
    await appoint(story);
    const business = await openBusiness(story.server);
    const operator = await signIn(story, OPERATOR, '/operator/tenants');
    const { page } = operator;
    await story.step('a look needs a reason', async () => {
      await openTenant(operator, 'Salon Amara');
      await operator.look('business');
      await operator.button('Look in, read only…').click();
      await operator.button('Look in', { exact: true }).click();
      await operator.seeText('Please give a reason');
      await operator.look('reason');
    });
    await story.step('the desk of the business is shown, with a line that says so', async () => {
      await operator.field('Reason').fill('Ticket 4711');
      await operator.button('Look in', { exact: true }).click();
      await operator.seeText('You are looking as Salon Amara. Read only.');
      await operator.see(page.getByRole('navigation', { name: 'Main' }));
      await operator.seeText(/Salon Amara ·/);
      await operator.look('looking');
    });
    await story.step('nothing can be changed', async () => {
      await openDesk(operator, 'Services');
      await operator.seeText('Box braids');
      await operator.withoutNetwork(async () => {
        await operator.button('New service').first().click();
        await operator.field('Name', { exact: true }).fill('Mine');
        await operator.field('Price').fill('100');
        await operator.button('Add the service').click();
        await operator.seeText('You are looking at this business and cannot change anything in it.');
      });
      await operator.look('refused');
      await page.keyboard.press('Escape');
      const { data } = await call(story.server, 'GET', '/api/services', { token: business.token });
      assert.equal(data.length, 1);
    });
    await story.step('nothing of it stays in the browser', async () => {
      const kept = await page.evaluate(() => localStorage.getItem('frontdesk.user'));
      assert.ok(!kept.includes('Salon Amara'), kept);
    });
    await story.step('it ends, and the console is there again', async () => {
      await operator.button('End', { exact: true }).click();
      await operator.see(page.getByRole('heading', { name: 'Businesses', level: 1 }));
      await operator.gone(page.getByText('Read only.'));
    });
    await story.step('another look ends with the page that shows it', async () => {
      await openTenant(operator, 'Salon Amara');
      await operator.button('Look in, read only…').click();
      await operator.field('Reason').fill('Ticket 4712');
      await operator.button('Look in', { exact: true }).click();
      await operator.seeText('You are looking as Salon Amara. Read only.');
      await operator.open('/dashboard/messages');
      await operator.seeText('The look has ended');
      await operator.gone(page.getByText('Read only.'));
    });
    await story.step('the business reads of both in its log', async () => {
      const owner = await signIn(story, business, '/dashboard/audit');
      await owner.seeText('Olive Operator looked in, read only: Ticket 4711');
      await owner.seeText('Olive Operator looked in, read only: Ticket 4712');
      await owner.see(owner.page.getByText('Olive Operator stopped looking').nth(1));
      await owner.look('log');
    });
  },

  'a business is suspended and resumed, and so is one person': async (story) => {
    await appoint(story);
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business);
    await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    const operator = await signIn(story, OPERATOR, '/operator/tenants');
    const { page } = operator;
    await story.step('the operator suspends the business, with a reason', async () => {
      await openTenant(operator, 'Salon Amara');
      await operator.button('Suspend…', { exact: true }).click();
      await operator.field('Reason').fill('The bill is open since March');
      await operator.look('suspending');
      owner.expectNetworkErrors();
      await operator.button('Suspend it').click();
      await operator.seeText('Salon Amara is suspended');
      await operator.seeText('Reason: The bill is open since March');
      await operator.look('suspended');
    });
    await story.step('the owner is out at once, and cannot come back', async () => {
      await owner.see(owner.page.getByRole('heading', { name: 'Sign in to your business' }));
      await owner.field('E-mail').fill(business.email);
      await owner.field('Password', { exact: true }).fill(PASSWORD);
      await owner.button('Sign in', { exact: true }).click();
      await owner.see(owner.page.getByRole('alert'));
      await owner.look('suspended');
    });
    await story.step('its page is closed', async () => {
      const visitor = await story.visitor('visitor');
      await visitor.withoutNetwork(async () => {
        await visitor.open(`/s/${business.team.slug}`);
        await visitor.see(visitor.page.getByRole('heading').or(visitor.page.getByRole('alert')));
        await visitor.gone(visitor.page.getByText('Box braids'));
      });
      await visitor.look('closed-page');
    });
    await story.step('the business is resumed, and the owner is back', async () => {
      await drawer(operator, 'Salon Amara').getByRole('button', { name: 'Resume', exact: true }).click();
      await operator.seeText('Salon Amara works again');
      await owner.button('Sign in', { exact: true }).click();
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    });
    await story.step('the operator closes the account of one person', async () => {
      await operator.button('Suspend Grace Wanjiru').click();
      await operator.field('Reason').fill('Left the house in anger');
      await operator.look('closing-account');
      await operator.button('Close the account').click();
      await operator.see(operator.button('Resume Grace Wanjiru'));
      await operator.look('closed-account');
      await owner.see(owner.page.getByRole('heading', { name: 'Sign in to your business' }));
    });
    await story.step('the account is opened again', async () => {
      await operator.button('Resume Grace Wanjiru').click();
      await operator.see(operator.button('Suspend Grace Wanjiru'));
      await owner.field('E-mail').fill(business.email);
      await owner.field('Password', { exact: true }).fill(PASSWORD);
      await owner.button('Sign in', { exact: true }).click();
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    });
    await story.step('nobody closes their own account', async () => {
      await page.keyboard.press('Escape');
      await openTenant(operator, 'Operations');
      assert.equal(await operator.button('Suspend Olive Operator').count(), 0);
    });
  },
});
