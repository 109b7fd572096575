/** Whoever runs the installation: sees every business, closes one and opens it again, and looks in without touching. */
import assert from 'node:assert/strict';
import { call, openBusiness, PASSWORD } from '../harness/api.js';
import { tell } from '../harness/story.js';
import { signIn } from './moves.js';

const EMAIL = 'operator@example.test';

tell('operator', {
  'a business is closed, opened again, and looked into': async (story) => {
    const business = await openBusiness(story.server, 'Salon Amara');
    await openBusiness(story.server, 'Nairobi Plumbers');
    await story.server.run('create-admin', '--email', EMAIL, '--name', 'Odera Operator', '--password', PASSWORD);
    const operator = await signIn(story, { name: 'operator', email: EMAIL }, '/operator');
    const { page } = operator;
    const row = () => page.getByRole('list', { name: 'Businesses' }).getByRole('button', { name: /Salon Amara/ });
    await story.step('the house in numbers', async () => {
      await operator.see(page.getByRole('heading', { name: 'Overview', level: 1 }));
      await operator.seeText('SQLite');
      await operator.look('overview');
    });
    await story.step('a business is found by a word', async () => {
      await operator.link('Businesses', { exact: true }).click();
      await operator.see(row());
      await operator.look('tenants');
      await operator.field('Find by name, address or owner').fill('amara');
      await operator.gone(page.getByRole('button', { name: /Nairobi Plumbers/ }));
      await row().click();
      await operator.see(page.getByRole('dialog').getByText(business.email).first());
      await operator.look('tenant');
    });
    await story.step('closing it needs a reason, and ends the sessions of its people', async () => {
      const owner = await signIn(story, business);
      await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
      await operator.button('Suspend…').click();
      await operator.button('Suspend it').click();
      await operator.seeText('Please give a reason');
      await operator.field(/^Reason/).fill('It sends spam');
      await operator.look('suspend');
      await owner.withoutNetwork(async () => {
        await operator.button('Suspend it').click();
        await operator.seeText('Salon Amara is suspended');
        await operator.seeText('Reason: It sends spam');
        await owner.see(owner.page.getByRole('heading', { name: 'Sign in to your business' }));
      });
      await operator.look('suspended');
    });
    await story.step('it is opened again', async () => {
      await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
      await operator.seeText('Salon Amara works again');
      assert.equal((await call(story.server, 'POST', '/api/auth/login', { body: { email: business.email, password: PASSWORD } })).status, 200);
    });
    await story.step('a look into it can change nothing, and says so all the time', async () => {
      await operator.button('Look in, read only…').click();
      await operator.field(/^Reason/).fill('Ticket 4711');
      await operator.button('Look in', { exact: true }).click();
      await operator.seeText('You are looking as Salon Amara. Read only.');
      await operator.see(page.getByText(/^Salon Amara ·/));
      await operator.look('looking');
      await operator.withoutNetwork(async () => {
        await operator.open('/operator');
        await operator.see(page.getByRole('heading', { name: 'Overview', level: 1 }));
      });
      assert.equal(await page.getByText('You are looking as').count(), 0, 'a reload ends the look');
    });
    await story.step('the business reads about it in its own log', async () => {
      const owner = await signIn(story, business, '/dashboard/audit');
      await owner.see(owner.page.getByText(/suspended the business: It sends spam/));
      await owner.see(owner.page.getByText(/looked in, read only: Ticket 4711/));
      await owner.look('audit');
    });
  },
  'nobody else gets in': async (story) => {
    const business = await openBusiness(story.server);
    const owner = await signIn(story, business);
    await owner.see(owner.page.getByRole('navigation', { name: 'Main' }));
    await owner.withoutNetwork(async () => {
      await owner.open('/operator');
      await owner.seeText('This is for operators');
    });
    await owner.look('closed');
  },
});
